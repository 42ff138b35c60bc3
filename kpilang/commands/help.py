"""`kpi help`: what a command does and takes, as `--help` says it."""

from __future__ import annotations

import sys

import click

from kpilang.commands import Command
from kpilang.run import Run


@click.command("help", cls=Command)
@click.argument("name", required=False, metavar="[COMMAND]")
@click.pass_context
def command(context: click.Context, name: str | None) -> None:
    """Say what a command does and takes; without COMMAND, list the commands.

    \b
    Example:
      kpi help
      kpi help eval
    """
    above = context.parent or context
    group = above.command
    if name is None or not isinstance(group, click.Group):
        sys.stdout.write(above.get_help() + "\n")
        return
    found = group.get_command(above, name)
    if found is None:
        from kpilang.project.usage import unknown_command

        run = context.ensure_object(Run)
        run.refuse((unknown_command(run.given, name, group.list_commands(above)),))
    inner = click.Context(found, parent=above, info_name=name, obj=context.obj)
    sys.stdout.write(found.get_help(inner) + "\n")
