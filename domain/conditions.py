"""What an alert rule watches for: a tree of conditions over an event, read from plain tables.

    {minimum_usd = 100e6, kinds = ["equity"]}                       all fields of a table must hold
    {any = [{companies = ["Moonshot AI"]}, {words = ["agent"]}]}    one of them
    {not = {countries = ["US"]}, sectors = ["ai-chips"]}            and, not
    {watch = ["rivals"]}                                            one of the parties or sectors of a watch list

Every condition can say by which of an event's tokens it may be found (`anchor`): a condition can only hold of an event
that has one of them. So an event is held against the rules that it concerns, and not against all.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Protocol

from domain.errors import BadInput
from domain.event import Kind, Status
from domain.names import match_key
from domain.rounds import ROUNDS, is_round
from domain.subjects import Subject, Token

_DEEPEST = 12
# what joins conditions, or stands for some
JOINS = ("all", "any", "not", "watch")
WatchLists = Mapping[str, Mapping[str, Sequence[str]]]


class BadRule(BadInput):
    """A rule that cannot be understood."""


class Condition(Protocol):
    """Something that holds of an event or does not."""

    def holds(self, subject: Subject) -> bool:
        """Whether the event is what is watched for."""

    def anchor(self) -> frozenset[Token] | None:
        """Tokens of which an event must have one for this to hold; None where that cannot be said."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Holds where the event has one of these values in a field."""

    field: str
    values: frozenset[str]

    def holds(self, subject: Subject) -> bool:
        """Whether one of the values is there."""
        return not self.values.isdisjoint(subject.values[self.field])

    def anchor(self) -> frozenset[Token]:
        """The values themselves."""
        return frozenset((self.field, value) for value in self.values)


@dataclass(frozen=True, slots=True)
class Words:
    """Holds where the event's texts contain one of these words or phrases, in any case."""

    words: tuple[str, ...]

    def holds(self, subject: Subject) -> bool:
        """Whether one of the words is there."""
        return any(word in subject.text for word in self.words)

    def anchor(self) -> frozenset[Token]:
        """The first two characters of each word, which the text must contain as well."""
        return frozenset(("gram", word[:2]) for word in self.words)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Holds where the amount's lower bound (`low`) or upper bound (`high`) reaches so many dollars."""

    bound: str
    usd: float

    def holds(self, subject: Subject) -> bool:
        """Whether the bound is known and high enough."""
        value = subject.low_usd if self.bound == "low" else subject.high_usd
        return value is not None and value >= self.usd

    def anchor(self) -> frozenset[Token]:
        """The power of two at or under the threshold; an event has all those at or under its own bound."""
        return frozenset(((self.bound, str(int(math.log2(max(self.usd, 1.0))))),))


@dataclass(frozen=True, slots=True)
class AtMost:
    """Holds where the amount is certain to be no more than so many dollars."""

    usd: float

    def holds(self, subject: Subject) -> bool:
        """Whether an upper bound is known and low enough."""
        return subject.high_usd is not None and subject.high_usd <= self.usd

    def anchor(self) -> None:
        """Small amounts have no token."""
        return


@dataclass(frozen=True, slots=True)
class Flag:
    """Holds where a fact about the event is as wanted: `conflict` or `first_round`."""

    name: str
    wanted: bool

    def holds(self, subject: Subject) -> bool:
        """Whether the fact is as wanted."""
        return (self.name in subject.flags) is self.wanted

    def anchor(self) -> frozenset[Token] | None:
        """The flag itself where it is to be there."""
        return frozenset((("flag", self.name),)) if self.wanted else None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds where every part holds; without parts always."""

    parts: tuple[Condition, ...]

    def holds(self, subject: Subject) -> bool:
        """Whether all parts hold."""
        return all(part.holds(subject) for part in self.parts)

    def anchor(self) -> frozenset[Token] | None:
        """The anchor of the part that the fewest events are found by."""
        found = [anchor for part in self.parts if (anchor := part.anchor()) is not None]
        return min(found, key=_breadth, default=None)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds where one part holds."""

    parts: tuple[Condition, ...]

    def holds(self, subject: Subject) -> bool:
        """Whether one part holds."""
        return any(part.holds(subject) for part in self.parts)

    def anchor(self) -> frozenset[Token] | None:
        """The anchors of all parts together, None where one of them has none."""
        found: set[Token] = set()
        for part in self.parts:
            anchor = part.anchor()
            if anchor is None:
                return None
            found |= anchor
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its part does not."""

    part: Condition

    def holds(self, subject: Subject) -> bool:
        """Whether the part does not hold."""
        return not self.part.holds(subject)

    def anchor(self) -> None:
        """What is absent has no token."""
        return


# how many events share one token of a field, roughly: a company's name is rare, a kind is not
_SHARE = {
    "companies": 1.0,
    "investors": 3.0,
    "leads": 2.0,
    "gram": 20.0,
    "flag": 50.0,
    "sectors": 60.0,
    "countries": 200.0,
    "rounds": 100.0,
    "low": 300.0,
    "high": 300.0,
    "kinds": 900.0,
    "statuses": 900.0,
}


@cache
def load_sectors() -> frozenset[str]:
    """The closed list of sectors."""
    text = (resources.files("domain") / "data" / "sectors.toml").read_text("utf-8")
    return frozenset(tomllib.loads(text))


def _breadth(anchor: frozenset[Token]) -> float:
    return sum(_SHARE.get(field, 500.0) for field, _ in anchor)


def parse_condition(table: Mapping[str, Any], where: str, lists: WatchLists, depth: int = 0) -> Condition:
    """Reads a table of fields; BadRule names the rule, the field and what is wrong with it."""
    if not isinstance(table, Mapping):
        raise BadRule(where, f"{table!r} is no table of conditions")
    if depth > _DEEPEST:
        raise BadRule(where, f"conditions lie deeper than {_DEEPEST} in each other")
    parts = tuple(_iter_parts(table, where, lists, depth))
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _iter_parts(table: Mapping[str, Any], where: str, lists: WatchLists, depth: int) -> Iterator[Condition]:
    for name, value in table.items():
        if name in ("any", "all"):
            if not isinstance(value, Sequence) or isinstance(value, str) or not value:
                raise BadRule(where, f"{name} wants a list of conditions")
            parts = tuple(parse_condition(part, where, lists, depth + 1) for part in value)
            yield AnyOf(parts) if name == "any" else AllOf(parts)
        elif name == "not":
            yield Not(parse_condition(value, where, lists, depth + 1))
        elif name == "watch":
            yield AnyOf(tuple(_iter_watched(_read_words(name, value, where), where, lists)))
        elif name in FIELDS:
            yield FIELDS[name](name, value, where)
        else:
            raise BadRule(where, f"unknown field {name!r}; there are {', '.join((*FIELDS, *JOINS))}")


def _iter_watched(names: Iterable[str], where: str, lists: WatchLists) -> Iterator[Condition]:
    """A condition for each kind of thing that one of the lists holds; any name of a company or investor will do."""
    for name in names:
        try:
            found = lists[name]
        except KeyError as error:
            there = f"; there are {', '.join(sorted(lists))}" if lists else "; there is none"
            raise BadRule(where, f"watch does not know the list {name!r}{there}") from error
        keys = {
            "companies": map(match_key, found.get("companies", ())),
            "investors": map(match_key, found.get("investors", ())),
            "sectors": found.get("sectors", ()),
        }
        yield from (OneOf(field, frozenset(values)) for field, values in keys.items() if found.get(field))


_Parse = Callable[[str, Any, str], Condition]


def _read_words(name: str, value: Any, where: str) -> list[str]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, Sequence) or not listed or not all(isinstance(v, str) and v.strip() for v in listed):
        raise BadRule(where, f"{name} wants a list of texts")
    return [v.strip() for v in listed]


def _read_usd(name: str, value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
        raise BadRule(where, f"{name} wants an amount in dollars above zero")
    return float(value)


def _choice(list_known: Callable[[], Iterable[str]], is_known: Callable[[str], bool] | None = None) -> _Parse:
    def parse(name: str, value: Any, where: str) -> Condition:
        values = [v.casefold() for v in _read_words(name, value, where)]
        if unknown := [v for v in values if not (is_known or frozenset(list_known()).__contains__)(v)]:
            told = f"; there are {', '.join(sorted(list_known()))}"
            raise BadRule(where, f"{name} does not know {unknown[0]!r}{told}")
        return OneOf(name, frozenset(values))

    return parse


def _parse_countries(name: str, value: Any, where: str) -> Condition:
    codes = [v.upper() for v in _read_words(name, value, where)]
    if wrong := [code for code in codes if len(code) != 2 or not code.isascii() or not code.isalpha()]:
        raise BadRule(where, f"{name} wants two-letter codes such as US or CN, not {wrong[0]!r}")
    return OneOf(name, frozenset(codes))


def _parse_names(name: str, value: Any, where: str) -> Condition:
    # an event has the keys of all names of its parties, so that any of them will do
    return OneOf(name, frozenset(map(match_key, _read_words(name, value, where))))


def _parse_words(name: str, value: Any, where: str) -> Condition:
    return Words(tuple(v.casefold() for v in _read_words(name, value, where)))


def _parse_flag(name: str, value: Any, where: str) -> Condition:
    if not isinstance(value, bool):
        raise BadRule(where, f"{name} wants true or false")
    return Flag(name, value)


FIELDS: Mapping[str, _Parse] = {
    "minimum_usd": lambda name, value, where: AtLeast("low", _read_usd(name, value, where)),
    "ceiling_usd": lambda name, value, where: AtLeast("high", _read_usd(name, value, where)),
    "maximum_usd": lambda name, value, where: AtMost(_read_usd(name, value, where)),
    "kinds": _choice(lambda: (kind.value for kind in Kind)),
    "statuses": _choice(lambda: (status.value for status in Status)),
    "rounds": _choice(lambda: ROUNDS, is_round),
    "sectors": _choice(load_sectors),
    "countries": _parse_countries,
    "companies": _parse_names,
    "investors": _parse_names,
    "leads": _parse_names,
    "words": _parse_words,
    "conflict": _parse_flag,
    "first_round": _parse_flag,
}
"""What a table of conditions may name."""
