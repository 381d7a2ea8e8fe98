"""Marks the names that the shipped lists know."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

from domain.gazetteer import KnownParty, load_gazetteer
from nlp.tokens import split_name


class KnownMarker:
    """Sets `doc.spans["known"]`, the longest names first; a label says what the lists have of the name."""

    def __init__(self, nlp: Language) -> None:
        self._matcher = PhraseMatcher(nlp.vocab, attr="ORTH")
        for label, names in _names():
            self._matcher.add(label, [split_name(nlp.vocab, name) for name in names])

    def __call__(self, doc: Doc) -> Doc:
        """Marks the document."""
        doc.spans["known"] = filter_spans(self._matcher(doc, as_spans=True))
        return doc


def _names() -> Iterator[tuple[str, list[str]]]:
    """What a name alone tells: a company, an investor of some kind, or both."""
    gazetteer = load_gazetteer()
    labels: dict[str, set[str]] = {}
    for label, parties in (("company", gazetteer.companies), ("investor", gazetteer.investors)):
        for party in parties:
            for name in party.all_names:
                if len(name) > 1:
                    labels.setdefault(name, set()).add(_tell(label, party))
    by_label: dict[str, list[str]] = {}
    for name, told in labels.items():
        by_label.setdefault("|".join(sorted(told)), []).append(name)
    for label, names in sorted(by_label.items()):
        yield label, sorted(names)


def _tell(label: str, party: KnownParty) -> str:
    if label == "investor":
        return f"investor {party.group}"
    return "listed company" if party.listed else label
