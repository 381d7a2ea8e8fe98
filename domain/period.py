"""What a report covers: a week, several weeks in a row, or a month of the calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.errors import BadWeek
from domain.week import Week, parse_week, week_of

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
# a year of weeks: a report of more would be a book
MOST_WEEKS = 53


class Span(StrEnum):
    """How a period is counted."""

    WEEK = "week"
    WEEKS = "weeks"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included, and how they are counted."""

    first: date
    last: date
    span: Span

    def __str__(self) -> str:
        if self.span is Span.MONTH:
            return f"{self.first:%Y-%m}"
        first, last = week_of(self.first), week_of(self.last)
        return str(first) if self.span is Span.WEEK else f"{first}..{last}"

    @property
    def before(self) -> Period:
        """As many weeks just before, or the month before."""
        last = self.first - timedelta(days=1)
        if self.span is Span.MONTH:
            return Period(last.replace(day=1), last, Span.MONTH)
        return Period(self.first - (self.last - self.first) - timedelta(days=1), last, self.span)

    @property
    def last_week(self) -> Week:
        """The ISO week that the period ends in."""
        return week_of(self.last)

    def holds(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.first <= day <= self.last


def period_of(week: Week) -> Period:
    """The period of one week."""
    return Period(week.monday, _end_of(week), Span.WEEK)


def _end_of(week: Week) -> date:
    # the calendar ends within the last week of the year 9999
    return week.monday + min(timedelta(days=6), date.max - week.monday)


def parse_period(text: str, *, today: date | None = None) -> Period:
    """Reads 2025-W04, 2025-W04..2025-W06, 2025-01, or whatever else names a week; raises BadWeek, naming the text."""
    text = text.strip()
    if match := _MONTH.fullmatch(text):
        return _build_month(int(match[1]), int(match[2]), text)
    if ".." not in text:
        return period_of(parse_week(text, today=today))
    first, last = (parse_week(part, today=today) for part in text.split("..", 1))
    if not first <= last:
        raise BadWeek(repr(text), "the first week comes after the last one")
    if last.monday - first.monday >= timedelta(weeks=MOST_WEEKS):
        raise BadWeek(repr(text), f"more than {MOST_WEEKS} weeks")
    return Period(first.monday, _end_of(last), Span.WEEKS if first != last else Span.WEEK)


def _build_month(year: int, month: int, text: str) -> Period:
    try:
        first = date(year, month, 1)
        last = date(year, month, monthrange(year, month)[1])
    except ValueError as error:
        raise BadWeek(repr(text), "no such month") from error
    return Period(first, last, Span.MONTH)
