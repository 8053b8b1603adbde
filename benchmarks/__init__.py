"""Timing the model: against plain Mesa, by size, by step, by thread."""
