"""Owned: one person or role answers for it."""
