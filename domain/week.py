"""ISO weeks (ISO 8601): Monday to Sunday, written 2025-W04."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import BadWeek

_FORM = re.compile(r"(\d{4})-?W(\d{1,2})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week, ordered by time."""

    year: int
    number: int

    def __post_init__(self) -> None:
        try:
            date.fromisocalendar(self.year, self.number, 1)
        except ValueError as error:
            raise BadWeek(f"{self.year:04}-W{self.number:02}", "no such ISO week") from error

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"

    @property
    def monday(self) -> date:
        """The first day of the week."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + timedelta(days=6)

    def shift(self, weeks: int) -> Week:
        """The week that lies so many weeks later (earlier, where negative)."""
        return week_of(self.monday + timedelta(weeks=weeks))

    def until(self, last: Week) -> Iterator[Week]:
        """Yields the weeks from this one to `last`, both included."""
        week = self
        while week <= last:
            yield week
            week = week.shift(1)


def week_of(day: date) -> Week:
    """The ISO week that holds the day."""
    year, number, _ = day.isocalendar()
    return Week(year, number)


def parse_week(text: str, *, today: date | None = None) -> Week:
    """Reads 2025-W04, 2025W04, a date such as 2025-01-22 or, where `today` is given, `current` and `latest`.

    Raises BadWeek, which names the text.
    """
    text = text.strip()
    if today is not None and text.lower() in {"current", "latest"}:
        return week_of(today)
    if match := _FORM.fullmatch(text):
        return Week(int(match[1]), int(match[2]))
    try:
        return week_of(date.fromisoformat(text))
    except ValueError as error:
        raise BadWeek(repr(text), "not an ISO week such as 2025-W04") from error
