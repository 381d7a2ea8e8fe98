"""What a reader must know of single rows: where reports differ, and what amounts come to in dollars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from api.reports.amounts import render_money, render_round, render_total
from api.reports.house import Phrases
from api.reports.table import write_application
from api.reports.words import Words
from domain.claim import Claim
from domain.conflicts import differ
from domain.event import Event
from domain.fusion import Reported, list_reported
from domain.money import Money, Precision
from domain.rounds import base_round
from storage.reporting import Telling

_FIELDS = ("amount", "valuation", "round")


def build_footnotes(events: Sequence[Event], tellings: Iterable[Telling], phrases: Phrases) -> list[str]:
    """A note for each matter, naming the rows that it is about."""
    claims: dict[str, list[Claim]] = defaultdict(list)
    for telling in tellings:
        claims[telling.event_id].append(telling.claim)
    notes = []
    for name, items in (
        ("conflict", _iter_conflicts(events, claims, phrases)),
        ("converted", _iter_converted(events, phrases)),
    ):
        if told := list(items):
            notes.append(phrases.say(f"notes.{name}", items="\0").replace("\0", _separate(told, phrases)))
    return notes


def _separate(items: Sequence[str], phrases: Phrases) -> str:
    return ("；" if phrases.words.spaced else "; ").join(items)


def _iter_conflicts(events: Iterable[Event], claims: Mapping[str, Sequence[Claim]], phrases: Phrases) -> Iterator[str]:
    words = phrases.words
    for event in events:
        told = claims.get(event.id, ())
        reported = list_reported(told) if len(told) > 1 else []
        for field in _FIELDS:
            values = find_conflict([value for value in reported if value.field == field])
            if values:
                texts = [_write(value, words.language) for value in values]
                yield phrases.say(
                    "notes.conflict_item",
                    name=write_application(event, words),
                    field=phrases.say(f"notes.conflict_fields.{field}"),
                    values=words.lists["comma"].join(dict.fromkeys(texts)),
                )


def find_conflict(reported: Sequence[Reported]) -> list[object]:
    """The values of one field where two of them cannot both be right, the shown one first; else none."""
    values = [found.value for found in reported]
    return values if any(_clash(first, second) for first, second in combinations(values, 2)) else []


def _clash(first: object, second: object) -> bool:
    if isinstance(first, Money) and isinstance(second, Money):
        return differ(first, second)
    return base_round(str(first)) != base_round(str(second))


def _write(value: object, language: str) -> str:
    return render_money(value, language) if isinstance(value, Money) else render_round(str(value), language)


def _iter_converted(events: Iterable[Event], phrases: Phrases) -> Iterator[str]:
    words = phrases.words
    for event in events:
        if event.amount and event.amount.currency != "USD" and event.amount_usd is not None:
            text = write_dollars(event.amount, event.amount_usd, words)
            yield phrases.say("notes.converted_item", name=write_application(event, words), usd=text)


def write_dollars(money: Money, usd: float, words: Words) -> str:
    """The amount in dollars, with bounds where it has some; `usd` is what its headline number comes to."""
    if money.precision is Precision.EXACT:
        return words.set_apart(words.pages["converted"].format(amount=render_total(_round(usd), words.language)))
    rate = usd / money.value if money.value else 0.0
    low, high = (None if bound is None else _round(bound * rate) for bound in (money.min, money.max))
    return render_money(Money(low, high, "USD", money.precision), words.language)


def _round(usd: float) -> int:
    """To three digits: the rate gives no more."""
    digits = len(str(int(usd)))
    return int(round(usd, min(0, 3 - digits)))
