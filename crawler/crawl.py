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
from pathlib import Path

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
    sources = choose_sources(load_sources(sources_dir), only)
    if not sources:
        raise SourceError(str(sources_dir or "sources"), "no source file to crawl")
    return crawl_sources(sources, store_url, settings or load_crawl_settings())


def crawl_sources(sources: Sequence[Source], store_url: str, options: CrawlSettings) -> CrawlReport:
    """Crawls these sources."""
    with tempfile.TemporaryDirectory(prefix="roundwatch-crawl-") as folder:
        report = Path(folder) / "report.json"
        job = {
            "sources": [source.model_dump(mode="json") for source in sources],
            "store_url": store_url,
            "settings": options.model_dump(mode="json", exclude={"proxy"}),
            "report": str(report),
            "log_level": logging.getLevelName(logging.getLogger().level),
        }
        status = _run_child(json.dumps(job), _build_environment(options))
        if not report.exists():
            raise SourceError("crawl", f"the crawler's process ended with status {status} and without a report")
        return CrawlReport.read(json.loads(report.read_text("utf-8")))


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
