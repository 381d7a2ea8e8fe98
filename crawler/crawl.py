"""Runs a crawl in a process of its own, since Twisted's reactor starts once a process.

run_crawl ─→ python -m crawler.process (job on standard input) ─→ spider ─→ store
                                                             └→ report as JSON in a file
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from crawler.parse.urls import canonicalise_url, get_host
from crawler.report import CrawlReport
from crawler.settings import CrawlSettings, load_crawl_settings
from crawler.sources import Source, choose_sources, load_sources
from domain.errors import SourceError

_ROOT = Path(__file__).parents[1]


def run_crawl(
    sources_dir: Path | None,
    store_url: str,
    settings: CrawlSettings | None = None,
    only: Sequence[str] = (),
) -> CrawlReport:
    """Fetches what the sources have new into the store, and gives counts and problems; SourceError where it cannot."""
    sources = load_sources(sources_dir)
    if only:
        sources = choose_sources(sources, only)
    if not sources:
        raise SourceError(str(sources_dir or "sources"), "no source file to crawl")
    return crawl_sources(sources, store_url, settings or load_crawl_settings(), named=bool(only))


def crawl_sources(
    sources: Sequence[Source],
    store_url: str,
    options: CrawlSettings,
    span: tuple[date, date] | None = None,
    *,
    named: bool = True,
) -> CrawlReport:
    """Crawls these sources for what is new, or for what was published between two days.

    Sources that nobody `named` are left out where they are switched off.
    """
    days = [day.isoformat() for day in span] if span else None
    dumped = [source.model_dump(mode="json") for source in sources]
    return CrawlReport.read(_do_job("crawl", options, sources=dumped, store_url=store_url, span=days, named=named))


def discover_source(url: str, options: CrawlSettings, taken: Sequence[str] = ()) -> tuple[Source, dict[str, Any]]:
    """Looks at the outlet of an address, and gives a draft of its source and a test fixture for it."""
    facts = _do_job("discover", options, url=complete_address(url), taken=list(taken))
    if "problem" in facts:
        raise SourceError(url, facts["problem"])
    return Source(**facts["source"]), facts["fixture"]


def complete_address(url: str) -> str:
    """The address as browsers understand it: `news.example` is https://news.example; SourceError where it is none."""
    found = url if "://" in url else f"https://{url}"
    if canonicalise_url(found) is None or (found != url and "." not in get_host(found)):
        raise SourceError(url, "not an http or https address")
    return found


def _do_job(task: str, options: CrawlSettings, **job: object) -> dict[str, Any]:
    """Has a child process do a job and gives its report; SourceError where there is none."""
    with tempfile.TemporaryDirectory(prefix="roundwatch-crawl-") as folder:
        report = Path(folder) / "report.json"
        job |= {
            "task": task,
            "settings": options.model_dump(mode="json", exclude={"proxy"}),
            "report": str(report),
            "log_level": logging.getLevelName(logging.getLogger().level),
        }
        status = _run_child(json.dumps(job), _build_environment(options))
        if not report.exists():
            raise SourceError(task, f"the crawler's process ended with status {status} and without a report")
        facts: dict[str, Any] = json.loads(report.read_text("utf-8"))
        return facts


def _build_environment(options: CrawlSettings) -> dict[str, str]:
    # the child's own settings come with the job: its environment must not outrank them
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDWATCH_CRAWL_")}
    if options.proxy:
        address = options.proxy.get_secret_value()
        environment |= dict.fromkeys(("http_proxy", "https_proxy"), address)
    return environment


def _run_child(job: str, environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "crawler.process"]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, text=True, encoding="utf-8", cwd=_ROOT, env=environment
    ) as child:
        assert child.stdin is not None
        try:
            child.stdin.write(job + "\n")
            child.stdin.flush()
        except BrokenPipeError:
            # it ended before it read its job: its status tells
            pass
        return child.wait()
