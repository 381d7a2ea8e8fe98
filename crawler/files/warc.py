"""Articles from WARC files, as Common Crawl's CC-NEWS and other archives of the web keep pages.

Pages of known sources only: the others of an archive are of no interest, and nobody said how far to trust them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.files.outcome import Outcome
from crawler.files.sites import group_by_site
from crawler.parse.articles import build_article
from crawler.parse.pages import BadPage
from crawler.parse.urls import canonicalise_url, get_site, is_front_page
from crawler.sources import Source
from crawler.spiders.ways import READERS
from domain.errors import BadInput

_MAX_BYTES = 8 * 1024 * 1024
_MARKUP = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "")


def iter_warc(file: Path, sources: Sequence[Source]) -> Iterator[Outcome]:
    """Yields the articles of known sources in the file, and what of theirs is none."""
    by_site = group_by_site(sources)
    try:
        records = ArchiveIterator(
            str(file), record_types=WarcRecordType.response, max_content_length=_MAX_BYTES, auto_decode="all"
        )
        for record in records:
            if outcome := _read(record, by_site):
                yield outcome
    except (OSError, ValueError) as error:
        raise BadInput(str(file), f"its records cannot be read to the end ({error})") from error


def _read(record: WarcRecord, by_site: dict[str, list[Source]]) -> Outcome | None:
    url = canonicalise_url(record.headers.get("WARC-Target-URI") or "")
    if url is None or is_front_page(url):
        return None
    source = next((s for s in by_site.get(get_site(url), ()) if s.wants(url)), None)
    head = record.http_headers
    if source is None or head is None or head.status_code != 200:
        return None
    kind = record.http_content_type or ""
    if kind.lower() not in _MARKUP:
        return None
    charset = f"; charset={record.http_charset}" if record.http_charset else ""
    fetched = record.record_date or datetime.now(UTC)
    fetched = fetched if fetched.tzinfo else fetched.replace(tzinfo=UTC)
    body = record.reader.read(_MAX_BYTES + 1)
    if len(body) > _MAX_BYTES:
        return Outcome(url, flaw="too_large")
    try:
        page = READERS[source.reader](
            body, url, content_type=kind + charset, zone=source.zone, rules=source.rules, now=fetched
        )
    except BadPage as error:
        return Outcome(url, flaw=error.kind)
    if page.moment is None:
        # archives are full of pages that list or describe; what is dated nowhere is no news
        return Outcome(url, flaw="undated")
    return Outcome(url, build_article(page, source_id=source.id, language=source.language, fetched_at=fetched))
