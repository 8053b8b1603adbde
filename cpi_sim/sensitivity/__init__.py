"""Sensitivity: which numbers of the model its statistics and the effects of the practice depend on, and how much."""
