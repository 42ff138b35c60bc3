"""Results written down: one file for each format, found by its file name."""
