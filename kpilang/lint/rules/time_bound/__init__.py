"""Time-bound: it is for a period."""
