"""Marks the names that the shipped lists know."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from domain.gazetteer import KnownParty, load_gazetteer
from nlp.tokens import split_name


class KnownMarker:
    """Sets `doc.spans["known"]`, the longest names first; a label says what the lists have of the name.

    Names are looked up by their words: spaCy's own matcher wants a document made of each of the 12,000 first.
    """

    def __init__(self) -> None:
        self._labels: dict[tuple[str, ...], str] = {}
        # how many words the names have that begin with a word
        self._lengths: dict[str, set[int]] = {}
        for label, names in _names():
            for name in names:
                words = tuple(split_name(name))
                self._labels[words] = label
                self._lengths.setdefault(words[0], set()).add(len(words))

    def __call__(self, doc: Doc) -> Doc:
        """Marks the document."""
        words = doc.user_data["words"]
        found = [
            Span(doc, start, start + length, label=label)
            for start, word in enumerate(words)
            for length in self._lengths.get(word, ())
            if start + length <= len(words) and (label := self._labels.get(tuple(words[start : start + length])))
        ]
        doc.spans["known"] = filter_spans(found)
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
