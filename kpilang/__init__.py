"""kpilang: KPIs as checked contracts in version control."""

__version__ = "0.1.0"
