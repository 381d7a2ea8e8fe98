"""What people set through the API besides judgements and rules: watch lists, sources on and off; and who did what.

with store.transaction() as tx:      # what was done and the note of it are kept together or not at all
    Desk(tx).switch_source("harbour", False)
    Desk(tx).note("ada", "source.off", "harbour", {})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from domain.errors import NotFound
from storage.models import JournalRow, SourceRow, SourceSwitchRow, WatchListRow
from storage.rows import table
from storage.store import Shelves

_JOURNAL = table(JournalRow)
_LIST = table(WatchListRow)
_SWITCH = table(SourceSwitchRow)
_SOURCE = table(SourceRow)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Who did what to which thing."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


class Desk:
    """Watch lists, switches and the journal."""

    def __init__(self, store: Shelves) -> None:
        self._access = store._access

    def note(self, actor: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        """Writes down that somebody did something."""
        row = {"at": datetime.now(UTC), "actor": actor, "action": action, "subject": subject, "detail": dict(detail)}
        with self._access.writing() as connection:
            connection.execute(insert(_JOURNAL).values(row))

    def journal(self, limit: int = 100, before: int | None = None) -> Sequence[JournalEntry]:
        """What was done, the newest first."""
        wanted = select(_JOURNAL).order_by(_JOURNAL.c.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(_JOURNAL.c.id < before)
        with self._access.reading() as connection:
            return [JournalEntry(**row) for row in connection.execute(wanted).mappings()]

    def watch_lists(self) -> dict[str, Mapping[str, Any]]:
        """Every watch list by its id."""
        with self._access.reading() as connection:
            rows = connection.execute(select(_LIST).order_by(_LIST.c.id))
            return {row.id: row.definition for row in rows}

    def watch_list(self, list_id: str) -> Mapping[str, Any]:
        """The watch list of an id; NotFound where there is none."""
        found = self.watch_lists().get(list_id)
        if found is None:
            raise NotFound(f"watch list {list_id}", "there is no such watch list")
        return found

    def put_watch_list(self, list_id: str, definition: Mapping[str, Any]) -> None:
        """Keeps a watch list in place of the one of its id."""
        values = {"definition": dict(definition), "changed_at": datetime.now(UTC)}
        with self._access.writing() as connection:
            if not connection.execute(update(_LIST).where(_LIST.c.id == list_id).values(values)).rowcount:
                connection.execute(insert(_LIST).values(id=list_id, **values))

    def remove_watch_list(self, list_id: str) -> None:
        """Forgets a watch list; NotFound where there is none."""
        with self._access.writing() as connection:
            if not connection.execute(delete(_LIST).where(_LIST.c.id == list_id)).rowcount:
                raise NotFound(f"watch list {list_id}", "there is no such watch list")

    def switch_source(self, source_id: str, enabled: bool) -> None:
        """Switches a source on or off, whatever its file says; NotFound where there is no such source."""
        values = {"enabled": enabled, "changed_at": datetime.now(UTC)}
        with self._access.writing() as connection:
            if connection.scalar(select(_SOURCE.c.id).where(_SOURCE.c.id == source_id)) is None:
                raise NotFound(f"source {source_id}", "there is no such source")
            changed = update(_SWITCH).where(_SWITCH.c.source_id == source_id).values(values)
            if not connection.execute(changed).rowcount:
                connection.execute(insert(_SWITCH).values(source_id=source_id, **values))

    def switches(self) -> dict[str, bool]:
        """The sources that were switched, and whether on."""
        with self._access.reading() as connection:
            return {row.source_id: row.enabled for row in connection.execute(select(_SWITCH))}
