"""How fast claims are filed as the store grows, on both databases, beside sqlite-utils upserting rows as wide.

    python -m benchmarks store [--events=1000,10000,100000,1000000] [--only=sqlite] [--freeze]

The store is filled in bulk up to a size, with the rows that merging leaves; then the merge stage files the news that
come next, of which more than half join a round. What counts is the time a claim takes at the largest size as a share
of that at 10,000. Claims are filed in slices, and the middle slice is told; beside it stands what one core does where
nothing else runs on it (the time of this process alone, so on PostgreSQL without the server's).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.bench_files import print_beside_frozen
from benchmarks.store_stream import NOW, Stream, add_pending, fill, iter_flat_rows
from storage.store import Store, open_store
from tracker.stages import merge

_SIZES = (1_000, 10_000, 100_000)
_WARM_UP, _SLICE, _SLICES = 300, 250, 8
_MEASURED = _SLICE * _SLICES
_BASE = 10_000
# rows a transaction, as many as the merge stage files in one
_TOGETHER = 100


def measure(url: str, events: int) -> tuple[float, float]:
    """Claims filed a second in a store of so many events, by the clock and by this process's own time."""
    with open_store(url) as store:
        stream = Stream(events)
        fill(store, stream, events)
        add_pending(store, stream, _WARM_UP + _MEASURED)
        merge(store, now=NOW, limit=_WARM_UP)
        times = [_time_merge(store) for _ in range(_SLICES)]
    wall, own = (median(column) for column in zip(*times, strict=True))
    return _SLICE / wall, _SLICE / own


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
                    rates[size] = measure(url, size)
                wall, own = rates[size]
                figures[f"{kind}, {size:,} events, claims/s"] = wall
                figures[f"{kind}, {size:,} events, claims/s of own time"] = own
                print(f"{kind}, {size:,} events: {wall:.0f} claims a second ({own:.0f})", file=sys.stderr, flush=True)
            if _BASE in rates and max(sizes) > _BASE:
                for at, label in enumerate(("time", "own time")):
                    share = rates[_BASE][at] / rates[max(sizes)][at]
                    figures[f"{kind}, {label} at {max(sizes):,} / at {_BASE:,}"] = share
        figures["sqlite-utils upsert, rows/s"] = measure_sqlite_utils(folder)
    print_beside_frozen("store", {label: round(value, 2) for label, value in figures.items()}, arguments)
    return 0
