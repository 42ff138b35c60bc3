"""What changed in meaning between two states of a project: two checked models in, a comparison out."""

from __future__ import annotations

from kpilang.diff.comparing import compare, kinds
from kpilang.diff.nouns import Accepted, Change, Comparison, Downstream, Grade, Kind

__all__ = ["Accepted", "Change", "Comparison", "Downstream", "Grade", "Kind", "compare", "kinds"]
