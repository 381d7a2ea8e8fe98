"""Inserting rows that may be there already, in the words of either database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_missing(connection: Connection, into: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Inserts the rows that break no unique constraint, and gives how many these were."""
    if not rows:
        return 0
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    # without the option SQLAlchemy does not tell the number of an insert on every driver
    statement = dialect.insert(into).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return connection.execute(statement, list(rows)).rowcount
