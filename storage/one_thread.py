"""A way into a SQLite file for one thread alone: over a connection of its own it waits for nobody else.

What takes less time than handing it to another thread and back may then be read where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from storage.engine import Access
from storage.store import Store


class OneThreadAccess(Access):
    """Reads over one connection that is kept; to be used by one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._kept: Connection | None = None

    @contextmanager
    def reading(self, *, settled: bool = True) -> Iterator[Connection]:
        """The connection kept, whose transaction ends with the block."""
        with self._translated():
            if self._kept is None:
                self._kept = self.engine.connect()
            try:
                yield self._kept
                self._kept.rollback()
            except BaseException:
                kept, self._kept = self._kept, None
                kept.invalidate()
                raise


def open_for_one_thread(store: Store) -> Store | None:
    """The store for one thread to read; None where it lies in memory, with one connection, or beyond a network."""
    engine = store._access.engine
    if store._access.is_postgres or engine.url.database in (None, "", ":memory:"):
        return None
    return Store(OneThreadAccess(engine))
