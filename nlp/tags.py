"""The tags of the trained part, and how a row of tag probabilities becomes names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# a company whose round is only said to come has a label of its own, which decoding counts as company
NAME_LABELS = ("company", "lead_investor", "investor", "product", "adviser", "person", "other_org", "rumoured")
VALUE_LABELS = {
    "money": ("amount", "valuation", "total_raised", "other_money"),
    "round": ("round", "other_round"),
}
# position 0 is no name; then begin, inside, end, single of each label; then the roles of values
TAGS: dict[str, int] = {"O": 0}
for _label in NAME_LABELS:
    for _position in "BIES":
        TAGS[f"{_position}-{_label}"] = len(TAGS)
for _labels in VALUE_LABELS.values():
    for _label in _labels:
        TAGS[_label] = len(TAGS)
NAME_TAGS = 1 + 4 * len(NAME_LABELS)
_BEGIN, _INSIDE, _END, _SINGLE = (np.arange(len(NAME_LABELS)) * 4 + 1 + k for k in range(4))


def tags_of(start: int, end: int, label: str) -> list[tuple[int, int]]:
    """The tags of a name at tokens `start`:`end`, as (token, tag)."""
    if end - start == 1:
        return [(start, TAGS[f"S-{label}"])]
    middle = [(k, TAGS[f"I-{label}"]) for k in range(start + 1, end - 1)]
    return [(start, TAGS[f"B-{label}"]), *middle, (end - 1, TAGS[f"E-{label}"])]


def join_companies(probabilities: Floats) -> tuple[Floats, Floats]:
    """The probabilities with rumoured companies counted as companies, and each token's share of rumoured in them."""
    joined = probabilities.copy()
    company, rumoured = (_columns(label) for label in ("company", "rumoured"))
    hedged = probabilities[:, rumoured].sum(axis=1)
    joined[:, company] += joined[:, rumoured]
    joined[:, rumoured] = 0
    return joined, cast(Floats, hedged / (joined[:, company].sum(axis=1) + 1e-9))


def _columns(label: str) -> slice:
    first = 1 + 4 * NAME_LABELS.index(label)
    return slice(first, first + 4)


def decode_names(probabilities: Floats, threshold: float = 0.02) -> list[tuple[int, int, int, float]]:
    """The likeliest names as (start, end, label, probability): Viterbi where a name is possible at all."""
    names: list[tuple[int, int, int, float]] = []
    possible = probabilities[:, 1:NAME_TAGS].sum(axis=1) > threshold
    edges = np.flatnonzero(np.diff(np.concatenate([[False], possible, [False]]).astype(np.int8)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        names += _decode_stretch(probabilities[begin:end, :NAME_TAGS], int(begin))
    return names


def _decode_stretch(probabilities: Floats, offset: int) -> list[tuple[int, int, int, float]]:
    """A semi-Markov search would weigh spans; tags by position come to the same and need two maxima a token."""
    logs = np.log(probabilities + 1e-6)
    size = len(logs)
    closed = np.zeros(size + 1)  # best score of a path in which no name is open after k tokens
    opened = np.full(len(NAME_LABELS), -1e9)  # the same with a name of each label open
    since = np.zeros(len(NAME_LABELS), int)
    back: list[tuple[int, int]] = []  # (where the last step began, label or -1)
    for k in range(size):
        best, step = closed[k] + logs[k, 0], (k, -1)
        single = closed[k] + logs[k, _SINGLE]
        ended = opened + logs[k, _END]
        label = int(single.argmax())
        if single[label] > best:
            best, step = single[label], (k, label)
        label = int(ended.argmax())
        if ended[label] > best:
            best, step = ended[label], (int(since[label]), label)
        going, begun = opened + logs[k, _INSIDE], closed[k] + logs[k, _BEGIN]
        since = np.where(begun > going, k, since)
        opened = np.maximum(begun, going)
        closed[k + 1] = best
        back.append(step)
    found, k = [], size
    while k:
        start, label = back[k - 1]
        if label >= 0:
            found.append((offset + start, offset + k, label, _share(probabilities[start:k], label)))
        k = start
    return found[::-1]


def _share(rows: Floats, label: int) -> float:
    """How sure a name's label is: the mean share of the label's tags over its tokens."""
    return float(rows[:, 1 + 4 * label : 5 + 4 * label].sum(axis=1).mean())


def favour(probabilities: Floats, label: str, times: float) -> Floats:
    """The probabilities as they would be with one label so many times as likely beforehand."""
    changed = probabilities.copy()
    changed[:, _columns(label)] *= times
    return cast(Floats, changed / changed.sum(axis=1, keepdims=True))


def possible_tags(size: int, fixed: Sequence[tuple[int, Sequence[int]]]) -> npt.NDArray[np.bool_]:
    """A table of tokens by tags: which tags each may have, O alone where nothing is said."""
    table = np.zeros((size, len(TAGS)), bool)
    table[:, 0] = True
    for token, tags in fixed:
        table[token] = False
        table[token, list(tags)] = True
    return table


# the tags that bear out what the rules read; a company that they find may be rumoured
RULE_TAGS: dict[str, list[int]] = {
    "company": [TAGS[f"{p}-{label}"] for p in "BIES" for label in ("company", "rumoured")],
    **{label: [TAGS[f"{p}-{label}"] for p in "BIES"] for label in ("lead_investor", "investor")},
    **{label: [TAGS[label]] for label in ("amount", "valuation", "total_raised")},
}
