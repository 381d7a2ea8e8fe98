"""From a page as it was read to the article that is kept."""

from __future__ import annotations

import re
from datetime import datetime

from crawler.parse.pages import Page
from domain.article import Article
from domain.topics import find_topic

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_HAN_SHARE = 0.15


def build_article(page: Page, *, source_id: str, language: str, fetched_at: datetime) -> Article:
    """The article of a page; `language` is what its source writes in."""
    moment = page.moment
    return Article(
        url=page.url,
        title=page.title,
        text=page.text,
        language=tell_language(page.title + page.text, language, page.language),
        published_on=moment.on if moment else None,
        published_at=moment.at if moment else None,
        fetched_at=fetched_at,
        source_id=source_id,
        author=page.author,
        topic=find_topic(page.title, page.text),
    )


def tell_language(text: str, usual: str, declared: str | None) -> str:
    """The language of a text: its characters tell Chinese, which many pages declare wrongly; else the source's own."""
    sample = text[:3000]
    if len(_HAN.findall(sample)) > _HAN_SHARE * max(1, len(sample)):
        return "ja" if len(_KANA.findall(sample)) > 0.1 * len(sample) else "zh"
    if usual != "zh":
        return usual
    return declared if declared and declared != "zh" else "en"
