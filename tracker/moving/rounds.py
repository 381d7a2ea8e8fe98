"""A row of another database's table as an article that tells one round: its cells are the words that bear it out.

row ─→ Article (title; "column: cell" a line) + Extraction, each value with its evidence
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from domain.article import Article
from domain.errors import BadInput
from domain.event import DatePrecision, EventDate, Evidence, Extraction, Kind, Status
from domain.fusion import digest_text
from domain.money import Money, Precision
from tracker.moving.cells import (
    is_nothing,
    language_of,
    read_currency,
    read_date,
    read_kind,
    read_money,
    read_names,
    read_round,
    read_status,
)
from tracker.moving.layout import Layout
from tracker.stages import check_claimable

T = TypeVar("T")
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KnownRound:
    """A round as a row tells it; `row` is what the addresses of all its states begin with, None without an id."""

    article: Article
    extraction: Extraction
    row: str | None


def build_round(row: Row, layout: Layout, now: datetime) -> KnownRound:
    """The round that a row tells; BadInput names the field that cannot be read."""
    title, text, places = _write_out(row, layout)
    reader = _Reader(row, layout, places)
    stated = _read_when(reader, now)
    url = _build_url(row, layout, text)
    article = Article(
        url=url,
        title=title,
        text=text,
        language=language_of(title),
        # a month names no day on which it was told
        published_on=stated.on if stated.precision is DatePrecision.DAY else None,
        fetched_at=now,
        source_id=layout.source,
    )
    extraction = _build_extraction(reader, stated, language_of(title))
    check_claimable(extraction, article)
    return KnownRound(article, extraction, trim_state(url) if layout.cell(row, "id") else None)


def trim_state(url: str) -> str:
    """What the addresses of all the states of one row begin with."""
    return url.rpartition(":")[0]


def _write_out(row: Row, layout: Layout) -> tuple[str, str, dict[str, int]]:
    """Title and text of the article, and where in both together each column's cell begins."""
    cells = [layout.cell(row, name) for name in ("company", "round", "amount")]
    title = " · ".join(" ".join(cell.split()) for cell in cells if cell)
    places: dict[str, int] = {}
    lines: list[str] = []
    at = len(title) + 1
    for column in dict.fromkeys(column for columns in layout.columns.values() for column in columns):
        if cell := row[column].strip():
            lines.append(f"{column}: {cell}")
            places[column] = at + len(column) + 2
            at += len(lines[-1]) + 1
    return title, "\n".join(lines), places


def _build_url(row: Row, layout: Layout, text: str) -> str:
    """An address for each state of a row: on the database's page of it, where there is one."""
    link, key = layout.cell(row, "url"), layout.cell(row, "id")
    base = f"{link.partition('#')[0]}#" if link.startswith(("http://", "https://")) else "urn:roundwatch:"
    return f"{base}{layout.source}:{f'{key}:' if key else ''}{digest_text(text)}"


def _read_when(reader: _Reader, now: datetime) -> EventDate:
    found = reader.read("announced_on", lambda text: read_date(text, reader.layout.date))
    if found is None:
        raise BadInput("announced_on", "a round has to have a date")
    if found.on > now.date():
        raise BadInput("announced_on", f"{found.on} is still to come")
    precision = reader.read("date_precision", DatePrecision, "announced_on")
    return replace(found, precision=precision) if precision else found


def _build_extraction(reader: _Reader, stated: EventDate, language: str) -> Extraction:
    company = reader.read_company()
    name, kind = reader.read("round", read_round) or (None, None)
    leads = reader.read_names("lead_investors")
    others = (*reader.read_names("investors"), *reader.read_names("participants"))
    return Extraction(
        company=company,
        status=reader.read("status", read_status) or Status.ANNOUNCED,
        kind=reader.read("kind", read_kind) or kind or Kind.EQUITY,
        round=name,
        amount=reader.read_money("amount"),
        lead_investors=leads,
        investors=tuple(dict.fromkeys((*leads, *others))),
        valuation=reader.read_money("valuation"),
        total_raised=reader.read_money("total_raised"),
        announced_on=stated,
        application=reader.read("application", str),
        application_type=reader.read("application_type", str),
        language=language,
        evidence=tuple(reader.evidence),
    )


class _Reader:
    """Reads the fields of a row, and notes which words of the article bear each out."""

    def __init__(self, row: Row, layout: Layout, places: Mapping[str, int]) -> None:
        self.layout = layout
        self.evidence: list[Evidence] = []
        self._row = row
        self._places = places

    def read(self, name: str, read: Callable[[str], T | None], told: str | None = None) -> T | None:
        """The value of a field, which tells of `told`, or else of itself; None where its cell says nothing."""
        text = self.layout.cell(self._row, name)
        try:
            value = None if is_nothing(text) else read(text)
        except (BadInput, ValueError) as error:
            raise BadInput(name, str(error)) from error
        if value is not None:
            self._witness(name, told or name)
        return value

    def read_company(self) -> tuple[str, ...]:
        """The names of the company, the best first."""
        cells = [*self.layout.cells(self._row, "company"), *self.layout.cells(self._row, "company_zh")]
        found = tuple(dict.fromkeys(" ".join(cell.split()) for _, cell in cells if not is_nothing(cell)))
        if not found:
            raise BadInput("company", "a round has to have one")
        for name in ("company", "company_zh"):
            self._witness(name, "company")
        return found

    def read_names(self, name: str) -> tuple[str, ...]:
        """The names of a list of investors."""
        found = read_names(self.layout.cell(self._row, name), self.layout.separator)
        for one in found:
            self._witness(name, "lead_investors" if name == "lead_investors" else "investors", one)
        return found

    def read_money(self, name: str) -> Money | None:
        """An amount in one column, or in columns for its bounds, currency and precision."""
        low, high = (self.read(f"{name}_{end}", int, name) for end in ("min", "max"))
        if (low, high) == (None, None):
            return self.read(name, lambda text: read_money(text, self._read_currency(name), self.layout.unit))
        precision = self.read(f"{name}_precision", Precision, name) or Precision.EXACT
        if (currency := self._read_currency(name)) is None:
            raise BadInput(name, "an amount without a currency")
        return Money(low, high, currency, precision)

    def _read_currency(self, name: str) -> str | None:
        own = self.read(f"{name}_currency", read_currency, name)
        return own or self.read("currency", read_currency, name)

    def _witness(self, name: str, told: str, words: str | None = None) -> None:
        """Notes that the words, or else the whole cell, bear a field out."""
        for column in self.layout.columns.get(name, ()):
            if column not in self._places:
                continue
            cell = self._row[column].strip()
            quote = words if words is not None and words in cell else cell
            start = self._places[column] + cell.index(quote)
            found = Evidence(told, start, start + len(quote), quote)
            if found not in self.evidence:
                self.evidence.append(found)
