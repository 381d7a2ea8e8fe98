"""Languages: a folder each; a folder with a `document` module registers its language by being there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from nlp.deals import Deal
from nlp.frames import FindApplication
from nlp.statement import Statement
from nlp.values import Value

_HAN = re.compile(r"[㐀-鿿]+")
_KANA_HANGUL = re.compile(r"[぀-ヿ가-힯]+")
_LATIN = re.compile(r"[A-Za-z]+")


class Reader(Protocol):
    """What a language's `document` module offers."""

    find_application: FindApplication

    def is_worth_reading(self, body: str) -> bool:
        """Whether the body holds any word for money raised."""

    def blank_headings(self, body: str) -> str:
        """The body with blanks for what heads a line and says nothing of the news; as long as before."""

    def iter_sentences(self, body: str) -> Iterator[tuple[int, int]]:
        """The sentences of a body as offsets."""

    def read_statements(
        self, body: str, values: Sequence[Value] | None = None, sentences: Iterable[tuple[int, int]] | None = None
    ) -> list[Statement]:
        """What the rules read out of each sentence; values and sentences may be known before."""

    def tell_deals(self, body: str, statements: list[Statement]) -> list[Deal]:
        """Puts statements together into deals."""

    def read_document(self, body: str) -> list[Deal]:
        """The deals that the body tells."""


@cache
def load_reader(language: str) -> Reader | None:
    """The reader of a language, or None where no folder is there for it."""
    name = f"nlp.lang.{language}.document"
    if not re.fullmatch(r"[a-z]{2,3}", language) or find_spec(f"nlp.lang.{language}") is None:
        return None
    return cast(Reader, import_module(name))


def detect_language(body: str, stated: str | None) -> str | None:
    """The language by its script, since stated ones are often wrong; None where it is neither of ours."""
    sample = body[:4000]
    han, other, latin = (sum(map(len, p.findall(sample))) for p in (_HAN, _KANA_HANGUL, _LATIN))
    if other > han and other > 5:
        return None
    # a line of names: Loam&Lattice，种子轮$5.2M，Congruent Ventures领投
    if han and han * (8 if stated == "zh" else 3) >= latin:
        return "zh"
    if latin:
        return "en" if stated in (None, "en", "zh") or not stated else stated
    return None
