"""Calibration by history matching: which values of the assumptions are not ruled out by what is known."""
