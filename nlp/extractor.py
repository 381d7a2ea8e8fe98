"""The door of the extractor: an article in, its funding events out, each value with its quote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.article import Article
from domain.event import Extraction
from nlp.frames import build_extractions
from nlp.lang import detect_language, load_reader

VERSION = "1"


class Extractor:
    """Reads articles; holds no state between them. A new `version` makes every stored article pending."""

    version = VERSION

    def extract(self, article: Article) -> list[Extraction]:
        """The funding events that the article reports as news; none where it reports none."""
        body = article.body
        language = detect_language(body, article.language)
        reader = load_reader(language) if language else None
        if reader is None or not reader.is_worth_reading(body):
            return []
        deals = reader.read_document(body, article.published_on)
        return build_extractions(article, deals, language or "", reader.find_application)

    def extract_many(self, articles: Iterable[Article]) -> Iterator[list[Extraction]]:
        """Yields the events of each article, in order."""
        for article in articles:
            yield self.extract(article)


def load_extractor() -> Extractor:
    """Builds the extractor; word lists and weights are read at the first document of a language."""
    return Extractor()
