"""Marks the amounts and the rounds that the tokenizer kept whole."""

from __future__ import annotations

from spacy.tokens import Doc

from nlp.mentions import MoneyMention
from nlp.pipes.offsets import mark


def mark_values(doc: Doc) -> Doc:
    """Sets `doc.spans["values"]`: money and round."""
    values = doc.user_data["values"]
    mark(doc, "values", ((v.start, v.end, "money" if isinstance(v, MoneyMention) else "round") for v in values))
    return doc
