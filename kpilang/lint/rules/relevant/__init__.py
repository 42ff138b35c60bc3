"""Relevant: it serves a goal."""
