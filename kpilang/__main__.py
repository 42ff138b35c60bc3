"""`python -m kpilang` is `kpi`."""

from __future__ import annotations

import sys

from kpilang.cli import entry

sys.exit(entry())
