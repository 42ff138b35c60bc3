"""Specific: a reader knows what is meant."""
