"""The network of the trained part, in thinc: hashed features, windows over near and far tokens, a softmax over tags.

features ─→ encoder (vectors, near windows; can learn from plain text first) ─→ far windows ─→ tags
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc
from thinc.api import (
    HashEmbed,
    Maxout,
    Model,
    Softmax,
    chain,
    clone,
    concatenate,
    expand_window,
    list2ragged,
    ragged2list,
    residual,
    with_array,
)
from thinc.types import Ragged

from nlp.features import COLUMNS, Codes, describe
from nlp.tags import TAGS

# how many vectors each column's features share
ROWS = {
    "norm": 6000, "prefix": 1500, "suffix": 1500, "shape": 500, "left": 4000, "right": 4000,
    "verb": 100, "hedge": 100, "rule": 60, "known": 60, "place": 60, "sentence": 500, "document": 500, "repeat": 60,
}  # fmt: skip
_WIDTHS = {name: 48 if rows > 1000 else 16 for name, rows in ROWS.items()}
_WIDTHS["norm"] = 96
_WIDTH, _PIECES = 128, 3
_DEPTH, _WINDOW = 4, 2
# how far apart the five tokens are that a far layer sees
_STRIDES = (4, 8)

Floats = npt.NDArray[np.float32]


def build_network() -> Model[Any, Any]:
    """Builds the network; its layers see eight tokens to both sides, then thirty-two."""
    encoder = chain(list2ragged(), with_array(_build_encoder(), pad=_WINDOW * _DEPTH))
    far = [_build_far(stride) for stride in _STRIDES]
    return chain(_extract(), encoder, *far, with_array(Softmax(nO=len(TAGS), nI=_WIDTH)), ragged2list())


def _build_encoder() -> Model[Any, Any]:
    columns = [
        HashEmbed(_WIDTHS[name], ROWS[name], column=k, seed=k + 7, dropout=0.0) for k, name in enumerate(COLUMNS)
    ]
    mix = Maxout(nO=_WIDTH, nI=sum(_WIDTHS[name] for name in COLUMNS), nP=_PIECES, dropout=0.0, normalize=True)
    near = chain(expand_window(window_size=_WINDOW), _build_maxout(2 * _WINDOW + 1))
    encoder = chain(concatenate(*columns), mix, clone(residual(near), _DEPTH))
    encoder.name = "encoder"
    return encoder


def _build_maxout(times: int) -> Model[Any, Any]:
    return Maxout(nO=_WIDTH, nI=_WIDTH * times, nP=_PIECES, dropout=0.0, normalize=True)


def get_encoder(network: Model[Any, Any]) -> Model[Any, Any]:
    """The part of the network that reads, without the layers that learn to tag."""
    return next(node for node in network.walk() if node.name == "encoder")


def _build_far(stride: int) -> Model[Any, Any]:
    return residual(chain(look_far(stride), with_array(_build_maxout(5))))


def look_far(stride: int) -> Model[Ragged, Ragged]:
    """A layer that sets beside each token those one and two strides away, nothing where the document ends."""

    def forward(
        model: Model[Ragged, Ragged], given: Ragged, is_train: bool
    ) -> tuple[Ragged, Callable[[Ragged], Ragged]]:
        steps = [_find_neighbours(given.lengths, k * stride) for k in (-2, -1, 0, 1, 2)]
        size, width = given.dataXd.shape
        seen = np.zeros((size, len(steps), width), np.float32)
        for k, (tokens, neighbours) in enumerate(steps):
            seen[tokens, k] = given.dataXd[neighbours]

        def back(gradient: Ragged) -> Ragged:
            parts = gradient.dataXd.reshape(size, len(steps), width)
            total = np.zeros((size, width), np.float32)
            for k, (tokens, neighbours) in enumerate(steps):
                total[neighbours] += parts[tokens, k]
            return Ragged(total, gradient.lengths)

        return Ragged(seen.reshape(size, len(steps) * width), given.lengths), back

    return Model("look_far", forward)


def _find_neighbours(lengths: Any, distance: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The tokens that have another one at that distance in their own document, and those others."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    tokens = np.arange(len(owner))
    others = tokens + distance
    inside = (others >= 0) & (others < len(owner))
    inside[inside] = owner[tokens[inside]] == owner[others[inside]]
    return tokens[inside], others[inside]


def _extract() -> Model[Any, Any]:
    def forward(
        model: Model[Any, Any], given: Sequence[Doc | Codes], is_train: bool
    ) -> tuple[list[Codes], Callable[[Any], list[Any]]]:
        return [describe(each) if isinstance(each, Doc) else each for each in given], lambda d: []

    return Model("extract_features", forward)
