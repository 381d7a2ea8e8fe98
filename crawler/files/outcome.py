"""What one record of a file gave."""

from __future__ import annotations

from dataclasses import dataclass

from domain.article import Article


@dataclass(frozen=True, slots=True)
class Outcome:
    """An article, or the flaw that kept it from being one: a kind to count by, and words worth saying."""

    subject: str
    article: Article | None = None
    flaw: str | None = None
    words: str = ""
