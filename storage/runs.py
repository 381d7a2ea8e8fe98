"""Which stage ran when, and its counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from storage.engine import Access
from storage.models import RunRow
from storage.rows import table

_RUN = table(RunRow)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a stage; `finished_at` is None while it goes on, or where it was killed."""

    id: int
    stage: str
    started_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, int]
    error: str | None


class Runs:
    """The runs of the stages."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def start(self, stage: str) -> int:
        """Notes that a stage begins, and gives the run's id."""
        with self._access.writing() as connection:
            begun = insert(_RUN).values(stage=stage, started_at=datetime.now(UTC), counts={}).returning(_RUN.c.id)
            return int(connection.execute(begun).scalar_one())

    def finish(self, run_id: int, counts: Mapping[str, int], error: str | None = None) -> None:
        """Notes that a stage ended, with its counts."""
        values = {"finished_at": datetime.now(UTC), "counts": dict(counts), "error": error}
        with self._access.writing() as connection:
            connection.execute(update(_RUN).where(_RUN.c.id == run_id).values(values))

    def latest(self, limit: int = 20) -> list[Run]:
        """The last runs, the newest first."""
        with self._access.reading() as connection:
            rows = connection.execute(select(_RUN).order_by(_RUN.c.id.desc()).limit(limit)).mappings()
            return [Run(**row) for row in rows]
