"""Says what is wrong where reading stopped and no mend was sure."""

from __future__ import annotations

from kpilang.diagnostics import Diagnostic, Edit, Fix, Mark, Problem
from kpilang.syntax import everyday, words
from kpilang.syntax.numbers import starts_line
from kpilang.syntax.reading import Reading
from kpilang.text import Text

UNEXPECTED = Problem(
    "E101",
    "unexpected",
    Text("`{found}` cannot stand here", "这里不能出现 `{found}`"),
    label=Text("expected {expected}", "这里应为{expected}"),
)
INCOMPLETE = Problem(
    "E102",
    "incomplete",
    Text("something is missing after `{found}`", "`{found}` 后面缺少内容"),
    label=Text("expected {expected} after this", "后面应为{expected}"),
)
UNKNOWN_FIELD = Problem(
    "E103",
    "unknown-field",
    Text("`{found}` is not a field of {kind}", "`{found}` 不是 {kind} 的字段"),
)
UNCLOSED = Problem(
    "E115",
    "unclosed-parenthesis",
    Text("this `(` is never closed", "这个 `(` 没有对应的 `)`"),
)
STRAY_PARENTHESIS = Problem(
    "E121",
    "stray-parenthesis",
    Text("this `)` closes nothing", "这个 `)` 没有对应的 `(`"),
    help=Text("remove it, or open a `(` before it", "删除它，或在前面加上 `(`"),
)
BAD_NAME = Problem(
    "E122",
    "bad-name",
    Text("`{found}` is not a name", "`{found}` 不是合法的名称"),
    label=Text("a name is one word of letters, digits and `_`", "名称由字母、数字和 `_` 组成，中间没有空格"),
    help=Text("write `{right}`", "写成 `{right}`"),
)
MISSING_NAME = Problem(
    "E123",
    "missing-name",
    Text("this {kind} has no name", "这个 {kind} 没有名称"),
    help=Text(
        'write a name after `{kind}`, before the label: `{kind} my_name "…"`',
        '在 `{kind}` 后、标题前写名称：`{kind} my_name "…"`',
    ),
)
OWN = "field"
"""What begins a field of the project's own: put before any word it makes the rest read, and is not what was meant."""

FEW = 12
"""How many names are listed where none is near."""

INSERTED = ("RPAR", "LPAR", "COMMA", "COLON", "LBRACE", "EQUAL", "DOT")
"""Signs that are tried as what may be missing."""


def report(reading: Reading, kind: str | None) -> Diagnostic:
    """The diagnostic for a reading that stopped; `kind` is the declaration whose fields were read, if any."""
    failure = reading.failure
    assert failure is not None  # noqa: S101 only a reading that stopped is reported
    if unclosed_here(reading):
        return unclosed(reading)
    found = reading.source.text[failure.offset : failure.end]
    if found == ")" and reading.unclosed is None:
        return STRAY_PARENTHESIS.at(reading.span(failure.offset, failure.end), fixes=(removal(reading),))
    if kind and at_field(reading, kind) and words.WORD.fullmatch(found) and found not in words.fields(kind):
        return unknown_field(reading, kind, found)
    if failure.at_end or moved_on(reading):
        return incomplete(reading)
    return unexpected(reading, found)


def at_field(reading: Reading, kind: str) -> bool:
    """Whether a field of this kind may begin where reading stopped, and seems to: first in its declaration or line."""
    failure = reading.failure
    first = not reading.tokens or (failure is not None and starts_line(reading.source.text, failure.offset))
    return first and words.terminals_of(words.fields(kind)) <= reading.accepts and not reading.unclosed


def moved_on(reading: Reading) -> bool:
    """Whether the text goes on to something else on a new line where reading stopped."""
    previous, failure = reading.previous, reading.failure
    if previous is None or failure is None:
        return False
    between = reading.source.text[previous.end_pos or 0 : failure.offset]
    return "\n" in between or "\r" in between or reading.source.text[failure.offset : failure.end] == "}"


def unclosed_here(reading: Reading) -> bool:
    """Whether reading stopped for want of a `)`."""
    failure = reading.failure
    if failure is None or reading.unclosed is None or "RPAR" not in reading.accepts:
        return False
    found = reading.source.text[failure.offset : failure.end]
    every = {word for kind in words.KINDS for word in words.fields(kind)}
    return failure.at_end or moved_on(reading) or found in every or reading.would_finish(["RPAR"], failure.offset)


def unclosed(reading: Reading) -> Diagnostic:
    """A `(` without its `)`."""
    opening, previous = reading.unclosed, reading.previous
    assert opening is not None and previous is not None  # noqa: S101, PT018 as `unclosed_here` found
    end = previous.end_pos or 0
    place = reading.span(end, end)
    words_of = Text(f"insert `)` after `{previous}`", f"在 `{previous}` 后插入 `)`")
    return UNCLOSED.at(
        reading.span(opening.start_pos or 0, opening.end_pos or 0),
        help=words.as_is(words_of),
        marks=(Mark(place, Text("`)` is missing here", "这里缺少 `)`")),),
        fixes=(Fix(words_of, (Edit(place, ")"),), safe=False),),
    )


def removal(reading: Reading) -> Fix:
    """The fix that removes what reading stopped at."""
    failure = reading.failure
    assert failure is not None  # noqa: S101 only a reading that stopped is reported
    found = reading.source.text[failure.offset : failure.end]
    edit = Edit(reading.span(failure.offset, failure.end), "")
    return Fix(Text(f"remove `{found}`", f"删除 `{found}`"), (edit,), safe=False)


def unknown_field(reading: Reading, kind: str, found: str) -> Diagnostic:
    """A word where a field begins, that begins none."""
    failure = reading.failure
    assert failure is not None  # noqa: S101 only a reading that stopped is reported
    span, options = reading.span(failure.offset, failure.end), words.fields(kind)
    meant, others = everyday.FIELDS.get(found.lower()), words.owners_of(found)
    near = meant if meant in options else words.nearest(found, options)
    if near:
        help = Text(f"did you mean `{near}`?", f"是否想写 `{near}`？")
        fix = Fix(Text(f"write `{near}`", f"写成 `{near}`"), (Edit(span, near),), safe=False)
        return UNKNOWN_FIELD.at(span, found=found, kind=f"`{kind}`", help=help, fixes=(fix,))
    help_words = None
    if others:
        said = words.alternatives([Text(f"`{each}`", f"`{each}`") for each in others])
        help_words = Text(f"it is a field of {said.en}", f"它是 {said.zh} 的字段")
    elif len(options) <= FEW:
        help_words = Text(f"its fields are {', '.join(options)}", f"它的字段有 {'、'.join(options)}")
    return UNKNOWN_FIELD.at(span, found=found, kind=f"`{kind}`", help=help_words)


def incomplete(reading: Reading) -> Diagnostic:
    """A stretch that ends too early."""
    previous = reading.previous
    failure = reading.failure
    assert failure is not None  # noqa: S101 only a reading that stopped is reported
    what = words.expected(words.needed(reading.accepts))
    if previous is None:
        return UNEXPECTED.at(reading.span(failure.offset, failure.end), found="", expected=what)
    span = reading.span(previous.start_pos or 0, previous.end_pos or 0)
    return INCOMPLETE.at(span, found=str(previous), expected=what)


def unexpected(reading: Reading, found: str) -> Diagnostic:
    """A token that cannot stand where it does, with the one-token repair that makes the rest read, if there is one."""
    failure = reading.failure
    assert failure is not None  # noqa: S101 only a reading that stopped is reported
    span, what = reading.span(failure.offset, failure.end), words.expected(reading.accepts)
    fix = insertion(reading, found)
    if fix is None and not words.WORD.match(found) and reading.would_finish([], failure.end):
        fix = removal(reading)
    return UNEXPECTED.at(
        span, found=found, expected=what, help=words.as_is(fix.title) if fix else None, fixes=(fix,) if fix else ()
    )


def insertion(reading: Reading, found: str) -> Fix | None:
    """The fixed text that, put in before the place where reading stopped, makes the rest read; None if several do."""
    failure, previous, literals = reading.failure, reading.previous, words.literals()
    assert failure is not None  # noqa: S101 only a reading that stopped is reported
    keywords = (each for each in sorted(reading.accepts) if literals.get(each, "").isalpha() and literals[each] != OWN)
    fit = [
        each
        for each in (*INSERTED, *keywords)
        if each in reading.accepts and reading.would_finish([each], failure.offset)
    ]
    if len(fit) != 1:
        return None
    text = literals[fit[0]]
    place = failure.offset if text.isalpha() or text in "({=" or previous is None else previous.end_pos or 0
    title = Text(f"insert `{text}` before `{found}`", f"在 `{found}` 前插入 `{text}`")
    spaced = f"{text} " if text.isalpha() or text in "{=," else text
    return Fix(title, (Edit(reading.span(place, place), spaced),), safe=False)
