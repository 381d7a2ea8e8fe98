"""Where what was merged leads to; and merges that lead in a circle, which only data from elsewhere can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select, update

from domain.errors import MergeCycle
from storage.engine import Access
from storage.models import CompanyRow, EventRow, InvestorRow
from storage.rows import table

_EVENT = table(EventRow)
_PARTIES = (table(CompanyRow), table(InvestorRow))
Id = TypeVar("Id")


def follow_merges(start: Id, next_of: Callable[[Id], Id | None], subject: str) -> Id:
    """The last one that merges lead to; MergeCycle where there is no last one."""
    way = [start]
    while (following := next_of(way[-1])) is not None:
        if following in way:
            raise MergeCycle(subject, [*way[way.index(following) :], following])
        way.append(following)
    return way[-1]


def find_circles(merged: Mapping[Id, Id]) -> Iterator[list[Id]]:
    """Yields the circles among what was merged into what, each once."""
    seen: set[Id] = set()
    for start in merged:
        way: list[Id] = []
        here: Id | None = start
        while here is not None and here not in seen:
            seen.add(here)
            way.append(here)
            here = merged.get(here)
        if here in way:
            yield way[way.index(here) :]


class Redirects:
    """What events, companies and investors were merged into."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def event_circles(self) -> list[list[str]]:
        """The events whose merges lead in a circle, circle by circle."""
        with self._access.reading() as connection:
            return list(find_circles(_load_merges(connection, _EVENT)))

    def count_circles(self) -> int:
        """How many circles there are among events, companies and investors."""
        with self._access.reading() as connection:
            return sum(1 for merged in (_EVENT, *_PARTIES) for _ in find_circles(_load_merges(connection, merged)))

    def open_parties(self) -> int:
        """Lets companies and investors in a circle stand for themselves again; gives how many circles there were."""
        opened = 0
        with self._access.writing() as connection:
            for party in _PARTIES:
                for circle in find_circles(_load_merges(connection, party)):
                    connection.execute(update(party).where(party.c.id.in_(circle)).values(merged_into=None))
                    opened += 1
        return opened


def _load_merges(connection: Connection, of: Table) -> dict[Any, Any]:
    wanted = select(of.c.id, of.c.merged_into).where(of.c.merged_into.is_not(None))
    return {row.id: row.merged_into for row in connection.execute(wanted.order_by(of.c.id))}
