"""Consistent: KPIs neither repeat nor contradict each other."""
