"""`kpi completion`: the script by which a shell completes `kpi`."""

from __future__ import annotations

import sys

import click

from kpilang.commands import Command
from kpilang.completion import SHELLS, script


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(SHELLS), metavar="|".join(SHELLS))
def command(shell: str) -> None:
    """Print the script by which a shell completes commands, options, names of KPIs, rules and sources.

    Its first lines say where to put it; no file is touched.

    \b
    Example:
      kpi completion bash
      eval "$(kpi completion bash)"
      kpi completion zsh > _kpi
      kpi completion fish | source
    """
    sys.stdout.write(script(shell))
