"""Everything that `--help` has a word for is completed, or nobody but the user can know it."""

import click

from kpilang.cli import group
from kpilang.completion import line
from kpilang.completion.words import BY_METAVAR, FREE


def metavars() -> set[str]:
    """The words that stand for values in the help of all commands; of choices and numbers click knows the rest."""
    context = click.Context(group)
    commands = [group, *(group.get_command(context, name) for name in group.list_commands(context))]
    found = set()
    for command in commands:
        assert command is not None
        for each in command.get_params(context):
            if isinstance(each.type, click.Choice) or getattr(each, "is_flag", False):
                continue
            found.add(each.make_metavar(context))
    return found


def test_each_value_is_completed_or_free() -> None:
    assert metavars() - set(BY_METAVAR) - FREE == set()


def test_a_line_is_taken_apart_as_a_shell_does() -> None:
    found = line.read("""kpi eval my\\ file "a b"'c' --source="x y" 'open w""", "=\"'")
    assert found.words == ("kpi", "eval", "my file", "a bc", "--source=x y")
    assert (found.last, found.kept) == ("open w", 0)


def test_a_shell_replaces_what_stands_after_the_last_break() -> None:
    assert line.read("kpi orders=da", "=").kept == len("orders=")
    assert line.read('kpi orders="da', "=\"'").kept == len("orders=")
    assert line.read("kpi orders\\=da", "=").kept == 0
