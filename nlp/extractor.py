"""The door of the extractor: an article in, its funding events out, each value with its quote.

article ─→ language ─→ worth reading? ─→ gate ─→ pipeline marks spans ─→ deals ─→ extractions
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

from spacy.tokens import Doc

from domain.article import Article
from domain.event import Extraction
from nlp.deals import Deal
from nlp.frames import build_extractions
from nlp.gate import load_gate
from nlp.lang import Reader, detect_language, load_reader
from nlp.pipeline import load_pipeline
from nlp.reading import read_deals

VERSION = "6"
# no news is longer; what is, is read up to here
LONGEST = 40_000
_BATCH, _TOGETHER = 256, 128
_LETTERS = 16_000
# half a character, which no library can encode; the replacement is as long, so offsets hold
_SURROGATE = re.compile("[\ud800-\udfff]")
Way = Literal["both", "model", "rules"]


class Extractor:
    """Reads articles; holds no state between them. A new `version` makes every stored article pending.

    `way` is for comparisons: what the rules read alone, what the trained part reads without them, or both together.
    """

    version = VERSION

    def __init__(self, way: Way = "both") -> None:
        self._way = way

    def extract(self, article: Article) -> list[Extraction]:
        """The funding events that the article reports as news; none where it reports none."""
        return next(self.extract_many([article]))

    def extract_many(self, articles: Iterable[Article]) -> Iterator[list[Extraction]]:
        """Yields the events of each article, in order; several are read together, which is faster."""
        waiting = iter(articles)
        while batch := list(islice(waiting, _BATCH)):
            yield from self._read_batch(batch)

    def _read_batch(self, articles: list[Article]) -> list[list[Extraction]]:
        found: list[list[Extraction]] = [[] for _ in articles]
        for language, numbers in _by_language(articles).items():
            reader = load_reader(language)
            if reader is None:
                continue
            bodies = {k: clean(articles[k].body, reader) for k in numbers}
            if self._way != "rules":
                bodies = _leave_unlikely_out(bodies, language)
            for k, deals in zip(bodies, self._read_deals(reader, language, list(bodies.values())), strict=True):
                found[k] = build_extractions(articles[k], deals, language, reader.find_application)
        return found

    def _read_deals(self, reader: Reader, language: str, bodies: list[str]) -> Iterator[list[Deal]]:
        if self._way == "rules":
            return (reader.read_document(body) for body in bodies)
        return (read_deals(doc) for doc in self._mark(language, bodies))

    def _mark(self, language: str, bodies: list[str]) -> Iterator[Doc]:
        nlp = load_pipeline(language)
        # long ones are read by fewer at a time, or the network's layers take a gigabyte
        together = max(1, min(_TOGETHER, _LETTERS // max(map(len, bodies), default=1)))
        with nlp.select_pipes(disable=["rules"] if self._way == "model" else []):
            yield from nlp.pipe(bodies, batch_size=together)


def clean(body: str, reader: Reader) -> str:
    """What is read of a body, offsets unchanged: no half characters, no headings of lines, no more than `LONGEST`."""
    return reader.blank_headings(_SURROGATE.sub("\ufffd", body[:LONGEST]))


def _leave_unlikely_out(bodies: dict[int, str], language: str) -> dict[int, str]:
    """The bodies that the gate lets through to be read closely."""
    admitted = load_gate(language).admit(list(bodies.values()))
    return {k: body for (k, body), likely in zip(bodies.items(), admitted, strict=True) if likely}


def _by_language(articles: list[Article]) -> dict[str, list[int]]:
    """Which articles are worth reading, by their language."""
    found: dict[str, list[int]] = {}
    for k, article in enumerate(articles):
        body = article.body[:LONGEST]
        language = detect_language(body, article.language)
        reader = load_reader(language) if language else None
        if language and reader and reader.is_worth_reading(body):
            found.setdefault(language, []).append(k)
    return found


def load_extractor(way: Way = "both") -> Extractor:
    """Builds the extractor; word lists and weights are read at the first document of a language."""
    return Extractor(way)
