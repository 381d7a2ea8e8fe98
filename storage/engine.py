"""Opens a database and brings its schema up to date.

SQLite runs in WAL mode with foreign keys on, and takes the write lock when a writing transaction begins, so that two
writers wait for each other instead of failing half-way. PostgreSQL does the same with an advisory lock where asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Executable, StaticPool, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from domain.errors import StoreError

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 30_000
# what a connection may keep of the file, in KiB, taken as it is needed: with the usual two MB a large store is read
# from the system again and again; a server has several connections, each with a cache of its own
_CACHE_KB = 6_000
# how many pages may wait to be put in their places: those that a large store's indexes change again and again are put
# there once for several transactions
_WAITING_PAGES = 4_000
# any number will do as long as nobody else on the server uses it
_LOCK = 7_203_114


def hide_password(url: str | URL) -> str:
    """The URL as it may be shown."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        # without a readable form nobody knows where a password would stand
        return str(url).split("://", 1)[0] + "://…" if "://" in str(url) else repr(str(url))


def open_engine(url: str, *, create: bool) -> Engine:
    """Builds the engine of a SQLite or PostgreSQL URL; StoreError names it where that is not possible."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, create)
    return create_engine(
        parsed,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        json_deserializer=orjson.loads,
        json_serializer=dump_json,
    )


def dump_json(value: Any) -> str:
    """The value as JSON columns hold it."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # numbers beyond 64 bits, halves of surrogate pairs, keys that are no text
        return json.dumps(value)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(hide_password(url), "not a database URL such as sqlite:///data/roundwatch.sqlite") from error
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StoreError(hide_password(parsed), "only sqlite and postgresql databases are supported")
    return parsed


def _open_sqlite(url: URL, create: bool) -> Engine:
    memory = url.database in (None, "", ":memory:")
    if not memory:
        file = Path(str(url.database))
        if not create and not file.exists():
            raise StoreError(hide_password(url), "there is no such database")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(hide_password(url), f"its folder cannot be made ({error.strerror})") from error
    options: dict[str, Any] = {
        "connect_args": {"timeout": _BUSY_MS / 1000, "check_same_thread": False},
        "json_deserializer": orjson.loads,
        "json_serializer": dump_json,
    }
    if memory:
        options["poolclass"] = StaticPool
    engine = create_engine(url, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    # the driver's own transaction handling begins too late and commits around DDL
    connection.isolation_level = None
    cursor = connection.cursor()
    busy, cache = f"busy_timeout={_BUSY_MS}", f"cache_size={-_CACHE_KB}"
    waiting = f"wal_autocheckpoint={_WAITING_PAGES}"
    for pragma in ("journal_mode=WAL", busy, cache, waiting, "foreign_keys=ON", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Access:
    """Where statements run: each in a transaction of its own, or all of them in a given one."""

    def __init__(self, engine: Engine, connection: Connection | None = None) -> None:
        self.engine = engine
        self._connection = connection
        self._waiting: dict[Executable, list[dict[str, Any]]] = {}

    @property
    def is_bound(self) -> bool:
        """Whether all statements run in one given transaction, within which nobody else changes anything."""
        return self._connection is not None

    @property
    def is_postgres(self) -> bool:
        """Whether the database is PostgreSQL."""
        return self.engine.dialect.name == "postgresql"

    def write_later(self, statement: Executable, row: dict[str, Any]) -> None:
        """Has a row of the given transaction written together with others like it, before anything is read."""
        self._waiting.setdefault(statement, []).append(row)

    def settle(self) -> None:
        """Writes what waits to be written."""
        if self._connection is not None:
            for statement, rows in self._waiting.items():
                self._connection.execute(statement, rows)
            self._waiting.clear()

    @contextmanager
    def reading(self, *, settled: bool = True) -> Iterator[Connection]:
        """A connection to read from; not `settled` where rows that wait to be written make no difference."""
        if self._connection is not None:
            if settled:
                self.settle()
            yield self._connection
            return
        with self._translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, alone: bool = False, settled: bool = True) -> Iterator[Connection]:
        """A connection whose statements are all written or none; `alone` keeps others that ask for it waiting."""
        if self._connection is not None:
            if settled:
                self.settle()
            yield self._connection
            return
        with self._translated(), self.engine.connect() as connection:
            connection = connection.execution_options(writing=True)
            with connection.begin():
                if alone and self.is_postgres:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, SQLAlchemyError) as error:
            raise StoreError(hide_password(self.engine.url), _explain(error)) from error


def _explain(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split()) or type(cause).__name__


def migrate(access: Access) -> None:
    """Brings the schema up to the newest version; another process that does the same at the time is waited for."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    head = ScriptDirectory.from_config(config).get_current_head()
    with access.reading() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    with access.writing(alone=True) as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except Exception as error:
            if isinstance(error, SQLAlchemyError):
                raise
            raise StoreError(hide_password(access.engine.url), f"cannot be migrated ({error})") from error
