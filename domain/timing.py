"""When an alert may go out: at once or after a debounce, not in quiet hours, or together with others in a digest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import BadInput


class Digest(StrEnum):
    """How often a rule's alerts are sent; all but `at_once` gather them into one message."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A span of the day in which nothing is sent; it may reach over midnight."""

    start: time
    end: time

    def release(self, at: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it lies in."""
        clock = at.timetz().replace(tzinfo=None)
        overnight = self.start > self.end
        inside = (clock >= self.start or clock < self.end) if overnight else self.start <= clock < self.end
        if not inside:
            return at
        day = at.date() + timedelta(days=1) if overnight and clock >= self.start else at.date()
        return datetime.combine(day, self.end, at.tzinfo)


_QUIET = re.compile(r"(\d{2}:\d{2})\s*-\s*(\d{2}:\d{2})", re.ASCII)


def parse_quiet_hours(text: str) -> QuietHours:
    """Reads 22:00-07:00; BadInput names the text."""
    match = _QUIET.fullmatch(text.strip())
    try:
        start, end = (time.fromisoformat(part) for part in match.groups()) if match else (time(), time())
    except ValueError:
        start = end = time()
    if start == end:
        raise BadInput(repr(text), "not quiet hours such as 22:00-07:00")
    return QuietHours(start, end)


def parse_zone(name: str) -> tzinfo:
    """The time zone of that name; BadInput names it where there is none."""
    if name.upper() == "UTC":
        # known also where the machine has no time zones
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(repr(name), "not a time zone such as Asia/Shanghai or UTC") from error


@dataclass(frozen=True, slots=True)
class Timing:
    """A rule's manners: `debounce` waits for more reports of the same round, `hour` is when a day's digest goes out."""

    digest: Digest = Digest.AT_ONCE
    debounce: timedelta = timedelta(0)
    quiet: QuietHours | None = None
    zone: tzinfo = UTC
    hour: int = 8

    def plan(self, put_at: datetime, now: datetime) -> datetime:
        """When an alert that was put then, and is looked at now, is due."""
        local = max(put_at + self.debounce, now).astimezone(self.zone)
        if self.digest is not Digest.AT_ONCE:
            local = self._next_digest(local)
        return self.release(local)

    def release(self, now: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it lies in."""
        return (self.quiet.release(now.astimezone(self.zone)) if self.quiet else now).astimezone(UTC)

    def _next_digest(self, local: datetime) -> datetime:
        full_hour = local.replace(minute=0, second=0, microsecond=0, fold=0)
        if self.digest is Digest.HOURLY:
            return full_hour + timedelta(hours=1)
        slot = full_hour.replace(hour=self.hour)
        if slot <= local:
            slot += timedelta(days=1)
        if self.digest is Digest.WEEKLY:
            slot += timedelta(days=-slot.weekday() % 7)
        return slot
