"""What `kpi.yaml` says: where data lie, the language, the as-of date, what is left out, how to lint."""

from kpilang.settings.read import FILE, Agreed, LintSection, Settings, lies_in, located, read

__all__ = ["FILE", "Agreed", "LintSection", "Settings", "lies_in", "located", "read"]
