"""Values that nobody may change: dataclasses that are cheap to load and to make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, field, make_dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

Made = TypeVar("Made")
_Fields = Mapping[str, tuple[Any, Any]]
"""By name the type of a field, as it is written, and what the class has for it: a default, `field()` or MISSING."""
_KEPT = "__record_fields__"


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[Made]) -> type[Made]:
    """A dataclass with slots that nobody may change; cached properties are kept beside them. A running program does not
    ask: that would make each value three times as dear to make. A class costs little until its first value is made: a run
    makes few of the kinds that it loads."""
    space = {name: item for name, item in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    own = {name: (kind, space.pop(name, MISSING)) for name, kind in space.get("__annotations__", {}).items()}
    above = {name: item for base in reversed(cls.__mro__) for name, item in base.__dict__.get(_KEPT, {}).items()}
    fields = {**above, **own}

    def first(self: object, *given: object, **named: object) -> None:
        made.__init__ = written = _init(fields, cls.__qualname__)
        written(self, *given, **named)

    slots = [name for name in own if name not in above]
    slots += ["__dict__"] if any(isinstance(item, cached_property) for item in space.values()) else []
    added = {
        _KEPT: fields,
        "__slots__": tuple(slots),
        "__match_args__": tuple(fields),
        "__dataclass_fields__": _AsDataclass(),
        "__qualname__": cls.__qualname__,
        "__init__": first,
        "__repr__": _repr(_taking_part(fields, "repr")),
        **_equality(_taking_part(fields, "compare")),
    }
    kind: Any = type(cls)
    made = kind(cls.__name__, cls.__bases__, {**space, **added})
    return made  # type: ignore[no-any-return]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def node(cls: type[Made]) -> type[Made]:
    """A record that computes its hash once: what is looked up time and again."""
    made = record(cls)
    whole: Callable[[object], int] = made.__hash__

    def remembered(self: Remembering) -> int:
        try:
            return self.hashed
        except AttributeError:
            self.hashed = whole(self)
            return self.hashed

    made.__hash__ = remembered  # type: ignore[assignment, method-assign] # that is what it is for
    return made


class Remembering:
    """The place where a value remembers its hash."""

    __slots__ = ("hashed",)
    hashed: int


def _taking_part(fields: _Fields, what: str) -> tuple[str, ...]:
    """The names of the fields that `field()` does not keep out of representation or comparison."""
    return tuple(name for name, (_, given) in fields.items() if not isinstance(given, Field) or getattr(given, what))


def _init(fields: _Fields, title: str) -> Callable[..., None]:
    """The function that sets all fields, written out."""
    known, heads, lines = dict[str, Any]({"MISSING": MISSING}), ["self"], list[str]()
    for name, (_, given) in fields.items():
        default, make = (given.default, given.default_factory) if isinstance(given, Field) else (given, MISSING)
        if make is not MISSING:
            known[f"_{name}"] = make
            heads.append(f"{name}=MISSING")
            lines.append(f" self.{name} = _{name}() if {name} is MISSING else {name}")
            continue
        known[f"_{name}"] = default
        heads.append(name if default is MISSING else f"{name}=_{name}")
        lines.append(f" self.{name} = {name}")
    exec("\n".join((f"def __init__({', '.join(heads)}):", *lines, " pass")), known)  # noqa: S102 nothing but names of fields
    known["__init__"].__qualname__ = f"{title}.__init__"
    return known["__init__"]  # type: ignore[no-any-return]


def _repr(names: tuple[str, ...]) -> Callable[[object], str]:
    """A value as it would be written."""

    def said(self: object) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return said


def _equality(names: tuple[str, ...]) -> dict[str, Callable[..., Any]]:
    """Equality by class and fields, and the hash that goes with it."""
    values: Callable[[Any], object] = attrgetter(*names) if names else type

    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(values(self))

    return {"__eq__": equal, "__hash__": hashed}


class _AsDataclass:
    """The fields as `dataclasses` wants them, made when it asks: to replace some, or to go through all."""

    def __get__(self, _value: object, cls: Any) -> Mapping[str, Field[Any]]:  # noqa: ANN401 a class that gets one more attribute
        declared = [
            (name, kind, given if isinstance(given, Field) else field(default=given))
            for name, (kind, given) in getattr(cls, _KEPT).items()
        ]
        made: Any = make_dataclass(cls.__name__, declared, init=False, repr=False, eq=False)
        cls.__dataclass_fields__ = made.__dataclass_fields__
        return cls.__dataclass_fields__  # type: ignore[no-any-return]
