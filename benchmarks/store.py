"""How fast claims are filed as the store grows, on both databases, beside sqlite-utils upserting rows as wide.

    python -m benchmarks store [--events=1000,10000,100000,1000000] [--only=sqlite] [--keep=FOLDER] [--freeze]

Each store is filled in bulk up to its size, with the rows that merging leaves; then the merge stage files the news that
come next, of which more than half join a round. What counts is the time a claim takes at the largest size as a share
of that at 10,000. Claims are filed in slices, one of each store in turn, so that whatever else the machine does slows
all of them alike, and the middle slice is told; beside it stands what one core does where nothing else runs on it (the
time of this process alone, so on PostgreSQL without the server's).

Filling a million takes a quarter of an hour and more. `--keep` leaves filled stores in a folder, and takes them from
there the next time; those of PostgreSQL stay on the server that ROUNDWATCH_TEST_POSTGRES_URL names.
"""

from __future__ import annotations

import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import psycopg
from sqlalchemy import make_url

from benchmarks.bench_files import print_beside_frozen
from benchmarks.store_stream import NOW, Stream, add_pending, fill, iter_flat_rows
from storage.store import Store, open_store
from tracker.stages import merge

_SIZES = (1_000, 10_000, 100_000)
# whole batches of the merge stage
_WARM_UP, _SLICE, _SLICES = 400, 400, 7
_MEASURED = _SLICE * _SLICES
_BASE = 10_000
# rows a transaction, as many as the merge stage files in one
_TOGETHER = 200


def measure(
    kind: str, databases: Files | Server, sizes: Sequence[int], kept: Path | None, folder: Path
) -> dict[int, tuple[float, float]]:
    """Claims filed a second in stores of so many events, by the clock and by this process's own time."""
    times: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
    with ExitStack() as stack:
        stores = {}
        for size in sizes:
            stores[size], stream = stack.enter_context(filled_store(databases, size, kept, folder))
            add_pending(stores[size], stream, _WARM_UP + _MEASURED)
            merge(stores[size], now=NOW, limit=_WARM_UP)
            print(f"{kind}, {size:,} events: ready", file=sys.stderr, flush=True)
        for _ in range(_SLICES):
            for size, store in stores.items():
                times[size].append(_time_merge(store))
                wall, own = times[size][-1]
                print(
                    f"{kind}, {size:,} events: {_SLICE / wall:.0f} claims a second ({_SLICE / own:.0f})",
                    file=sys.stderr,
                )
    middle = {size: [median(column) for column in zip(*times[size], strict=True)] for size in sizes}
    return {size: (_SLICE / wall, _SLICE / own) for size, (wall, own) in middle.items()}


def _time_merge(store: Store) -> tuple[float, float]:
    began, own = time.perf_counter(), time.process_time()
    counts = merge(store, now=NOW, limit=_SLICE)
    assert counts["claims"] == _SLICE, counts
    return time.perf_counter() - began, time.process_time() - own


def measure_sqlite_utils(folder: Path) -> float:
    """Rows that sqlite-utils upserts a second, some in one transaction, as claims are merged."""
    import sqlite_utils

    table = sqlite_utils.Database(folder / "flat.sqlite")["event"]
    rows = list(iter_flat_rows(Stream(_BASE), _MEASURED))
    times = []
    for first in range(0, _MEASURED, _SLICE):
        began = time.perf_counter()
        table.upsert_all(rows[first : first + _SLICE], pk="id", batch_size=_TOGETHER)
        times.append(time.perf_counter() - began)
    return _SLICE / median(times)


class Files:
    """SQLite files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str) -> str:
        """The URL of an empty database."""
        self.drop(name)
        return f"sqlite:///{self._folder / name}.sqlite"

    def has(self, name: str) -> bool:
        """Whether there is such a database."""
        return (self._folder / f"{name}.sqlite").exists()

    def copy(self, name: str, to: str) -> str:
        """The URL of a copy."""
        url = self.create(to)
        shutil.copyfile(self._folder / f"{name}.sqlite", self._folder / f"{to}.sqlite")
        return url

    def drop(self, name: str) -> None:
        """Deletes the database where there is one."""
        for file in self._folder.glob(f"{name}.sqlite*"):
            file.unlink()


class Server:
    """Databases of the PostgreSQL that tests use."""

    def __init__(self) -> None:
        from tests.storage.postgres import start_server

        self._url = start_server()

    def create(self, name: str, template: str = "template1") -> str:
        """The URL of an empty database."""
        self.drop(name)
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return make_url(self._url).set(database=name).render_as_string(hide_password=False)

    def has(self, name: str) -> bool:
        """Whether there is such a database."""
        with psycopg.connect(self._url) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None

    def copy(self, name: str, to: str) -> str:
        """The URL of a copy."""
        return self.create(to, name)

    def drop(self, name: str) -> None:
        """Deletes the database where there is one."""
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def filled_store(
    databases: Files | Server, size: int, kept: Path | None, folder: Path
) -> Iterator[tuple[Store, Stream]]:
    """A store with so many events, gone afterwards, and the stream at what comes next; `kept` ones are filled once."""
    name = f"filled_{size}"
    mark = (kept or folder) / f"{name}.{type(databases).__name__.lower()}"
    if not (mark.exists() and databases.has(name)):
        mark.unlink(missing_ok=True)
        stream = Stream(size)
        with open_store(databases.create(name)) as store:
            fill(store, stream, size)
        mark.write_bytes(pickle.dumps(stream))
    with open_store(databases.copy(name, f"used_{size}")) as store:
        yield store, pickle.loads(mark.read_bytes())
    databases.drop(f"used_{size}")
    if kept is None:
        databases.drop(name)


def main(arguments: list[str]) -> int:
    """Prints claims a second by size, and how the largest size compares with 10,000; `--freeze` keeps them."""
    options = dict(argument.removeprefix("--").partition("=")[::2] for argument in arguments)
    sizes = [int(size) for size in options["events"].split(",")] if options.get("events") else list(_SIZES)
    kinds = [options["only"]] if options.get("only") else ["sqlite", "postgresql"]
    kept = Path(options["keep"]) if options.get("keep") else None
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in kinds:
            databases = Files(kept or folder) if kind == "sqlite" else Server()
            rates = measure(kind, databases, sizes, kept, folder)
            for size, (wall, own) in rates.items():
                figures[f"{kind}, {size:,} events, claims/s"] = wall
                figures[f"{kind}, {size:,} events, claims/s of own time"] = own
            if _BASE in rates and max(sizes) > _BASE:
                for at, label in enumerate(("time", "own time")):
                    share = rates[_BASE][at] / rates[max(sizes)][at]
                    figures[f"{kind}, {label} at {max(sizes):,} / at {_BASE:,}"] = share
        figures["sqlite-utils upsert, rows/s"] = measure_sqlite_utils(folder)
    print_beside_frozen("store", {label: round(value, 2) for label, value in figures.items()}, arguments)
    return 0
