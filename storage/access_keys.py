"""Keys of the API: kept as digests, so that a copy of the database opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from storage.models import ApiKeyRow
from storage.rows import table
from storage.store import Shelves

_KEY = table(ApiKeyRow)
SCOPES = ("read", "write", "admin")
_PREFIX = "rw_"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key without what it opens with; each scope holds those before it: read, write, admin."""

    id: str
    name: str
    scopes: Sequence[str]
    created_at: datetime
    revoked_at: datetime | None = None

    def may(self, scope: str) -> bool:
        """Whether the key allows as much."""
        most = max((SCOPES.index(held) for held in self.scopes), default=-1)
        return self.revoked_at is None and SCOPES.index(scope) <= most


class AccessKeys:
    """The keys."""

    def __init__(self, store: Shelves) -> None:
        self._access = store._access

    def add(self, name: str, scope: str) -> tuple[AccessKey, str]:
        """Makes a key, and gives it with the word that opens, which is shown this once."""
        key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(24)
        word = f"{_PREFIX}{key_id}_{secret}"
        key = AccessKey(key_id, name, (scope,), datetime.now(UTC))
        row = {"id": key.id, "name": name, "digest": _digest(word), "scopes": [scope], "created_at": key.created_at}
        with self._access.writing() as connection:
            connection.execute(insert(_KEY).values(row))
        return key, word

    def find(self, word: str) -> AccessKey | None:
        """The key that a word opens, None where it opens nothing."""
        if not word.startswith(_PREFIX):
            return None
        with self._access.reading() as connection:
            row = connection.execute(select(_KEY).where(_KEY.c.digest == _digest(word))).mappings().first()
        if row is None or row["revoked_at"] is not None:
            return None
        return AccessKey(row["id"], row["name"], row["scopes"], row["created_at"])

    def list(self) -> Sequence[AccessKey]:
        """Every key, the oldest first."""
        wanted = select(_KEY).order_by(_KEY.c.created_at, _KEY.c.id)
        with self._access.reading() as connection:
            rows = connection.execute(wanted).mappings()
            return [AccessKey(r["id"], r["name"], r["scopes"], r["created_at"], r["revoked_at"]) for r in rows]

    def revoke(self, key_id: str) -> bool:
        """Ends a key; gives whether there was one."""
        with self._access.writing() as connection:
            ended = update(_KEY).where(_KEY.c.id == key_id, _KEY.c.revoked_at.is_(None))
            return bool(connection.execute(ended.values(revoked_at=datetime.now(UTC))).rowcount)


def _digest(word: str) -> str:
    # the word is 24 random bytes: a slow hash would guard nothing more
    return hashlib.sha256(word.encode()).hexdigest()
