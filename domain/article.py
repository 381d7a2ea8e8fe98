"""An article as it was published, before anyone has read it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Article:
    """One news item: `url` is canonical, `published_on` is the day in the source's own time zone."""

    url: str
    title: str
    text: str
    language: str | None = None
    published_on: date | None = None
    published_at: datetime | None = None
    fetched_at: datetime | None = None
    source_id: str | None = None
    author: str | None = None
    topic: str | None = field(default=None, compare=False)
    """What it is about by its words (see `domain.topics`); found when it is stored, where nobody said it before."""

    @property
    def body(self) -> str:
        """The text that evidence offsets count in: title, line feed, text."""
        return f"{self.title}\n{self.text}"

    @property
    def content_hash(self) -> str:
        """SHA-256 over title and text with white space folded, as 64 hex digits."""
        return hashlib.sha256(" ".join(self.body.split()).encode("utf-8", "surrogatepass")).hexdigest()
