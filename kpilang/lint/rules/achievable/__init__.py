"""Achievable: there is a target that can be reached."""
