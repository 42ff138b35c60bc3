"""Quality cards written down, for people and for programs, and the badge of a project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from kpilang.lint.card import Card, State, Verdict, overall
from kpilang.lint.rule import Quality
from kpilang.outputs.colour import Palette
from kpilang.outputs.exact_json import indented
from kpilang.text import Text
from kpilang.width import flat, left, width

VERSION = 1
SMART = (Quality.S, Quality.M, Quality.A, Quality.R, Quality.T)
SEVEN = tuple(quality for quality in Quality if quality not in SMART)
_SIGNS = {State.MET: "+", State.FAILED: "-", State.UNKNOWN: "?"}
_STYLES = {State.MET: "green", State.FAILED: "red", State.UNKNOWN: "dim"}
_OWNED = Text("{kpi}  {score} of 100  {owner}", "{kpi}  {score} 分（满分 100）  {owner}")
_RAISE = Text("mend {rule} first: {score} of 100 then", "先改 {rule}：可到 {score} 分")
_PROJECT = Text("project: {score} of 100, KPIs: {count}", "项目：{score} 分（满分 100），KPI {count} 个")
_CHOSEN = Text("together: {score} of 100, KPIs: {count}", "合计：{score} 分（满分 100），KPI {count} 个")
_NOBODY = Text("nobody", "无人负责")


def text(cards: Sequence[Card], language: str, palette: Palette, *, whole: bool) -> str:
    """Each card as a few lines: score, owner, the seven marks and the letters of SMART, what to mend first. The score of
    all ends it: of the project where the cards are its `whole`, else of those asked for, where they are several."""
    blocks = ["\n".join(_card(card, language, palette)) for card in cards]
    if whole or len(cards) > 1:
        last = _PROJECT if whole else _CHOSEN
        blocks.append(last.fill(score=overall(cards), count=len(cards)).say(language))
    return "\n\n".join(blocks) + "\n"


def _card(card: Card, language: str, palette: Palette) -> Iterator[str]:
    head = _OWNED.fill(kpi=card.kpi, score=card.score, owner=card.owner or _NOBODY)
    yield palette.paint(flat(head.say(language)), "bold")
    size = max(width(quality.value.say(language)) for quality in Quality)
    for qualities in (SEVEN, SMART):
        for quality in qualities:
            yield _line(quality, card.marks[quality], size, language, palette)
    if card.raised is not None:
        rule = f"{card.raised.code} {card.raised.name}"
        yield f"  {_RAISE.fill(rule=rule, score=card.raised.score).say(language)}"


def _line(quality: Quality, verdict: Verdict, size: int, language: str, palette: Palette) -> str:
    sign = palette.paint(_SIGNS[verdict.state], _STYLES[verdict.state])
    letter = f"{quality.name} " if quality in SMART else ""
    name = left(f"{letter}{quality.value.say(language)}", size + 2)
    return f"  {sign} {name}  {verdict.state.value.say(language)} ({', '.join(verdict.codes)})"


def json(cards: Sequence[Card], *, ascii_only: bool) -> str:
    """`{version, score, cards: [{kpi, owner, score, marks, raise}]}`; a mark has its state and the rules that decide it."""
    listed = [
        {
            "kpi": card.kpi,
            "owner": card.owner,
            "score": card.score,
            "marks": {
                quality.value.en: {
                    "state": verdict.state.name.lower(),
                    "rules": list(verdict.codes),
                }
                for quality, verdict in card.marks.items()
            },
            "raise": None
            if card.raised is None
            else {"code": card.raised.code, "name": card.raised.name, "score": card.raised.score},
        }
        for card in cards
    ]
    return indented({"version": VERSION, "score": overall(cards), "cards": listed}, ascii_only=ascii_only) + "\n"


_COLOURS = ((90, "#2e7d32"), (75, "#558b2f"), (50, "#b26a00"), (0, "#c62828"))


def badge(score: int, language: str) -> str:
    """A picture (SVG) of the score of a project, with nothing in it that is loaded from elsewhere."""
    title = Text("KPI quality", "KPI 质量").say(language)
    value = f"{score} / 100"
    colour = next(colour for least, colour in _COLOURS if score >= least)
    one, two = (width(part) * 7 + 14 for part in (title, value))
    said = escape(f"{title}: {value}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{one + two}" height="20" role="img" aria-label="{said}">'
        f"<title>{said}</title>"
        f'<rect width="{one + two}" height="20" rx="3" fill="#444"/>'
        f'<path d="M{one} 0h{two - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1 -3 3h-{two - 3}z" fill="{colour}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{one / 2:g}" y="14">{escape(title)}</text>'
        f'<text x="{one + two / 2:g}" y="14">{escape(value)}</text></g></svg>\n'
    )
