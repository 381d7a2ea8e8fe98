"""Full text in English and Chinese: articles, events, companies, investors, found by words of their names and texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Float,
    Integer,
    String,
    and_,
    bindparam,
    column,
    func,
    literal,
    or_,
    select,
    text,
)

from domain.grams import is_open, split_phrases, trim_phrase
from storage.engine import Access
from storage.queries import Place
from storage.search_index import refresh_index
from storage.store import Store

KINDS = ("event", "company", "investor", "article")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: `ref` is an event's or article's id, a company's or investor's key."""

    kind: str
    ref: str
    title: str
    told_on: date | None
    score: float


class Search:
    """The index over everything that has a name or a text."""

    def __init__(self, store: Store) -> None:
        self._access: Access = store._access

    def refresh(self, limit: int | None = None) -> int:
        """Indexes what is new, at most some `limit` things where given; gives how many that were."""
        return refresh_index(self._access, limit)

    def find(
        self, query: str, kinds: Sequence[str] = (), *, limit: int = 20, after: Place | None = None
    ) -> tuple[list[Hit], Place | None]:
        """What holds every phrase of the query, the best first, and where to go on where there is more.

        A page begins behind the hit that the one before ended with, at the score which that hit has by now.
        """
        phrases = split_phrases(query)
        if not phrases:
            return [], None
        hit, match = (_HIT_POSTGRES, _match_postgres) if self._access.is_postgres else (_HIT_SQLITE, _match_sqlite)
        columns = (hit.c.kind, hit.c.ref, hit.c.title, hit.c.told_on, hit.c.score, hit.c.id)
        wanted = select(*columns).order_by(hit.c.score.desc(), _day(hit).desc(), hit.c.id).limit(limit + 1)
        if after is not None:
            wanted = wanted.where(_lies_behind(hit, after))
        with self._access.reading() as connection:
            rows = connection.execute(wanted, {"match": match(phrases), "kinds": list(kinds or KINDS)}).all()
        found = [Hit(row.kind, row.ref, row.title, row.told_on, row.score) for row in rows[:limit]]
        return found, Place(found[-1].score, str(rows[limit - 1].id)) if len(rows) > limit else None


def _day(hit: CTE) -> ColumnElement[date]:
    # what has no day comes last
    return func.coalesce(hit.c.told_on, date.min)


def _lies_behind(hit: CTE, last: Place) -> ColumnElement[bool]:
    """Behind the last hit as it scores now; where that is gone, all that scores no better than it did."""
    number = int(last.id)
    here = hit.c.id == number
    score = func.coalesce(select(hit.c.score).where(here).scalar_subquery(), literal(last.value, Float))
    day = func.coalesce(select(_day(hit)).where(here).scalar_subquery(), date.max)
    return or_(
        hit.c.score < score,
        and_(hit.c.score == score, or_(_day(hit) < day, and_(_day(hit) == day, hit.c.id > number))),
    )


_SQLITE = """
    SELECT entry.id, entry.kind, entry.ref, entry.title, entry.told_on, -bm25(search_index) AS score
    FROM search_index JOIN search_entry AS entry ON entry.id = search_index.rowid
    WHERE search_index MATCH :match AND entry.kind IN :kinds
"""
_POSTGRES = """
    SELECT entry.id, entry.kind, entry.ref, entry.title, entry.told_on,
           CAST(ts_rank(search_index.tokens, CAST(:match AS tsquery), 1) AS double precision) AS score
    FROM search_index JOIN search_entry AS entry ON entry.id = search_index.id
    WHERE search_index.tokens @@ CAST(:match AS tsquery) AND entry.kind IN :kinds
"""


def _prepare(statement: str) -> CTE:
    told: tuple[ColumnElement[Any], ...] = (
        column("id", Integer), column("kind", String), column("ref", String), column("title", String),
        column("told_on", Date), column("score", Float),
    )  # fmt: skip
    return text(statement).bindparams(bindparam("match"), bindparam("kinds", expanding=True)).columns(*told).cte("hit")


_HIT_SQLITE, _HIT_POSTGRES = _prepare(_SQLITE), _prepare(_POSTGRES)


def _match_sqlite(phrases: Iterable[Sequence[str]]) -> str:
    return " ".join(f'"{" ".join(words)}"{"*" if is_open(words) else ""}' for words in map(trim_phrase, phrases))


def _match_postgres(phrases: Iterable[Sequence[str]]) -> str:
    def write(words: Sequence[str]) -> str:
        return " <-> ".join(f"'{word}'" for word in words) + (":*" if is_open(words) else "")

    return " & ".join(f"({write(words)})" for words in map(trim_phrase, phrases))
