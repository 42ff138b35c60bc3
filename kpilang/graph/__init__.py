"""The declarations of a project as a graph: three views of who refers to whom, and the part of one around a name."""

VIEWS = ("kpis", "goals", "sources")
