"""Turns an example into what the network learns from: a marked document and the tags that each token may have."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from spacy.language import Language

from nlp.features import COLUMNS, Codes, describe
from nlp.pipes.offsets import owners
from nlp.tags import NAME_LABELS, TAGS, VALUE_LABELS, possible_tags, tags_of
from nlp.training.examples import RECEIVERS, UNTOLD, Example

Floats = npt.NDArray[np.float32]
_ROLES = frozenset(label for labels in VALUE_LABELS.values() for label in labels)
_WORD_COLUMNS = [COLUMNS.index(name) for name in ("norm", "left", "right")]


@dataclass(slots=True)
class Target:
    """The features of a body and a table of tokens by tags: where a tag is right, or how likely a teacher holds it."""

    features: Codes
    allowed: npt.NDArray[np.bool_] | Floats

    def want(self, guess: Floats) -> Floats:
        """What the guess ought to be: a teacher's shares, or the guess's own share of the right tags."""
        if self.allowed.dtype != bool:
            return cast(Floats, self.allowed)
        right = guess * self.allowed
        return cast(Floats, right / (right.sum(axis=1, keepdims=True) + 1e-8))


def build_target(example: Example, pipeline: Language, longest: int) -> Target:
    """Marks the body and lays its marks on its tokens; a body longer than that is cut."""
    doc = pipeline(example.text)
    owner = owners(doc)
    free = [TAGS["O"], *(tag for name, tag in TAGS.items() if example.partial and name[2:] in UNTOLD)]
    fixed: dict[int, set[int]] = {k: set(free) for k in range(len(doc))}
    values = {span.start: span.label_ for span in doc.spans["values"]}
    receives = any(labels & RECEIVERS for _, _, labels in example.marks)
    for k, kind in values.items():
        # where nobody receives money, what it is does not matter: "an AI startup raised $9M" names no company
        roles: tuple[str, ...] = (
            VALUE_LABELS[kind] if not receives else ("other_money",) if kind == "money" else ("other_round",)
        )
        fixed[k] = {TAGS[label] for label in roles}
    for start, end, labels in example.marks:
        first, last = int(owner[start]), int(owner[end - 1]) + 1
        if labels & _ROLES:
            if not receives:
                continue
            for k in range(first, last):
                if k in values and (told := {TAGS[x] for x in labels if x in VALUE_LABELS[values[k]]}):
                    fixed[k] = told
            continue
        if any(k in values for k in range(first, last)):
            continue
        told_tags: dict[int, set[int]] = {}
        for label in labels & set(NAME_LABELS):
            for token, tag in tags_of(first, last, label):
                told_tags.setdefault(token, set()).add(tag)
        fixed.update(told_tags)
    # words for a round that names no letter teach nothing
    for value in doc.user_data["values"]:
        if getattr(value, "round", "") is None:
            fixed[int(owner[value.start])] = {TAGS["round"], TAGS["other_round"]}
    table = possible_tags(len(doc), [(k, sorted(tags)) for k, tags in fixed.items()])
    return Target(describe(doc)[:longest], table[:longest])


def blur(features: Codes, chance: random.Random) -> Codes:
    """Hides words, and now and then all that the rules or the lists say, so that nothing is leant on alone."""
    blurred = features.copy()
    hidden = np.array([chance.random() < 0.1 for _ in range(len(features))], bool)
    for column in _WORD_COLUMNS:
        blurred[hidden, column] = 0
    for name, share in (("rule", 0.3), ("known", 0.3), ("document", 0.15), ("sentence", 0.1), ("repeat", 0.1)):
        if chance.random() < share:
            blurred[:, COLUMNS.index(name)] = 0
    return blurred
