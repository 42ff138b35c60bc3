"""Findings written down: one file for each format."""
