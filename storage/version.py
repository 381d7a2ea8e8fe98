"""Whether anything was written since: a word that changes with every commit of anybody, read in microseconds."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import DBAPIError

from storage.store import Store


class StoreVersion:
    """The version of a store; None where none can be told, as for a database in memory, which has one connection."""

    def __init__(self, store: Store) -> None:
        self._engine = store._access.engine
        memory = self._engine.url.database in (None, "", ":memory:")
        postgres = store._access.is_postgres
        self._query = "SELECT pg_current_snapshot()::text" if postgres else "PRAGMA data_version"
        self._connection: Any = None
        self._told = postgres or not memory
        self.is_local = not postgres

    def read(self) -> str | None:
        """The version now; to be asked by one thread at a time."""
        if not self._told:
            return None
        try:
            if self._connection is None:
                # a connection of its own that never writes: SQLite tells it of the others' commits alone
                self._connection = self._engine.raw_connection()
            cursor = self._connection.cursor()
            cursor.execute(self._query)
            found = str(cursor.fetchone()[0])
            cursor.close()
            if not self.is_local:
                self._connection.rollback()
        except (DBAPIError, self._engine.dialect.loaded_dbapi.Error):
            self.close()
            return None
        return found

    def close(self) -> None:
        """Gives the connection back."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection = None
