"""Definitions in the colours of a terminal."""

from __future__ import annotations

from kpilang.outputs.colour import Palette


def painted(text: str, rule: str, palette: Palette, ahead: str = "") -> str:
    """A text that a rule of the grammar reads, in colours; as it is where no colours are wanted or the rule does not read
    it. `ahead` is what the rule needs before it, and is not shown."""
    if not palette.on:
        return text
    from kpilang.colour.exact import exact

    whole = ahead + text
    shown, at = "", len(ahead)
    for start, end, kind in exact(whole, rule, 0, len(whole)) or ():
        if start >= at:
            said = whole[start:end]
            shown += whole[at:start] + (palette.paint(said, kind.value.style) if kind.value.style else said)
            at = end
    return shown + whole[at:]
