"""The trained part: marks who raises, leads and joins, and what each amount and round is.

The network is a convolution over tokens (thinc): hashed features → window layers → a softmax over tags. Names have
tags by position (begin, inside, end, single), values have one tag a role. `doc.spans["parties"]` holds what was found,
`doc.spans["parties"].attrs["scores"]` how sure each is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc, Span
from thinc.api import Model

from nlp.features import Codes, describe
from nlp.network import in_lots
from nlp.pipes.cues import is_put_in
from nlp.tags import NAME_LABELS, RULE_TAGS, TAGS, VALUE_LABELS, decode_names, favour, join_companies

Floats = npt.NDArray[np.float32]
# so many tokens are read at a time: what a layer makes of more does not fit the processor's cache
_TOGETHER = 500
SURE = 0.6
_LEAST = 0.1
# how likely the first reader has to hold anyone to receive money, for the others to be asked, and of how long a text:
# an article says the same more than once, and three readings of it would take longer than they bring
LIKELY, SHORT = 0.3, 400
# a word that may be of the round, and of which the first reader is no surer than that, is read by the others as well
PART, CERTAIN = 0.3, 0.6
_RECEIVES = sorted(k for tag, k in TAGS.items() if tag[2:] in ("company", "rumoured"))
_OF_ROUND = sorted(
    k
    for tag, k in TAGS.items()
    if tag[2:] in ("company", "rumoured", "lead_investor", "investor")
    or tag in ("amount", "valuation", "total_raised", "round")
)
EAGER = 2.5
# and how much likelier the company that the rules read where plain words say that a sum is put into it
TRUST = 3.0
# how much likelier a reading becomes where the rules read the same
HEED = {"company": 2.0, "lead_investor": 6.0, "investor": 3.0, "amount": 2.0, "valuation": 2.0, "total_raised": 2.0}


class PartyMarker(TrainablePipe):
    """Sets `doc.spans["parties"]`: what the first reader finds, and the mean of all where it doubts what it found.

    Most news tells no round, or tells it plainly, and one reader is enough to see that.
    """

    def __init__(self, vocab: Any, readers: Sequence[Model[Any, Any]], name: str = "parties") -> None:
        self.vocab = vocab
        self.model, *self.others = readers
        self.name = name
        self.cfg: dict[str, Any] = {}

    def predict(self, docs: Iterable[Doc]) -> list[Floats]:
        """The probability of each tag for each token, an array a document."""
        told = [describe(doc) for doc in docs]
        read = _read(self.model, told)
        doubted = [k for k, probabilities in enumerate(read) if _is_doubted(probabilities)]
        opinions = [_read(other, [told[k] for k in doubted]) for other in self.others]
        for k, *others in zip(doubted, *opinions, strict=True):
            read[k] = cast(Floats, np.mean([read[k], *others], axis=0))
        return read

    def set_annotations(self, docs: Iterable[Doc], scores: Sequence[Floats]) -> None:
        """Marks the documents."""
        for doc, raw in zip(docs, scores, strict=True):
            probabilities, hedged = join_companies(_heed_rules(doc, raw))
            values = _values(doc, probabilities)
            names = _names(doc, probabilities)
            if _lacks_company(names, values):
                names = _names(doc, favour(_trust_rules(doc, probabilities), "company", EAGER))
            found = sorted([*names, *values], key=lambda pair: pair[0].start)
            doc.spans["parties"] = [span for span, _ in found]
            doc.spans["parties"].attrs["scores"] = [score for _, score in found]
            doc.spans["parties"].attrs["hedged"] = [float(hedged[span.start : span.end].mean()) for span, _ in found]


def _read(network: Model[Any, Any], told: Sequence[Codes]) -> list[Floats]:
    """What one network reads; it cannot take a document without tokens."""
    read: list[Floats] = [np.zeros((0, len(TAGS)), np.float32)] * len(told)
    for lot in in_lots(told, _TOGETHER):
        for k, probabilities in zip(lot, network.predict([told[k] for k in lot]), strict=True):
            read[k] = probabilities
    return read


def _is_doubted(probabilities: Floats) -> bool:
    if len(probabilities) > SHORT or not (probabilities[:, _RECEIVES].sum(axis=1) > LIKELY).any():
        return False
    unsure = (probabilities.max(axis=1) < CERTAIN) & (probabilities[:, _OF_ROUND].sum(axis=1) > PART)
    return bool(unsure.any())


def _heed_rules(doc: Doc, probabilities: Floats) -> Floats:
    """The probabilities with what the rules read made likelier: they err in other places than the network does."""
    weighed = probabilities.copy()
    for span in doc.spans.get("rules", ()):
        label = span.label_
        if label in HEED:
            weighed[span.start : span.end, RULE_TAGS[label]] *= HEED[label]
    return cast(Floats, weighed / weighed.sum(axis=1, keepdims=True))


def _trust_rules(doc: Doc, probabilities: Floats) -> Floats:
    """The probabilities with the company that the rules read made likelier, where plain words put a sum into it."""
    trusted = probabilities.copy()
    told = is_put_in(doc.user_data["language"], doc.user_data["text"])
    for span in doc.spans.get("rules", ()):
        if told and span.label_ == "company":
            trusted[span.start : span.end, RULE_TAGS["company"]] *= TRUST
    return cast(Floats, trusted / trusted.sum(axis=1, keepdims=True))


def _lacks_company(names: Sequence[tuple[Span, float]], values: Sequence[tuple[Span, float]]) -> bool:
    """Whether a round's money is told and nobody is found to receive it: then a less likely name is the company."""
    told = any(span.label_ in ("amount", "round") and score > SURE for span, score in values)
    return told and not any(span.label_ == "company" for span, _ in names)


def _names(doc: Doc, probabilities: Floats) -> list[tuple[Span, float]]:
    return [
        (Span(doc, start, end, label=NAME_LABELS[label]), score)
        for start, end, label, score in decode_names(probabilities)
    ]


def _values(doc: Doc, probabilities: Floats) -> list[tuple[Span, float]]:
    found = []
    shares = [_share(span, probabilities) for span in doc.spans["values"]]
    for k, (span, share) in enumerate(zip(doc.spans["values"], shares, strict=True)):
        labels = VALUE_LABELS[span.label_]
        if span.label_ == "round":
            share = share * _lean(doc, k, shares)
        best = int(share.argmax())
        found.append((Span(doc, span.start, span.end, label=labels[best]), float(share[best] / max(share.sum(), 1e-9))))
    return found


def _share(span: Span, probabilities: Floats) -> Floats:
    share = probabilities[span.start, [TAGS[label] for label in VALUE_LABELS[span.label_]]]
    return cast(Floats, share / max(float(share.sum()), 1e-9))


def _lean(doc: Doc, number: int, shares: Sequence[Floats]) -> Floats:
    """How likely a round is this deal's, or another's, by the sum right before it: a $40 million Series B."""
    values = doc.spans["values"]
    if not number or values[number - 1].label_ != "money" or values[number - 1].end != values[number].start:
        return np.ones(2, np.float32)
    amount, *_, other = shares[number - 1].tolist()
    return np.array([amount + _LEAST, other + _LEAST], np.float32)
