"""Articles as they were published, each once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from domain.article import Article
from domain.errors import NotFound
from domain.topics import find_topic
from storage.engine import Access
from storage.models import ArticleReadingRow, ArticleRow
from storage.rows import clean_text, read_article, table
from storage.sources import ensure_source, ensure_sources
from storage.upsert import insert_missing

_ARTICLE = table(ArticleRow)
_READING = table(ArticleReadingRow)
_CHUNK = 200
_UNIQUE = ("url", "content_hash")
# the version under which claims are kept that were given and not read: no extractor reads such an article over
GIVEN = "given"


class Articles:
    """The stored articles."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, article: Article) -> tuple[int, bool]:
        """Keeps an article unless its URL or its very words are there already; gives its id and whether it is new."""
        row = _build_row(article)
        with self._access.writing() as connection:
            if (known := _find(connection, row)) is not None:
                return known, False
            if article.source_id:
                ensure_source(connection, article.source_id)
            is_new = bool(insert_missing(connection, _ARTICLE, [row]))
            # where another process was faster, its row is there now
            found = _find(connection, row)
            assert found is not None
            return found, is_new

    def add_many(self, articles: Sequence[Article]) -> list[bool]:
        """Keeps articles as `add` does, in a few statements for all of them, and says of each whether it is new."""
        rows = [_build_row(article) for article in articles]
        with self._access.writing() as connection:
            ensure_sources(connection, {article.source_id for article in articles if article.source_id})
            taken = {name: _find_taken(connection, name, rows) for name in _UNIQUE}
            new = [_take(row, taken) for row in rows]
            # another crawl may have kept one in the meantime
            insert_missing(connection, _ARTICLE, [row for row, is_new in zip(rows, new, strict=True) if is_new])
        return new

    def get(self, article_id: int) -> Article:
        """The article of that id; NotFound where there is none."""
        with self._access.reading() as connection:
            row = connection.execute(select(_ARTICLE).where(_ARTICLE.c.id == article_id)).mappings().first()
        if row is None:
            raise NotFound(f"article {article_id}", "there is no such article")
        return read_article(row)

    def is_read(self, article_id: int) -> bool:
        """Whether any version of the extractor has read the article, or its claims were given."""
        with self._access.reading() as connection:
            read = select(_READING.c.version).where(_READING.c.article_id == article_id)
            return connection.scalar(read.limit(1)) is not None

    def ids_of_source(self, source_id: str) -> dict[str, int]:
        """The ids of a source's articles by their addresses."""
        with self._access.reading() as connection:
            rows = connection.execute(select(_ARTICLE.c.url, _ARTICLE.c.id).where(_ARTICLE.c.source_id == source_id))
            return {row.url: row.id for row in rows}

    def count(self) -> int:
        """How many articles there are."""
        with self._access.reading() as connection:
            return connection.scalar(select(func.count()).select_from(_ARTICLE)) or 0

    def count_pending(self, version: str) -> int:
        """How many articles that version of the extractor has not read."""
        with self._access.reading() as connection:
            return connection.scalar(select(func.count()).select_from(_ARTICLE).where(_is_pending(version))) or 0

    def iter_pending(self, version: str, limit: int | None = None) -> Iterator[tuple[int, Article]]:
        """Yields what that version of the extractor has not read, oldest first, in chunks that hold no lock."""
        last, left = 0, limit
        while left is None or left > 0:
            size = _CHUNK if left is None else min(_CHUNK, left)
            pending = select(_ARTICLE).where(_ARTICLE.c.id > last, _is_pending(version)).order_by(_ARTICLE.c.id)
            with self._access.reading() as connection:
                rows = connection.execute(pending.limit(size)).mappings().all()
            for row in rows:
                yield row["id"], read_article(row)
            if len(rows) < size:
                return
            last, left = rows[-1]["id"], None if left is None else left - len(rows)


def _is_pending(version: str) -> Any:
    read = select(_READING.c.article_id).where(
        _READING.c.article_id == _ARTICLE.c.id, _READING.c.version.in_((version, GIVEN))
    )
    return ~read.exists()


def _build_row(article: Article) -> dict[str, Any]:
    return {
        "url": clean_text(article.url),
        "content_hash": article.content_hash,
        "title": clean_text(article.title),
        "text": clean_text(article.text),
        "language": article.language,
        "published_on": article.published_on,
        "published_at": article.published_at,
        "fetched_at": article.fetched_at,
        "source_id": article.source_id,
        "author": article.author and clean_text(article.author),
        "topic": article.topic or find_topic(article.title, article.text),
        "added_at": datetime.now(UTC),
    }


def _find_taken(connection: Connection, name: str, rows: Sequence[dict[str, Any]]) -> set[str]:
    column = _ARTICLE.c[name]
    return set(connection.scalars(select(column).where(column.in_([row[name] for row in rows]))))


def _take(row: dict[str, Any], taken: dict[str, set[str]]) -> bool:
    if any(row[name] in taken[name] for name in _UNIQUE):
        return False
    for name in _UNIQUE:
        taken[name].add(row[name])
    return True


def _find(connection: Connection, row: dict[str, Any]) -> int | None:
    # one look-up each: an OR over two indexes is slower than both
    for column in _UNIQUE:
        found = connection.scalar(select(_ARTICLE.c.id).where(_ARTICLE.c[column] == row[column]))
        if found is not None:
            return int(found)
    return None
