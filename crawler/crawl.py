"""Runs a crawl in a process of its own, since Twisted's reactor starts once a process.

run_crawl ─→ python -m crawler.process (job on standard input) ─→ spider ─→ store
                                                             └→ report as JSON in a file
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from crawler.report import CrawlReport
from crawler.settings import CrawlSettings, load_crawl_settings
from crawler.sources import choose_sources, load_sources
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
    options = (settings or load_crawl_settings()).model_copy()
    with tempfile.TemporaryDirectory(prefix="roundwatch-crawl-") as folder:
        report = Path(folder) / "report.json"
        job = {
            "sources": [source.model_dump(mode="json") for source in sources],
            "store_url": store_url,
            "settings": _dump(options),
            "report": str(report),
            "log_level": logging.getLevelName(logging.getLogger().level),
        }
        status = _run_child(json.dumps(job))
        if not report.exists():
            raise SourceError("crawl", f"the crawler's process ended with status {status} and without a report")
        return CrawlReport.read(json.loads(report.read_text("utf-8")))


def _dump(options: CrawlSettings) -> dict[str, object]:
    facts = options.model_dump(mode="json")
    # a secret is dumped as stars; the job goes through a pipe, not through arguments that others can list
    return facts | {"proxy": options.proxy.get_secret_value() if options.proxy else None}


def _run_child(job: str) -> int:
    command = [sys.executable, "-m", "crawler.process"]
    return subprocess.run(command, input=job, text=True, encoding="utf-8", cwd=_ROOT, check=False).returncode  # noqa: S603
