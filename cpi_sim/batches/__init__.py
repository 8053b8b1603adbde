"""Batches: plan, run, store, gather, summarise."""
