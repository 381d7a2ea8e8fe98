"""Articles of a file, in the interchange form or as `export` writes them: with source, times and what was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from domain.article import Article
from domain.errors import BadInput
from domain.event import Extraction
from storage.sources import SourceRecord
from tracker.interchange import build_article
from tracker.stages import check_claimable

if TYPE_CHECKING:
    from storage.store import Shelves


@dataclass(frozen=True, slots=True)
class Reading:
    """What a version of the extractor read in an article."""

    version: str
    found: tuple[Extraction, ...]


@dataclass(frozen=True, slots=True)
class MovedArticle:
    """An article of a file, with the facts of its source and what was read in it, where the file has them."""

    article: Article
    source: SourceRecord | None = None
    reading: Reading | None = None


def read_article(data: Mapping[str, Any], where: str, report: Callable[[str], None]) -> MovedArticle:
    """The article of an object; BadInput where it is none, while a claim that cannot be true is reported alone."""
    article = build_article(data, where)
    if not article.body.strip():
        raise BadInput(where, "it has neither title nor text")
    if not data.get("url"):
        # ids of two files may be the same, so they make no address
        article = replace(article, url=f"urn:document:{article.content_hash[:16]}")
    source = _read_source(data.get("source"), where)
    article = replace(
        article,
        source_id=source.id if source else None,
        author=_read_text(data, "author", where),
        published_at=_read_time(data, "published_at", where),
        fetched_at=_read_time(data, "fetched_at", where),
    )
    return MovedArticle(article, source, _read_reading(data.get("read"), article, where, report))


def keep_article(tx: Shelves, moved: MovedArticle) -> bool:
    """Keeps the article with what was read in it, unless the store has read it itself; gives whether it is new."""
    article_id, is_new = tx.articles.add(moved.article)
    if moved.reading is not None and (is_new or not tx.articles.is_read(article_id)):
        tx.extractions.replace(article_id, moved.reading.version, moved.reading.found)
    return is_new


def _read_source(value: Any, where: str) -> SourceRecord | None:
    if value is None:
        return None
    given = {"id": value} if isinstance(value, str) else value
    try:
        record = SourceRecord(**{"name": given["id"], **given})
        if not record.id or not 0 <= float(record.trust) <= 1:
            raise ValueError("no id, or a trust that is not between 0 and 1")
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(where, f"source is none ({error!r})") from error
    return record


def _read_text(data: Mapping[str, Any], name: str, where: str) -> str | None:
    value = data.get(name)
    if not isinstance(value, (str, type(None))):
        raise BadInput(where, f"{name} is no text")
    return value or None


def _read_time(data: Mapping[str, Any], name: str, where: str) -> datetime | None:
    text = _read_text(data, name, where)
    try:
        found = text and datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(where, f"{name} {text!r} is no time such as 2025-01-22T09:30:00+00:00") from error
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC) if found else None


def _read_reading(value: Any, article: Article, where: str, report: Callable[[str], None]) -> Reading | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("version"), str):
        raise BadInput(where, "read has no version")
    found = []
    for event in value.get("events") or ():
        try:
            extraction = Extraction.from_dict(event)
            check_claimable(extraction, article)
        except (BadInput, AttributeError) as error:
            report(f"{where}: refused: {error}")
        else:
            found.append(extraction)
    return Reading(value["version"], tuple(found))
