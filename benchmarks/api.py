"""Requests a second and their times, beside Datasette on the same SQLite file and the same questions.

    python -m benchmarks api [--events=200000] [--seconds=5] [--datasette=COMMAND] [--postgres[=URL]]
                             [--stores=FOLDER] [--freeze]

Eight connections on loopback ask for a different week or quarter each time, over ten years of them, so that no answer
is asked for twice before all were. Ours are measured twice: `first time` with nothing remembered from one answer to
the next, and `remembered` as shipped, each question asked for once before. A week has at most 1000 events a page: at
1,000,000 events the whole week is the first 1000 of some 1900, on both sides; its CSV holds them all. Nobody analyses
the store, as nobody does one that Roundwatch fills.
Without --datasette only our own figures are printed; --postgres measures the same events in a PostgreSQL of the tests'
own as well, or in a fresh database of the server named. --stores keeps the filled stores for the next run.
The exit status is 1 where a goal is missed: five times Datasette's requests a second and a lower p99 on each question,
the first 100 of a week within 30 ms (p99) from 1,000,000 events on, and less than 200 MB, first time and remembered.
"""

from __future__ import annotations

import asyncio
import os
import random
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from api.cards import open_cards
from benchmarks.bench_files import print_beside_frozen
from domain.event import DatePrecision, Event, Kind, Party, Status
from domain.fusion import digest_text
from domain.money import build_exact
from domain.week import week_of
from storage.event_filter import EventFilter
from storage.models import CompanyRow, EventInvestorRow, EventNameRow, EventRow, InvestorRow
from storage.queries import open_queries
from storage.rows import table, write_event
from storage.store import Store, open_store

_CONNECTIONS = 8
_WEEKS = 520
_LAST = date(2025, 12, 28)
_CHUNK = 5_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    options = dict(argument.lstrip("-").partition("=")[::2] for argument in arguments)
    count, seconds = int(options.get("events") or 20_000), float(options.get("seconds") or 5)
    figures: dict[str, float] = {}
    with find_folder(options.get("stores")) as folder:
        file = Path(folder) / "rounds.sqlite"
        url = f"sqlite:///{file}"
        prepare(url, count)
        for state in _STATES:
            read_through(file)
            figures |= measure_ours(state, url, seconds)
        if command := options.get("datasette"):
            read_through(file)
            figures |= measure_datasette(command, file, seconds)
    if "postgres" in options:
        with find_database(options["postgres"], f"bench_{count}" if "stores" in options else None) as url:
            prepare(url, count)
            for state in _STATES:
                figures |= measure_ours(state, url, seconds, "postgres ")
    print_beside_frozen(f"api-{count}", figures, arguments)
    missed = list(iter_missed(figures, count))
    print(*(f"missed: {goal}" for goal in missed), sep="\n")
    return int(bool(missed))


def find_folder(given: str | None) -> AbstractContextManager[str]:
    """The folder named, else one that is gone in the end."""
    if given is None:
        return tempfile.TemporaryDirectory()
    Path(given).mkdir(parents=True, exist_ok=True)
    return nullcontext(given)


def prepare(url: str, count: int) -> None:
    """Fills a store, unless one that was kept is full already."""
    began = time.perf_counter()
    with open_store(url) as store:
        kept = open_queries(store).count_events(EventFilter(statuses=frozenset(Status)))
        if kept not in (0, count):
            raise SystemExit(f"{url} has {kept:,} events, not {count:,}: name another folder for --stores")
        if not kept:
            fill(store, count)
        # as `run` and every server do
        open_cards(store).refresh()
    print(f"  {count:,} events in {time.perf_counter() - began:.0f} s", flush=True)


def read_through(file: Path) -> None:
    """Has the system keep the file in memory, so that whoever is measured first reads no disk for the others."""
    with file.open("rb") as opened:
        while opened.read(1 << 22):
            pass


def measure_ours(state: str, url: str, seconds: float, where: str = "") -> dict[str, float]:
    command = [sys.executable, "-m", "tracker", "serve", "--store", url, "--port", "{port}"]
    # what is remembered has been asked for before: all the weeks, once
    first = 0 if state == _FIRST_TIME else _WEEKS
    env = {"ROUNDWATCH_API_REMEMBER_MB": "0"} if state == _FIRST_TIME else {}
    return measure(f"{where}{state}", command, _OURS, "/healthz", seconds, first, **env)


def measure_datasette(command: str, file: Path, seconds: float) -> dict[str, float]:
    words = [*shlex.split(command), "serve", str(file), "--port", "{port}"]
    words += ["--setting", "max_returned_rows", "5000", "--setting", "sql_time_limit_ms", "10000"]
    return measure("datasette", words, _THEIRS, "/-/versions.json", seconds, 0)


@contextmanager
def find_database(server: str, kept: str | None) -> Iterator[str]:
    """The URL of a database on the server given or on one of the tests' own; dropped in the end unless it is kept."""
    import psycopg
    from sqlalchemy import make_url

    if not server:
        from tests.storage.postgres import start_server

        server = start_server()
    name = kept or f"bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            connection.execute(f"CREATE DATABASE {name}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        if not kept:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def iter_missed(figures: dict[str, float], count: int) -> Iterator[str]:
    """Prints the ratios to Datasette's figures, and yields the goals that were missed."""
    for question in _OURS if f"datasette {_FIRST} rps" in figures else ():
        theirs = {mark: figures[f"datasette {question} {mark}"] for mark in ("rps", "p99 ms")}
        for state in _STATES:
            rps, slow = (figures[f"{state} {question} {mark}"] for mark in theirs)
            print(f"{f'{state} to datasette: {question}':<60}{rps / theirs['rps']:8.2f}")
            if rps < 5 * theirs["rps"]:
                yield f"five times Datasette, {state}: {question}"
            if slow >= theirs["p99 ms"]:
                yield f"a lower p99 than Datasette's, {state}: {question}"
    for state in _STATES:
        if count >= 1_000_000 and figures[f"{state} {_FIRST} p99 ms"] >= 30:
            yield f"p99 within 30 ms, {state}: {_FIRST}"
        if figures[f"{state} memory MB"] >= 200:
            yield f"less than 200 MB, {state}"


def fill(store: Store, count: int) -> None:
    """Events over ten years of weeks, companies by a long tail, two investors an event."""
    chance = random.Random(5)
    companies, investors = max(10, count // 3), max(10, count // 50)
    with store._access.writing() as connection:
        connection.execute(
            insert(table(CompanyRow)),
            [
                {"id": n + 1, "key": f"maker{n}", "discriminator": "", "name": f"Maker {n}", "names": {}}
                for n in range(companies)
            ],
        )
        connection.execute(
            insert(table(InvestorRow)),
            [{"id": n + 1, "key": f"fund{n}", "name": f"Fund {n}", "names": {}} for n in range(investors)],
        )
    for first in range(0, count, _CHUNK):
        rows, names, parts = [], [], []
        for number in range(first, min(first + _CHUNK, count)):
            company = int(companies * chance.random() ** 2)
            # filed as news comes in, day by day
            event = _make_event(
                number, _LAST - timedelta(days=_WEEKS * 7 * (count - 1 - number) // count), company, chance
            )
            rows.append(
                {
                    **write_event(event),
                    "company_id": company + 1,
                    "created_at": _NOW,
                    "updated_at": _NOW,
                    "stale": False,
                    "withdrawn": False,
                }
            )
            names.append({"event_id": event.id, "key": f"maker{company}", "announced_on": event.announced_on})
            for place, fund in enumerate(chance.sample(range(investors), 2)):
                shown = {"name": f"Fund {fund}", "names": {}}
                role = "participant" if place else "lead"
                parts.append(
                    {"event_id": event.id, "investor_id": fund + 1, "role": role, "position": place, "named_as": shown}
                )
        with store._access.writing() as connection:
            connection.execute(insert(table(EventRow)), rows)
            connection.execute(insert(table(EventNameRow)), names)
            connection.execute(insert(table(EventInvestorRow)), parts)


def _make_event(number: int, day: date, company: int, chance: random.Random) -> Event:
    # three figures, as news tells amounts
    usd = round(float(f"{chance.lognormvariate(16, 1.6):.2e}"))
    amount = None if chance.random() < 0.15 else build_exact(usd, "USD")
    return Event(
        id="e" + digest_text(number),
        company=Party(f"Maker {company}", f"maker{company}"),
        kind=chance.choices(list(Kind), (90, 5, 3, 2))[0],
        status=chance.choices(list(Status), (8, 85, 5, 2))[0],
        announced_on=day,
        date_precision=DatePrecision.DAY,
        round=chance.choice(("seed", "series-a", "series-b", None)),
        amount=amount,
        amount_usd=float(amount.min or 0) if amount else None,
    )


def _week(number: int) -> tuple[int, int]:
    week = week_of(_LAST - timedelta(weeks=number % _WEEKS))
    return week.year, week.number


def _quarter(number: int) -> tuple[date, date]:
    last = _LAST - timedelta(weeks=number % (_WEEKS - 13))
    return last - timedelta(days=90), last


def _ours(path: str) -> Callable[[int], str]:
    return lambda number: "/api/v1/weeks/{}-W{:02}/".format(*_week(number)) + path


def _theirs(path: str) -> Callable[[int], str]:
    return lambda number: "/rounds/funding_event{}?iso_year={}&iso_week={}{}".format(
        path.split("?")[0], *_week(number), path.partition("?")[2]
    )


_FIRST = "first 100 of a week"
_FIRST_TIME = "first time"
_STATES = (_FIRST_TIME, "remembered")
_OURS: dict[str, Callable[[int], str]] = {
    _FIRST: _ours("events?limit=100"),
    "whole week": _ours("events?limit=1000"),
    "mega-rounds of a quarter": lambda n: "/api/v1/events?since={}&until={}&min_usd=100000000&limit=1000".format(
        *_quarter(n)
    ),
    "week as CSV": _ours("events.csv"),
}
_THEIRS: dict[str, Callable[[int], str]] = {
    _FIRST: _theirs(".json?&_sort_desc=amount_usd&_size=100&_shape=objects&_nofacet=1"),
    "whole week": _theirs(".json?&_sort_desc=amount_usd&_size=1000&_shape=objects&_nofacet=1"),
    "mega-rounds of a quarter": lambda n: (
        "/rounds/funding_event.json?announced_on__gte={}&announced_on__lte={}".format(*_quarter(n))
        + "&amount_usd__gte=100000000&_sort_desc=announced_on&_size=1000&_shape=objects&_nofacet=1"
    ),
    "week as CSV": _theirs(".csv?&_stream=on"),
}


def measure(
    name: str,
    command: list[str],
    questions: dict[str, Callable[[int], str]],
    health: str,
    seconds: float,
    first: int,
    **env: str,
) -> dict[str, float]:
    """Figures of each question, after half a second to warm up or the `first` so many asked for once."""
    figures: dict[str, float] = {}
    with serving(command, health, env) as (process, port):
        for question, address in questions.items():
            asyncio.run(load(port, address, 600, first) if first else load(port, address, 0.5))
            times, size = asyncio.run(load(port, address, seconds))
            marks = statistics.quantiles(times, n=100)
            figures[f"{name} {question} rps"] = round(len(times) / seconds, 1)
            figures[f"{name} {question} p50 ms"] = round(marks[49] * 1000, 2)
            figures[f"{name} {question} p99 ms"] = round(marks[98] * 1000, 2)
            print(f"  {name}: {question}: {size // max(len(times), 1)} bytes an answer", flush=True)
        figures[f"{name} memory MB"] = _memory(process.pid)
    return figures


@contextmanager
def serving(command: list[str], health: str, env: dict[str, str]):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [word.format(port=port) for word in command]
    with subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **env}
    ) as process:
        try:
            for _ in range(600):
                try:
                    asyncio.run(ask_once(port, health))
                    break
                except OSError:
                    time.sleep(0.1)
            yield process, port
        finally:
            process.terminate()


async def ask_once(port: int, address: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await ask(reader, writer, address)
    finally:
        writer.close()


async def load(port: int, address: Callable[[int], str], seconds: float, most: int = 10**9) -> tuple[list[float], int]:
    """Asks over all connections until the time is up or the most was asked; each question with a number of its own."""
    times: list[float] = []
    sizes = [0]
    numbers = iter(range(most))
    end = time.perf_counter() + seconds

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            if (begun := time.perf_counter()) >= end:
                break
            size = await ask(reader, writer, address(number))
            sizes[0] += size
            times.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(work() for _ in range(_CONNECTIONS)))
    return times, sizes[0]


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> int:
    writer.write(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:200]
    lines = head.lower().split(b"\r\n")
    length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), None)
    if length is not None:
        await reader.readexactly(length)
        return length
    size = 0
    while step := int(await reader.readline(), 16):
        await reader.readexactly(step + 2)
        size += step
    await reader.readline()
    return size


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    return round(
        next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024, 1
    )
