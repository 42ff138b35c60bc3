"""`kpi fmt`: definitions in their one form."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kpilang.commands import Command, deliver, ending, findings_options
from kpilang.run import FINDINGS, SOUND, Run
from kpilang.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kpilang.project.formatting import Formed
    from kpilang.project.written import Destination

_FORMED = Text(en="formatted `{path}`", zh="已格式化 `{path}`")
_DONE = Text(
    en="files formatted: {changed}, in their form before: {rest}, with mistakes: {wrong}",
    zh="格式化文件 {changed} 个，原本就合格 {rest} 个，有错误 {wrong} 个",
)
_WOULD = Text(
    en="files to format: {changed}, in their form: {rest}, with mistakes: {wrong}",
    zh="待格式化文件 {changed} 个，已合格 {rest} 个，有错误 {wrong} 个",
)
_FORM_GOES = Text(
    en="the form goes to standard output; for findings add `--check`",
    zh="统一格式写到标准输出；要查看诊断，加上 `--check`",
)
_ONE_TEXT = Text(
    en="standard input holds one text: name no place beside it", zh="标准输入只有一份文本：不要再写文件或文件夹"
)
STDIN = "-"


@click.command("fmt", cls=Command)
@click.argument("places", nargs=-1, metavar="[PATHS]...")
@click.option("--check", is_flag=True, help="Write nothing; find the files that are not in their form.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option(
    "--stdin-filename",
    "typed",
    metavar="FILE",
    help="Take the text of this file from standard input, and write its form to standard output.",
)
@findings_options
@click.pass_obj
def command(
    run: Run,
    /,
    *,
    places: tuple[str, ...],
    check: bool,
    diff: bool,
    typed: str | None,
    form: str | None,
    outputs: tuple[str, ...],
) -> None:
    """Set definitions in their one form.

    White space alone changes: words, comments and meaning stay. A file with a mistake is left as it is.

    `-` in place of PATHS takes the text from standard input.

    \b
    Example:
      kpi fmt
      kpi fmt sales/ --check
      kpi fmt --diff
    """
    from pathlib import Path

    from kpilang.outputs.findings import Report
    from kpilang.settings import FILE

    piped = typed is not None or STDIN in places
    _refuse_at_odds(run, typed, places, {"--check": check, "--format": form, "--output": outputs} if diff else {})
    if piped and not check:
        _refuse_idle(run, {"--format": form, "--output": outputs})
    placed = run.destinations(form, outputs)
    formed = _piped(run, typed) if piped else _placed(run, places)
    _guard(run, formed, (*places, run.config or FILE), placed)
    if diff:
        sys.stdout.writelines(formed.rewritten.difference())
        run.show(formed.diagnostics, sys.stderr)
    elif piped and not check:
        for text in formed.rewritten.after.values():
            sys.stdout.buffer.write(text.encode())
        run.show(formed.diagnostics, sys.stderr)
    else:
        found = (*formed.diagnostics, *(formed.unformed if check else ()))
        deliver(run, Path.cwd(), Report(tuple(sorted(found, key=lambda each: each.order))), placed)
    changed = formed.rewritten.changed
    if not (check or diff or piped):
        written, wrong = formed.rewritten.save(Path.cwd())
        for path in written:
            run.tell(_FORMED.fill(path=path))
        if wrong:
            run.refuse(wrong)
    if not piped:
        _summary(run, formed, _WOULD if check or diff else _DONE)
    raise click.exceptions.Exit(ending(formed.diagnostics) or (FINDINGS if changed and (check or diff) else SOUND))


def _refuse_at_odds(run: Run, typed: str | None, places: tuple[str, ...], beside: Mapping[str, object]) -> None:
    """A difference is shown alone, so nothing may stand `beside` it; standard input holds one text, so no place may."""
    from kpilang.project.usage import AT_ODDS

    piped = "--stdin-filename" if typed is not None else STDIN
    others = [place for place in places if place != STDIN] if typed is not None or STDIN in places else []
    given = [("--diff", option) for option, value in beside.items() if value]
    wrong = [AT_ODDS.at(None, one=one, other=other) for one, other in given]
    wrong += [AT_ODDS.at(None, help=_ONE_TEXT, one=piped, other=place) for place in others[:1]]
    if wrong:
        run.refuse(wrong)


def _refuse_idle(run: Run, written: Mapping[str, object]) -> None:
    """The form of standard input goes to standard output; only what is found by --check is written in ways to choose."""
    from kpilang.project.usage import IDLE

    wrong = [IDLE.at(None, help=_FORM_GOES, option=option) for option, value in written.items() if value]
    if wrong:
        run.refuse(wrong)


def _placed(run: Run, places: tuple[str, ...]) -> Formed:
    """The files at the places."""
    from pathlib import Path

    from kpilang.project import formatting
    from kpilang.project.places import no_definitions

    sources, unread = formatting.gather(Path.cwd(), places, Path(run.config) if run.config else None)
    if not sources:
        run.refuse(unread or [no_definitions(Path.cwd() / place) for place in places or (".",)])
    return formatting.form(sources, unread)


def _piped(run: Run, typed: str | None) -> Formed:
    """The text on standard input."""
    from kpilang.project import files, formatting

    source, unread = files.decoded(sys.stdin.buffer.read(), typed or "<standard input>")
    if source is None:
        run.refuse(unread)
    return formatting.form((source,))


def _guard(run: Run, formed: Formed, named: tuple[str, ...], placed: Sequence[Destination]) -> None:
    """Refuses to write findings over what is formatted."""
    from pathlib import Path

    from kpilang.project.written import spared

    read = [Path(path) for path in (*named, *(source.path for source in formed.sources))]
    wrong = [problem for each in placed for problem in spared(each.path, read)]
    if wrong:
        run.refuse(wrong)


def _summary(run: Run, formed: Formed, said: Text) -> None:
    changed, known = len(formed.rewritten.changed), len(formed.rewritten.after)
    run.tell(said.fill(changed=changed, rest=known - changed, wrong=len(formed.sources) - known))
