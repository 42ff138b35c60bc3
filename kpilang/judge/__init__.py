"""Results held against targets: which line is in force, how far the value reached, and the status."""

from kpilang.judge.rows import judge

__all__ = ["judge"]
