"""Inserting rows that may be there already, in the words of either database."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


@cache
def _build(into: Table, dialect: str) -> Any:
    """The statement that inserts a row unless it is there, built once."""
    made = (postgresql if dialect == "postgresql" else sqlite).insert(into).on_conflict_do_nothing()
    # without the option SQLAlchemy does not tell the number of an insert on every driver
    return made.execution_options(preserve_rowcount=True)


def insert_missing(connection: Connection, into: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Inserts the rows that break no unique constraint, and gives how many these were."""
    if not rows:
        return 0
    return connection.execute(_build(into, connection.dialect.name), list(rows)).rowcount
