"""Articles: where they stand and what was read in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.deps import SettingsDep, StoreDep
from api.evidence import quote_in_context
from api.examples import ARTICLE_ID
from api.routes.operations import build_responses
from api.schemas import Article

router = APIRouter(prefix="/api/v1/articles", tags=["articles"])

# what fits into a database's integer
_LAST_ID = 2**63 - 1
ArticleId = Annotated[int, Path(description="An article's id.", examples=[ARTICLE_ID], ge=1, le=_LAST_ID)]


@router.get("/{article_id}", responses=build_responses(Article, 400, 404), summary="One article's record")
def get_article(article_id: ArticleId, store: StoreDep, settings: SettingsDep) -> Article:
    """Title, address, dates and quotes; the whole text only where the server is set to give it."""
    article = store.articles.get(article_id)
    evidence = {e: None for extraction in store.extractions.of_article(article_id) for e in extraction.evidence}
    return Article(
        article_id=article_id,
        url=article.url,
        title=article.title,
        source_id=article.source_id,
        language=article.language,
        published_on=article.published_on,
        author=article.author,
        topic=article.topic,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        text=article.text if settings.full_text else None,
        event_ids=store.events.ids_of_article(article_id),
        quotes=[quote_in_context(article.body, e) for e in evidence],
    )
