"""Alert rules that a person set by command or API, besides those of the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage.engine import Access
from storage.models import AlertRuleRow
from storage.rows import table

_RULE = table(AlertRuleRow)


class Rules:
    """The kept rules, as plain tables; whoever puts one has parsed it first."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def list(self) -> list[dict[str, Any]]:
        """Every kept rule, by id."""
        with self._access.reading() as connection:
            return [dict(row) for row in connection.scalars(select(_RULE.c.definition).order_by(_RULE.c.id))]

    def put(self, definition: Mapping[str, Any]) -> bool:
        """Keeps a rule in place of the one of its id; gives whether it is new."""
        values = {"definition": dict(definition), "changed_at": datetime.now(UTC)}
        here = _RULE.c.id == definition["id"]
        with self._access.writing() as connection:
            if connection.execute(update(_RULE).where(here).values(values)).rowcount:
                return False
            connection.execute(insert(_RULE).values(id=definition["id"], **values))
            return True

    def remove(self, rule_id: str) -> bool:
        """Forgets a rule; gives whether there was one."""
        with self._access.writing() as connection:
            return bool(connection.execute(delete(_RULE).where(_RULE.c.id == rule_id)).rowcount)
