"""The driver: finds a project, chains the stages; the command line and the editor both call it."""

from kpilang.project.loading import Project, load

__all__ = ["Project", "load"]
