"""Measurable: a number comes out, in a unit, and up or down means something."""
