"""The process that crawls: reads a job from standard input, does it, writes its report to a file.

The other end of standard input stays open as long as whoever gave the job lives; its end stops the crawl.
The process that reads pages loads this module too: nothing heavy is imported here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any


def main() -> int:
    """Does one job."""
    job = json.loads(sys.stdin.readline())
    _write(Path(job["report"]), TASKS[job["task"]](job))
    return 0


def _crawl(job: Mapping[str, Any]) -> dict[str, Any]:
    from crawler.backfill import Span
    from crawler.running import crawl_here
    from crawler.settings import CrawlSettings
    from crawler.sources import Source
    from storage.store import open_store

    sources = [Source(**facts) for facts in job["sources"]]
    options = CrawlSettings(**job["settings"])
    span = Span(*map(date.fromisoformat, job["span"])) if job.get("span") else None
    with open_store(job["store_url"]) as store:
        return asdict(
            crawl_here(
                sources, store, options, span=span, named=job["named"], log_level=job["log_level"], attended=True
            )
        )


def _discover(job: Mapping[str, Any]) -> dict[str, Any]:
    from crawler.running import discover_here
    from crawler.settings import CrawlSettings

    return discover_here(job["url"], CrawlSettings(**job["settings"]), job["taken"], log_level=job["log_level"])


TASKS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"crawl": _crawl, "discover": _discover}


def _write(file: Path, report: Mapping[str, Any]) -> None:
    # whole or not at all: a half report would pass for a crash of its own
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(report, ensure_ascii=False), "utf-8")
    draft.replace(file)


if __name__ == "__main__":
    sys.exit(main())
