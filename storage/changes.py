"""What changed since a reader last asked: every revision of every event once, in the order of commits.

A number is given while the others that write wait, so whoever has read up to a number has missed nothing below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, func, select

from domain.event import Event
from domain.record import read_record
from storage.engine import Access
from storage.models import EventChangeRow, EventRevisionRow
from storage.rows import table

_CHANGE = table(EventChangeRow)
_REVISION = table(EventRevisionRow)


class ChangeType(StrEnum):
    """What happened to an event."""

    CREATED = "created"
    UPDATED = "updated"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class EventChange:
    """One revision: `event` is the whole event as it was then, None where an older version kept no whole one."""

    seq: int
    type: ChangeType
    event_id: str
    revision: int
    at: datetime
    changed: tuple[str, ...]
    merged_into: str | None
    event: Event | None


class Changes:
    """The stream of changes."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def since(self, seq: int, limit: int = 100) -> Sequence[EventChange]:
        """The changes behind a number, in order."""
        wanted = (
            select(_CHANGE.c.seq, _REVISION)
            .join(_REVISION, (_REVISION.c.event_id == _CHANGE.c.event_id) & (_REVISION.c.number == _CHANGE.c.number))
            .where(_CHANGE.c.seq > seq)
            .order_by(_CHANGE.c.seq)
            .limit(limit)
        )
        with self._access.reading() as connection:
            return [_read(row) for row in connection.execute(wanted).mappings()]

    def last_seq(self) -> int:
        """The number of the last change, 0 where there is none."""
        with self._access.reading() as connection:
            return connection.scalar(select(func.max(_CHANGE.c.seq))) or 0

    def seq_at(self, at: datetime) -> int:
        """The number behind which all changes from that time on lie."""
        later = (
            select(func.min(_CHANGE.c.seq))
            .join(_REVISION, (_REVISION.c.event_id == _CHANGE.c.event_id) & (_REVISION.c.number == _CHANGE.c.number))
            .where(_REVISION.c.at >= at)
        )
        with self._access.reading() as connection:
            first: int | None = connection.scalar(later)
        return self.last_seq() if first is None else first - 1


def _read(row: RowMapping) -> EventChange:
    record: dict[str, Any] | None = row["event"]
    into: str | None = record["merged_into"] if record else None
    return EventChange(
        seq=row["seq"],
        type=_name_type(row["number"], into, bool(record and record.get("withdrawn"))),
        event_id=row["event_id"],
        revision=row["number"],
        at=row["at"],
        changed=tuple(row["changed"]),
        merged_into=into,
        event=read_record(record) if record else None,
    )


def _name_type(number: int, into: str | None, withdrawn: bool) -> ChangeType:
    if into is not None:
        return ChangeType.MERGED
    if withdrawn:
        return ChangeType.WITHDRAWN
    return ChangeType.CREATED if number == 1 else ChangeType.UPDATED
