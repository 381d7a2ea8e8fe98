"""Pages a second and memory of the whole crawl (feeds, pages, text, store) against a bare Scrapy that only downloads.

    ./run bench crawl [--pages=5000] [--feeds=300] [--rounds=3] [--freeze]

Both ask one local site in turn, with the same concurrency and no delays, each in a process of its own; loading the
program counts too. CPU is that of both processes of the whole crawl, which run side by side. A crawl of some length
must not grow: what it holds in its last quarter is compared with what it held in its second, when all that is to be
fetched is known (`--pages=20000 --rounds=1` for a long one).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FROZEN = Path(__file__).with_name("frozen") / "crawl.json"
CONCURRENCY = 16
LEAST_SHARE = 0.60
MOST_GROWTH_MB = 15.0
# shorter crawls are still loading in their second quarter
_LONG = 5000
_PARAGRAPH = (
    "{name} said on Wednesday that it has raised ${number} million in a round led by Example Ventures, with a dozen "
    "angels and two earlier backers taking part. The company, which makes planning software for workshops, will hire "
    "forty engineers in Leeds and open an office in Lisbon before the summer; its revenue has doubled since March."
)


def main(arguments: list[str]) -> int:
    """Measures both in turn, prints the medians, and fails below the share that is promised, or where memory grows."""
    parser = argparse.ArgumentParser(prog="bench crawl")
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--freeze", action="store_true")
    given = parser.parse_args(arguments)
    with serving(given.pages, given.feeds) as port:
        # in turn, so that a busy moment of the machine meets both
        runs = [
            {name: measure(work, port, given.pages, given.feeds) for name, work in WORKS.items()}
            for _ in range(given.rounds)
        ]
    figures = summarise(runs, given.pages, given.feeds)
    print(render(figures))
    if given.freeze:
        FROZEN.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    grows = given.pages >= _LONG and figures["growth_mb"] > MOST_GROWTH_MB
    return 0 if figures["share"] >= LEAST_SHARE and not grows else 1


def summarise(runs: list[dict[str, dict[str, Any]]], pages: int, feeds: int) -> dict[str, Any]:
    """The medians over the rounds; the share is that of each round, so that the machine's mood cancels out."""
    rates = {name: statistics.median(run[name]["rate"] for run in runs) for name in WORKS}
    return {
        "pages": pages,
        "feeds": feeds,
        "rounds": len(runs),
        "rate": {name: round(rate, 1) for name, rate in rates.items()},
        "cpu_ms": {name: round(statistics.median(run[name]["cpu_ms"] for run in runs), 2) for name in WORKS},
        "share": round(statistics.median(run["whole"]["rate"] / run["bare"]["rate"] for run in runs), 3),
        "peak_mb": {name: round(statistics.median(run[name]["peak_mb"] for run in runs), 1) for name in WORKS},
        "growth_mb": round(statistics.median(run["whole"]["growth_mb"] for run in runs), 1),
    }


def render(figures: dict[str, Any]) -> str:
    """The figures beside the frozen ones."""
    frozen = json.loads(FROZEN.read_text("utf-8")) if FROZEN.exists() else None
    bare, whole = (
        f"{figures['rate'][name]:8.1f} pages/s   {figures['cpu_ms'][name]:5.2f} ms of CPU a page   "
        f"peak {figures['peak_mb'][name]:6.1f} MB"
        for name in WORKS
    )
    lines = [
        f"{figures['pages']:,} pages and {figures['feeds']} feeds, median of {figures['rounds']} rounds",
        f"bare Scrapy      {bare}",
        f"the whole crawl  {whole}, "
        f"{figures['growth_mb']:+.1f} MB from the second quarter of the crawl to the last "
        f"(at most {MOST_GROWTH_MB:g} from {_LONG:,} pages on)",
        f"share            {figures['share']:8.1%} (at least {LEAST_SHARE:.0%})",
    ]
    if frozen:
        change = figures["share"] - frozen["share"]
        lines.append(f"frozen share     {frozen['share']:8.1%} ({change:+.1%} now)")
    return "\n".join(lines)


def measure(work: Callable[[int, int, int], int], port: int, pages: int, feeds: int) -> dict[str, Any]:
    """Runs a work in a fresh process and gives pages a second and memory."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    process = context.Process(target=_measured, args=(work, port, pages, feeds, results))
    process.start()
    figures = results.get()
    process.join()
    if figures["done"] < pages:
        raise SystemExit(f"bench crawl: only {figures['done']} of {pages} pages arrived")
    return dict(figures)


def _measured(work: Callable[[int, int, int], int], port: int, pages: int, feeds: int, results: Any) -> None:
    samples: list[float] = []
    stop = threading.Event()

    def sample() -> None:
        while not stop.wait(0.25):
            samples.append(_resident_mb())

    threading.Thread(target=sample, daemon=True).start()
    began = time.perf_counter()
    done = work(port, pages, feeds)
    seconds = time.perf_counter() - began
    stop.set()
    cpu = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    quarter = max(1, len(samples) // 4)
    growth = statistics.median(samples[-quarter:]) - statistics.median(samples[quarter : 2 * quarter] or samples)
    rate, cpu_ms = (pages + feeds) / seconds, 1000 * cpu / (pages + feeds)
    results.put({"done": done, "rate": rate, "cpu_ms": cpu_ms, "peak_mb": max(samples), "growth_mb": growth})


def _resident_mb() -> float:
    """The memory of this process and of those that it started, the one that reads pages among them."""
    children = " ".join(file.read_text() for file in Path("/proc/self/task").glob("*/children")).split()
    pages = 0
    for process in ("self", *children):
        try:
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
        except (OSError, IndexError):
            # it has just ended
            continue
    return pages * 4096 / 2**20


def _crawl_bare(port: int, pages: int, feeds: int) -> int:
    """What any crawler pays: the same downloads with nothing done about them."""
    import logging

    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess

    done = 0

    class Bare(Spider):
        name = "bare"

        async def start(self) -> Any:
            for path in [*(f"/feed/{n}" for n in range(feeds)), *(f"/page/{n}" for n in range(pages))]:
                yield Request(f"http://127.0.0.1:{port}{path}", dont_filter=True)

        def parse(self, response: Any) -> None:
            nonlocal done
            done += "/page/" in response.url

    process = AsyncCrawlerProcess(
        {
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
        }
    )
    logging.disable(logging.CRITICAL)
    process.crawl(Bare)
    process.start()
    return done


def _crawl_whole(port: int, pages: int, feeds: int) -> int:
    """Everything that `tracker crawl` does in its child process."""
    from crawler.running import crawl_here
    from crawler.settings import load_crawl_settings
    from crawler.sources import parse_source
    from storage.store import open_store

    home = f"http://127.0.0.1:{port}"
    sources = [
        parse_source(
            f"feed-{number}", {"name": "x", "language": "en", "homepage": home, "feeds": [f"{home}/feed/{number}"]}
        )
        for number in range(feeds)
    ]
    options = load_crawl_settings(
        allow_private=True, delay=0.0, concurrency=CONCURRENCY, per_host=CONCURRENCY, contact="bench"
    )
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/bench.sqlite") as store:
        report = crawl_here(sources, store, options)
        for problem in report.problems[:5]:
            print(problem)
        return store.articles.count()


WORKS: dict[str, Callable[[int, int, int], int]] = {"bare": _crawl_bare, "whole": _crawl_whole}


@contextmanager
def serving(pages: int, feeds: int) -> Iterator[int]:
    """Serves the site from a process of its own and gives its port."""
    context = multiprocessing.get_context("spawn")
    ports = context.Queue()
    process = context.Process(target=_serve, args=(pages, feeds, ports), daemon=True)
    process.start()
    try:
        yield int(ports.get(timeout=30))
    finally:
        process.terminate()
        process.join()


def _serve(pages: int, feeds: int, ports: Any) -> None:
    asyncio.run(_serve_forever(pages, feeds, ports))


async def _serve_forever(pages: int, feeds: int, ports: Any) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                kind, body = _answer(line.split()[1].decode(), pages, feeds, port)
                status = "200 OK" if body else "404 Not Found"
                head = (
                    f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        except (ConnectionError, IndexError):
            pass
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    ports.put(port)
    await server.serve_forever()


def _answer(path: str, pages: int, feeds: int, port: int) -> tuple[str, bytes]:
    kind, _, number = path.strip("/").partition("/")
    if kind == "page":
        return "text/html", render_page(int(number))
    if kind == "feed":
        return "application/rss+xml", render_feed(range(int(number), pages, feeds), port)
    return "text/plain", b""


def render_feed(numbers: range, port: int) -> bytes:
    """An RSS feed of some pages."""
    items = "".join(
        f"<item><title>Company {n} raises ${n % 900 + 1} million</title><link>http://127.0.0.1:{port}/page/{n}</link>"
        "<pubDate>Wed, 22 Jan 2025 10:00:00 GMT</pubDate><description>The news in short.</description></item>"
        for n in numbers
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title>{items}</channel></rss>'.encode()


def render_page(number: int) -> bytes:
    """An article of some 12 KB, about half of which is the article and half what sites put around it."""
    name = f"Company {number}"
    story = "".join(f"<p>{_PARAGRAPH.format(name=name, number=number + n)}</p>" for n in range(12))
    links = "".join(
        f'<li><a href="/page/{number + n}" class="teaser-link">Another story, number {n}</a></li>' for n in range(40)
    )
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name} raises | Site</title>'
        f'<link rel="canonical" href="/page/{number}"><meta property="og:title" content="{name} raises">'
        '<meta property="article:published_time" content="2025-01-22T10:00:00Z"><script>var a = [];</script></head>'
        f"<body><nav><ul>{links}</ul></nav><main><article><h1>{name} raises</h1>{story}</article>"
        f'<aside class="related"><ul>{links}</ul></aside></main><footer><p>© 2025 Site</p></footer></body></html>'
    )
    return page.encode()
