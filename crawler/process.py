"""The process that crawls: reads a job from standard input, does it, writes its report to a file.

The other end of standard input stays open as long as whoever gave the job lives; its end stops the crawl.
The process that reads pages loads this module too: nothing heavy is imported here.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.report import CrawlReport


def main() -> int:
    """Does one job."""
    from crawler.running import crawl_here
    from crawler.settings import CrawlSettings
    from crawler.sources import Source
    from storage.store import open_store

    job = json.loads(sys.stdin.readline())
    sources = [Source(**facts) for facts in job["sources"]]
    options = CrawlSettings(**job["settings"])
    with open_store(job["store_url"]) as store:
        report = crawl_here(sources, store, options, log_level=job["log_level"], attended=True)
    _write(Path(job["report"]), report)
    return 0


def _write(file: Path, report: CrawlReport) -> None:
    # whole or not at all: a half report would pass for a crash of its own
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(report), ensure_ascii=False), "utf-8")
    draft.replace(file)


if __name__ == "__main__":
    sys.exit(main())
