"""Marks the words that tell what happens: who raises, who leads, what is only said, what is past."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from re import Match
from types import ModuleType
from typing import NamedTuple, cast

from spacy.tokens import Doc

from nlp.patterns import Finder
from nlp.pipes.offsets import owners


class Cue(NamedTuple):
    """A cue's tokens and letters: a document has many and is asked for them often, for which spans are too slow."""

    label: str
    start: int
    end: int
    start_char: int
    end_char: int


@cache
def load_cues(language: str) -> tuple[tuple[str, Finder], ...]:
    """The patterns of a language with their labels, in `lang/<code>/cues.py`."""
    return tuple(_load(language).CUES)


@cache
def _load(language: str) -> ModuleType:
    return import_module(f"nlp.lang.{language}.cues")


def find_no_new_money(language: str, text: str, start: int, end: int) -> Match[str] | None:
    """The words that tell of shares that change hands, or of money that comes to no company."""
    found: Match[str] | None = _load(language).NO_NEW_MONEY.search(text, start, end)
    return found


def find_earlier(language: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a sentence tells an old round that the news may only start from."""
    told: Match[str] | None = _load(language).EARLIER.search(text, start, end)
    return told.span() if told else None


def tells_anew(language: str, clause: str) -> bool:
    """Whether a clause has the words for a round that is news."""
    return bool(_load(language).ANEW.search(clause))


def is_told_plainly(language: str, body: str) -> bool:
    """Whether plain words say that a sum is raised, or put into someone."""
    return bool(_load(language).PLAIN.search(body))


def tells_new_money(language: str, text: str) -> bool:
    """Whether words say that new money comes in, beside those for what is none."""
    return bool(_load(language).NEW_MONEY.search(text))


def is_put_in(language: str, body: str) -> bool:
    """Whether plain words say that somebody puts a sum into somebody."""
    return bool(_load(language).PUT_IN.search(body))


def sums_up(language: str, title: str) -> bool:
    """Whether a title tells what all firms together raised in a quarter or a year."""
    return bool(_load(language).OF_ALL_FIRMS.search(title))


def leads_are_told(language: str) -> bool:
    """Whether one of several investors leads only where a word says so."""
    return bool(_load(language).LEADS_ARE_TOLD)


def is_not_raising(language: str, text: str, end: int) -> bool:
    """Whether what follows a firm's name at `end` says that others raise: its people of once, its backer."""
    return bool(_load(language).NOT_RAISING.match(text, end))


def get_cues(doc: Doc) -> list[Cue]:
    """The cues of a document, by pattern and then in order."""
    return cast(list[Cue], doc.user_data["cues"])


def is_cued(doc: Doc, label: str, tokens: tuple[int, int]) -> bool:
    """Whether a cue of a label begins within a range of tokens."""
    return any(cue.label == label and tokens[0] <= cue.start < tokens[1] for cue in get_cues(doc))


class CueMarker:
    """Sets the cues of a document."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, doc: Doc) -> Doc:
        """Marks the document."""
        text, owner = doc.user_data["text"], owners(doc).tolist()
        doc.user_data["cues"] = [
            Cue(label, owner[match.start()], owner[match.end() - 1] + 1, *match.span())
            for label, pattern in load_cues(self._language)
            for match in pattern.finditer(text)
            if match.end() > match.start()
        ]
        return doc
