"""Marks the parties that the language's rules read out of each sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from nlp.lang import load_reader
from nlp.pipes.offsets import mark
from nlp.statement import Statement


class RuleMarker:
    """Sets `doc.spans["rules"]`, and keeps the statements in `doc.user_data["statements"]`."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, doc: Doc) -> Doc:
        """Marks the document."""
        reader = load_reader(self._language)
        told = (doc.user_data[key] for key in ("text", "values", "sentences"))
        statements = reader.read_statements(*told) if reader else []
        doc.user_data["statements"] = statements
        mark(doc, "rules", _stretches(statements))
        return doc


def _stretches(statements: Sequence[Statement]) -> Iterator[tuple[int, int, str]]:
    for statement in statements:
        past = ":past" if statement.background else ""
        for label, names in (
            ("company", statement.company),
            ("lead_investor", statement.leads),
            ("investor", statement.investors),
        ):
            for name in names:
                yield name.start, name.end, label + past
        for label, money in (
            ("amount", statement.amount),
            ("valuation", statement.valuation),
            ("total_raised", statement.total),
        ):
            if money:
                yield money.core, money.end, label + past
