"""Sums, counts, medians and percentiles of deals by what they have in common; kinds are never mixed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, cast, func, select
from sqlalchemy import String as Text

from domain.event import Kind
from storage.event_filter import FACT, EventFilter, iter_conditions
from storage.models import EventInvestorRow, EventRow, InvestorRow
from storage.rows import table
from storage.store import Store

_EVENT = table(EventRow)
_PART = table(EventInvestorRow)
_INVESTOR = table(InvestorRow)

GROUPS = ("week", "month", "quarter", "year", "round", "sector", "country", "investor", "none")
PERCENTILES = (10, 25, 75, 90, 99)


@dataclass(frozen=True, slots=True)
class Stat:
    """Announced and closed deals of one group and kind; amounts in dollars, of those that disclose one."""

    group: str | None
    kind: Kind
    events: int
    disclosed: int
    usd: float
    smallest: float | None
    median: float | None
    largest: float | None
    percentiles: tuple[float, ...]


def find_stats(store: Store, wanted: EventFilter, by: str) -> list[Stat]:
    """The figures of each group and kind, by group; a deal counts for each of its investors."""
    columns = _GROUPED[by]
    rows = select(*columns, _EVENT.c.kind, _EVENT.c.amount_usd).where(*iter_conditions(wanted))
    if not wanted.statuses:
        rows = rows.where(FACT)
    if by == "investor":
        rows = rows.join_from(_EVENT, _PART, _PART.c.event_id == _EVENT.c.id).join(_INVESTOR)
    amounts: dict[tuple[Any, ...], list[float | None]] = defaultdict(list)
    with store._access.reading() as connection:
        for *group, amount in connection.execute(rows):
            amounts[tuple(group)].append(amount)
    found = [_build(_NAMES[by](group[:-1]), Kind(group[-1]), values) for group, values in amounts.items()]
    return sorted(found, key=lambda stat: (stat.group is None, stat.group or "", stat.kind))


def _build(group: str | None, kind: Kind, values: Sequence[float | None]) -> Stat:
    told = sorted(value for value in values if value is not None)
    marks = tuple(find_percentile(told, mark) for mark in PERCENTILES) if told else ()
    return Stat(
        group,
        kind,
        events=len(values),
        disclosed=len(told),
        usd=sum(told),
        smallest=told[0] if told else None,
        median=find_percentile(told, 50) if told else None,
        largest=told[-1] if told else None,
        percentiles=marks,
    )


def find_percentile(ordered: Sequence[float], mark: float) -> float:
    """The percentile of ordered values, interpolated between neighbours as spreadsheets do."""
    place = (len(ordered) - 1) * mark / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _part_of_date(first: int, length: int) -> ColumnElement[Any]:
    return func.substr(cast(_EVENT.c.announced_on, Text), first, length)


_GROUPED: dict[str, tuple[ColumnElement[Any], ...]] = {
    "week": (_EVENT.c.iso_year, _EVENT.c.iso_week),
    "month": (_part_of_date(1, 7),),
    "quarter": (_part_of_date(1, 4), _part_of_date(6, 2)),
    "year": (_part_of_date(1, 4),),
    "round": (_EVENT.c.round,),
    "sector": (_EVENT.c.sector,),
    "country": (_EVENT.c.country,),
    "investor": (_INVESTOR.c.name,),
    "none": (),
}


def _first(group: tuple[Any, ...]) -> str | None:
    return None if group[0] is None else str(group[0])


_NAMES: dict[str, Any] = {
    **dict.fromkeys(("month", "year", "round", "sector", "country", "investor"), _first),
    "week": lambda group: f"{group[0]:04}-W{group[1]:02}",
    "quarter": lambda group: f"{group[0]}-Q{(int(group[1]) + 2) // 3}",
    "none": lambda group: "all",
}
