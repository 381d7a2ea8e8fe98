"""Texts with marks in them, as the trained part would set them: what is made of the marks is tested without weights."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Span

from nlp.pipeline import load_pipeline

_LABELS = {
    "c": "company",
    "l": "lead_investor",
    "i": "investor",
    "o": "other_org",
    "a": "amount",
    "v": "valuation",
    "r": "round",
}
_MARK = re.compile(r"\{(?P<label>[clioavr])(?P<likely>\d?):(?P<text>[^{}]*)\}")


def mark(text: str, language: str = "zh") -> Doc:
    """A document of `text`, in which `{l:Foo}` is a lead named Foo and `{c4:Bar}` a company that is .4 likely."""
    body, spans = "", []
    last = 0
    for found in _MARK.finditer(text):
        body += text[last : found.start()]
        likely = float(f".{found['likely']}") if found["likely"] else 1.0
        spans.append((len(body), len(body) + len(found["text"]), _LABELS[found["label"]], likely))
        body += found["text"]
        last = found.end()
    doc = load_pipeline(language, trained=False)(body + text[last:])
    return set_marks(doc, spans)


def set_marks(doc: Doc, spans: list[tuple[int, int, str, float]]) -> Doc:
    """The document with these marks, each (start, end, label, how likely)."""
    marked: list[Span] = []
    for start, end, label, _ in spans:
        span = doc.char_span(start, end, label=label)
        assert span is not None, f"{doc.text[start:end]!r} is no whole number of tokens of {list(doc)}"
        marked.append(span)
    doc.spans["parties"] = marked
    doc.spans["parties"].attrs["scores"] = [likely for *_, likely in spans]
    doc.spans["parties"].attrs["hedged"] = [0.0] * len(spans)
    return doc
