"""The HTTP cache on disk: whole answers only, and no more of them than there is room for."""

from __future__ import annotations

import os
import pickle
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scrapy import Request, Spider
from scrapy.extensions.httpcache import FilesystemCacheStorage
from scrapy.http import Response
from scrapy.settings import BaseSettings

_DAY = 86400
# the system tells what a file takes on disk in blocks of this size
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer on disk: when it was kept, and what it takes there."""

    at: float
    size: int
    place: Path


class Cache(FilesystemCacheStorage):
    """Scrapy's cache, pruned at the end of each crawl."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._most_seconds = settings.getint("HTTPCACHE_DAYS") * _DAY
        self._most_bytes = settings.getint("HTTPCACHE_MEGABYTES") << 20

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """The answer kept for a request; None where there is none, or half of one that a killed crawl left."""
        try:
            return super().retrieve_response(spider, request)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            return None

    def close_spider(self, spider: Spider) -> None:
        """Drops what is older than the limit, and the oldest of what takes too much room."""
        prune_answers(Path(self.cachedir) / spider.name, self._most_seconds, self._most_bytes, time.time())


def prune_answers(folder: Path, most_seconds: float, most_bytes: int, now: float) -> None:
    """Deletes answers that are too old, and the oldest of those that take too much room together."""
    taken = 0
    for kept in sorted(_iter_kept(folder), key=lambda kept: kept.at, reverse=True):
        taken += kept.size
        if taken > most_bytes or now - kept.at > most_seconds:
            shutil.rmtree(kept.place, ignore_errors=True)


def _iter_kept(folder: Path) -> Iterator[_Kept]:
    for place in folder.glob("??/*"):
        # another crawl may prune it at the same time
        with suppress(OSError):
            files = [file.stat() for file in os.scandir(place)]
            yield _Kept(
                max((file.st_mtime for file in files), default=0.0), sum(f.st_blocks for f in files) * _BLOCK, place
            )
