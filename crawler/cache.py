"""The HTTP cache on disk: whole answers only, and no more of them than there is room for."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from scrapy import Request, Spider
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings

_DAY = 86400
# the system tells what a file takes on disk in blocks of this size
_BLOCK = 512
# after so large a part of its room was written, what is too much is looked for
_PART = 8


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer on disk: when it was kept, and what it takes there."""

    at: float
    size: int
    place: Path


class Cache:
    """Where Scrapy's cache keeps its answers: a file for each, pruned before, during and after a crawl."""

    def __init__(self, settings: BaseSettings) -> None:
        self._folder = Path(settings["HTTPCACHE_DIR"])
        self._most_seconds = settings.getint("HTTPCACHE_DAYS") * _DAY
        self._most_bytes = settings.getint("HTTPCACHE_MEGABYTES") << 20
        self._written = 0

    def open_spider(self, spider: Spider) -> None:
        """Drops what is too much: the crawl before may have been killed."""
        self._prune(spider)

    def close_spider(self, spider: Spider) -> None:
        """Drops what became too much."""
        self._prune(spider)

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """The answer kept for a request; None where there is none that is whole."""
        try:
            return _unpack(self._find_place(spider, request).read_bytes())
        except (OSError, ValueError):
            return None

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Keeps an answer, whole or not at all."""
        place = self._find_place(spider, request)
        data = _pack(response)
        place.parent.mkdir(parents=True, exist_ok=True)
        # other crawls may use the cache at the same time; what a killed one leaves grows old like an answer
        fresh = place.with_name(f"{place.name}.{os.getpid()}")
        fresh.write_bytes(data)
        fresh.replace(place)
        self._written += len(data)
        if self._written * _PART > self._most_bytes:
            self._prune(spider)

    def _find_place(self, spider: Spider, request: Request) -> Path:
        assert spider.crawler.request_fingerprinter is not None
        key = spider.crawler.request_fingerprinter.fingerprint(request).hex()
        return self._folder / spider.name / key[:2] / key

    def _prune(self, spider: Spider) -> None:
        self._written = 0
        prune_answers(self._folder / spider.name, self._most_seconds, self._most_bytes, time.time())


def _pack(response: Response) -> bytes:
    # Latin-1 gives each byte of a header back as it was
    headers = [
        [name.decode("latin-1"), [value.decode("latin-1") for value in values]]
        for name, values in response.headers.items()
    ]
    head = json.dumps([response.url, response.status, headers]).encode() + b"\n"
    return b"%08x" % zlib.crc32(response.body, zlib.crc32(head)) + head + response.body


def _unpack(data: bytes) -> Response:
    """The answer that a file holds; ValueError where it is not what was written."""
    if zlib.crc32(memoryview(data)[8:]) != int(data[:8], 16):
        raise ValueError("a broken answer")
    end = data.index(b"\n")
    url, status, pairs = json.loads(data[8:end])
    headers, body = Headers(pairs, encoding="latin-1"), data[end + 1 :]
    headers.encoding = "utf-8"
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    return kind(url, status=status, headers=headers, body=body)


def prune_answers(folder: Path, most_seconds: float, most_bytes: int, now: float) -> None:
    """Deletes answers that are too old, and the oldest of those that take too much room together."""
    taken = 0
    for kept in sorted(_iter_kept(folder), key=lambda kept: kept.at, reverse=True):
        taken += kept.size
        if taken > most_bytes or now - kept.at > most_seconds:
            # another crawl may prune it at the same time
            with suppress(OSError):
                kept.place.unlink()


def _iter_kept(folder: Path) -> Iterator[_Kept]:
    for place in folder.glob("??/*"):
        with suppress(OSError):
            if place.is_dir():
                # an answer in several files, as earlier versions kept it
                rmtree(place)
            else:
                facts = place.stat()
                yield _Kept(facts.st_mtime, facts.st_blocks * _BLOCK, place)
