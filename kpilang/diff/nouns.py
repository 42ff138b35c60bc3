"""What a comparison of two states says: changes by kind and grade, and who is downstream of what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from kpilang.record import record
from kpilang.text import Span, Text


class Grade(StrEnum):
    """How much a change weighs, the heaviest first: values before and after cannot be compared, or something that others
    rely on is gone; readers and owners should know; only the words are others."""

    BREAKING = "breaking"
    NOTABLE = "notable"
    WORDS = "words"


@record
class Kind:
    """A kind of change, declared beside the code that finds it: `D101`, `formula-changed`, its usual grade, and what it
    is called in a heading."""

    code: str
    name: str
    grade: Grade
    title: Text


@record
class Accepted:
    """The note in the new state by which a change that breaks comparability was accepted: as of which day, and why.
    `span` is its field in the new state."""

    day: dt.date
    reason: Text
    span: Span


@record
class Change:
    """One change in meaning.

    `subject` is the name of the declaration, in the new state where it is still there, and `sort` what it is: kpi,
    source, goal, owner, calendar (whose subject is `calendar`) or template. `before` and `after` are the smallest places in the two
    states, None where there is nothing; `was` and `now` what is written there, in one line, in the form of `kpi fmt`.
    `grade` is the kind's, unless circumstances make it another, which the message says. `accepted` is the note that
    takes a breaking change's edge, None for all others.
    """

    kind: Kind
    subject: str
    sort: str
    message: Text
    before: Span | None
    after: Span | None
    was: str | None
    now: str | None
    grade: Grade
    accepted: Accepted | None = None

    @property
    def breaks(self) -> bool:
        """Whether it breaks comparability and nobody has accepted that."""
        return self.grade is Grade.BREAKING and self.accepted is None


@record
class Downstream:
    """Somebody who is affected by a change of a subject: the `name` and `sort` (kpi, source, goal, owner) of a declaration,
    and how it hangs on the subject: formula, parent, guard, goal, source, owner, calendar, template. `through` leads from the subject to it: the
    names between them, nearest to the subject first; none where it hangs on the subject itself."""

    name: str
    sort: str
    how: str
    through: tuple[str, ...] = ()


@record
class Comparison:
    """All that changed in meaning between two states: the changes in the reading order of the new state, what is gone
    last; and by the subject of a change who is downstream of it, those who hang on it directly first."""

    changes: tuple[Change, ...]
    downstream: Mapping[str, tuple[Downstream, ...]]
