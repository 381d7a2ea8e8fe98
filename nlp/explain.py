"""Shows how an article was read: every marked span, the deals put together from them, and why each value stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from domain.article import Article
from domain.event import Evidence, Extraction
from nlp.extractor import LONGEST, clean
from nlp.frames import build_extractions
from nlp.gate import load_gate
from nlp.lang import detect_language, load_reader
from nlp.loans import is_lent
from nlp.mentions import MoneyMention
from nlp.pipeline import load_pipeline
from nlp.pipes.cues import get_cues
from nlp.reading import read_deals

LAYERS = ("values", "cues", "rules", "known", "parties")


@dataclass(frozen=True, slots=True)
class Marked:
    """A span that a pipe marked; `score` is how sure the trained part is, 1 for the others."""

    layer: str
    label: str
    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Reason:
    """A value's quote and what speaks for it."""

    evidence: Evidence
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one article was read; `language` is None and all else empty where nothing was read.

    `likely` is how likely the gate holds it to tell a round, `admitted` whether that was enough to be read closely.
    """

    article: Article
    language: str | None
    worth_reading: bool
    likely: float = 0.0
    admitted: bool = False
    marks: Sequence[Marked] = ()
    events: Sequence[tuple[Extraction, Sequence[Reason]]] = ()


def explain(article: Article) -> Explanation:
    """Reads an article and keeps what every step saw."""
    language = detect_language(article.body[:LONGEST], article.language)
    reader = load_reader(language) if language else None
    if reader is None or not reader.is_worth_reading(article.body[:LONGEST]):
        return Explanation(article, language, worth_reading=False)
    gate, body = load_gate(language or ""), clean(article.body, reader)
    likely = gate.judge([body])[0]
    admitted = gate.admits(body, likely)
    doc = load_pipeline(language or "")(body)
    deals = read_deals(doc) if admitted else []
    found = build_extractions(article, deals, language or "", reader.find_application)
    marks = list(iter_marks(doc))
    told = [(event, _reasons(event, doc, marks)) for event in found]
    return Explanation(article, language, True, likely, admitted, marks, told)


def iter_marks(doc: Doc) -> Iterator[Marked]:
    """All marked spans, layer by layer."""
    for layer in LAYERS:
        if layer == "cues":
            yield from (Marked(layer, cue.label, cue.start_char, cue.end_char) for cue in get_cues(doc))
            continue
        group = doc.spans.get(layer, ())
        scores = group.attrs.get("scores") if layer == "parties" else None
        for k, span in enumerate(group):
            score = float(scores[k]) if scores else 1.0
            yield Marked(layer, str(span.label_), span.start_char, span.end_char, score)


def _reasons(event: Extraction, doc: Doc, marks: Sequence[Marked]) -> list[Reason]:
    return [Reason(e, tuple(_why(e, doc, marks))) for e in event.evidence]


def _why(evidence: Evidence, doc: Doc, marks: Sequence[Marked]) -> Iterator[str]:
    """What each layer says of the words that bear a value out."""
    for value in doc.user_data["values"]:
        if value.start <= evidence.start < value.end:
            yield f"reads as {_normal(value)}"
            if isinstance(value, MoneyMention) and is_lent(value, doc.user_data["text"]):
                yield "its words say that it is lent"
    for mark in marks:
        if mark.start < evidence.end and evidence.start < mark.end:
            told = {
                "parties": f"the trained part: {mark.label}, {mark.score:.0%} sure",
                "rules": f"the rules: {mark.label}",
                "known": f"the lists know it as {mark.label}",
                "cues": f"cue: {mark.label}",
            }.get(mark.layer)
            if told:
                yield told


def _normal(value: object) -> str:
    if isinstance(value, MoneyMention):
        money = value.money
        return f"{money.min} to {money.max} {money.currency} ({money.precision.value})"
    return str(getattr(value, "round", None) or "a round without a letter")
