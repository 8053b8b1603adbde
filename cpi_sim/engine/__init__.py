"""Keyed random numbers, arithmetic with the same bits everywhere, and compilation."""
