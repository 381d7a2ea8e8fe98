"""How fast claims are filed as the store grows, on both databases, beside sqlite-utils upserting rows as wide.

    python -m benchmarks store [--events=1000,10000,100000,1000000] [--only=sqlite] [--freeze]

The store is filled in bulk up to a size; then the merge stage files further claims, of which more than half join a
round. What counts is the time a claim takes at the largest size as a share of that at 10,000.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bench_files import print_beside_frozen
from benchmarks.store_stream import NOW, Stream, add_pending, fill, iter_flat_rows
from storage.store import Store, open_store
from tracker.stages import merge

_SIZES = (1_000, 10_000, 100_000)
_WARM_UP, _MEASURED = 300, 2_000
_BASE = 10_000


def measure(url: str, events: int) -> float:
    """Claims filed a second in a store of so many events."""
    with open_store(url) as store:
        stream = Stream(events)
        fill(store, stream, events)
        add_pending(store, stream, _WARM_UP + _MEASURED)
        merge(store, now=NOW, limit=_WARM_UP)
        return _MEASURED / _time_merge(store)


def _time_merge(store: Store) -> float:
    began = time.perf_counter()
    counts = merge(store, now=NOW)
    assert counts["claims"] == _MEASURED, counts
    return time.perf_counter() - began


def measure_sqlite_utils(folder: Path) -> float:
    """Rows that sqlite-utils upserts a second, one by one, as they come."""
    import sqlite_utils

    table = sqlite_utils.Database(folder / "flat.sqlite")["event"]
    rows = list(iter_flat_rows(Stream(_BASE), _MEASURED))
    began = time.perf_counter()
    for row in rows:
        table.upsert(row, pk="id")
    return _MEASURED / (time.perf_counter() - began)


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database, gone afterwards."""
    if kind == "sqlite":
        file = folder / "store.sqlite"
        yield f"sqlite:///{file}"
        for left in folder.glob("store.sqlite*"):
            left.unlink()
        return
    import psycopg
    from sqlalchemy import make_url

    from tests.storage.postgres import start_server

    server = start_server()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench")
        yield make_url(server).set(database="bench").render_as_string(hide_password=False)
        connection.execute("DROP DATABASE bench WITH (FORCE)")


def main(arguments: list[str]) -> int:
    """Prints claims a second by size, and how the largest size compares with 10,000; `--freeze` keeps them."""
    options = dict(argument.removeprefix("--").partition("=")[::2] for argument in arguments)
    sizes = [int(size) for size in options["events"].split(",")] if options.get("events") else list(_SIZES)
    kinds = [options["only"]] if options.get("only") else ["sqlite", "postgresql"]
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in kinds:
            rates = {}
            for size in sizes:
                with fresh_database(kind, folder) as url:
                    rates[size] = figures[f"{kind}, {size:,} events, claims/s"] = measure(url, size)
                print(f"{kind}, {size:,} events: {rates[size]:.0f} claims a second", file=sys.stderr, flush=True)
            if _BASE in rates and max(sizes) > _BASE:
                figures[f"{kind}, time at {max(sizes):,} / at {_BASE:,}"] = rates[_BASE] / rates[max(sizes)]
        figures["sqlite-utils upsert, rows/s"] = measure_sqlite_utils(folder)
    print_beside_frozen("store", {label: round(value, 2) for label, value in figures.items()}, arguments)
    return 0
