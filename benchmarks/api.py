"""Requests a second and their times, beside Datasette on the same SQLite file and the same questions.

    python -m benchmarks api [--events=20000] [--datasette=COMMAND] [--seconds=5] [--freeze]

Eight connections on loopback ask for a different week or quarter each time, over ten years of them, so that no answer
is asked for twice before all were. Without --datasette only our own figures are printed.
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
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from benchmarks.bench_files import print_beside_frozen
from domain.event import DatePrecision, Event, Kind, Party, Status
from domain.money import build_exact
from domain.week import week_of
from storage.models import CompanyRow, EventInvestorRow, EventNameRow, EventRow, InvestorRow
from storage.rows import table, write_event
from storage.store import Store, open_store

_CONNECTIONS = 8
_WEEKS = 520
_LAST = date(2025, 12, 28)
_CHUNK = 5_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    options = dict(argument.lstrip("-").partition("=")[::2] for argument in arguments)
    count = int(options.get("events") or 20_000)
    seconds = float(options.get("seconds") or 5)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rounds.sqlite"
        with open_store(f"sqlite:///{file}") as store:
            fill(store, count)
        ours = [sys.executable, "-m", "tracker", "serve", "--store", f"sqlite:///{file}", "--port", "{port}"]
        # as shipped, and with nothing remembered from one answer to the next
        figures |= measure("roundwatch", ours, _OURS, "/healthz", seconds)
        figures |= measure("unremembered", ours, _OURS, "/healthz", seconds, ROUNDWATCH_API_REMEMBER_MB="0")
        if options.get("datasette"):
            theirs = [*shlex.split(options["datasette"]), "serve", str(file), "--port", "{port}"]
            theirs += ["--setting", "max_returned_rows", "5000", "--setting", "sql_time_limit_ms", "10000"]
            figures |= measure("datasette", theirs, _THEIRS, "/-/versions.json", seconds)
            for question in _OURS:
                ratio = figures[f"roundwatch {question} rps"] / figures[f"datasette {question} rps"]
                figures[f"ratio {question}"] = round(ratio, 2)
                anew = figures[f"unremembered {question} rps"] / figures[f"datasette {question} rps"]
                figures[f"ratio {question}, unremembered"] = round(anew, 2)
    print_beside_frozen(f"api-{count}", figures, arguments)
    return 0


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
            event = _make_event(number, company, chance)
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
    with store._access.writing() as connection:
        connection.exec_driver_sql("ANALYZE")


def _make_event(number: int, company: int, chance: random.Random) -> Event:
    amount = None if chance.random() < 0.15 else build_exact(round(chance.lognormvariate(16, 1.6)), "USD")
    return Event(
        id=f"e{number:010}",
        company=Party(f"Maker {company}", f"maker{company}"),
        kind=chance.choices(list(Kind), (90, 5, 3, 2))[0],
        status=chance.choices(list(Status), (8, 85, 5, 2))[0],
        announced_on=_LAST - timedelta(days=chance.randrange(_WEEKS * 7)),
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


_OURS: dict[str, Callable[[int], str]] = {
    "first 100 of a week": _ours("events?limit=100"),
    "whole week": _ours("events?limit=1000"),
    "mega-rounds of a quarter": lambda n: "/api/v1/events?since={}&until={}&min_usd=100000000&limit=1000".format(
        *_quarter(n)
    ),
    "week as CSV": _ours("events.csv"),
}
_THEIRS: dict[str, Callable[[int], str]] = {
    "first 100 of a week": _theirs(".json?&_sort_desc=amount_usd&_size=100&_shape=objects&_nofacet=1"),
    "whole week": _theirs(".json?&_sort_desc=amount_usd&_size=1000&_shape=objects&_nofacet=1"),
    "mega-rounds of a quarter": lambda n: (
        "/rounds/funding_event.json?announced_on__gte={}&announced_on__lte={}".format(*_quarter(n))
        + "&amount_usd__gte=100000000&_sort_desc=announced_on&_size=1000&_shape=objects&_nofacet=1"
    ),
    "week as CSV": _theirs(".csv?&_stream=on"),
}


def measure(
    name: str, command: list[str], questions: dict[str, Callable[[int], str]], health: str, seconds: float, **env: str
) -> dict[str, float]:
    figures: dict[str, float] = {}
    with serving(command, health, env) as (process, port):
        for question, address in questions.items():
            asyncio.run(load(port, address, 0.5))
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


async def load(port: int, address: Callable[[int], str], seconds: float) -> tuple[list[float], int]:
    """Asks over all connections until the time is up; each question with a number of its own."""
    times: list[float] = []
    sizes = [0]
    number = iter(range(10**9))
    end = time.perf_counter() + seconds

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (begun := time.perf_counter()) < end:
            size = await ask(reader, writer, address(next(number)))
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
