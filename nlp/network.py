"""The network of the trained part, in thinc: features hashed into vectors, windows over tokens, a softmax over tags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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

from nlp.features import COLUMNS, Codes, describe
from nlp.tags import TAGS

# how many vectors each column's features share
ROWS = {
    "norm": 6000, "prefix": 1500, "suffix": 1500, "shape": 500, "left": 4000, "right": 4000,
    "verb": 100, "hedge": 100, "rule": 60, "known": 60, "place": 60, "sentence": 500, "document": 500, "repeat": 60,
}  # fmt: skip
_WIDTHS = {name: 48 if rows > 1000 else 16 for name, rows in ROWS.items()}
_WIDTHS["norm"] = 96


def build_network(width: int = 128, depth: int = 4, window: int = 2, pieces: int = 3) -> Model[Any, Any]:
    """Builds the network; each layer sees `window` tokens further to both sides."""
    columns = [
        HashEmbed(_WIDTHS[name], ROWS[name], column=k, seed=k + 7, dropout=0.0) for k, name in enumerate(COLUMNS)
    ]
    total = sum(_WIDTHS[name] for name in COLUMNS)
    layer = residual(
        chain(
            expand_window(window_size=window),
            Maxout(nO=width, nI=width * (2 * window + 1), nP=pieces, dropout=0.0, normalize=True),
        )
    )
    encoder = chain(
        concatenate(*columns),
        Maxout(nO=width, nI=total, nP=pieces, dropout=0.0, normalize=True),
        clone(layer, depth),
    )
    encoder.name = "encoder"
    body = with_array(chain(encoder, Softmax(nO=len(TAGS), nI=width)), pad=window * depth)
    return chain(_extract(), list2ragged(), body, ragged2list())


def get_encoder(network: Model[Any, Any]) -> Model[Any, Any]:
    """The part of the network that reads, without the last layer that tags."""
    return next(node for node in network.walk() if node.name == "encoder")


def _extract() -> Model[Any, Any]:
    def forward(
        model: Model[Any, Any], given: Sequence[Doc | Codes], is_train: bool
    ) -> tuple[list[Codes], Callable[[Any], list[Any]]]:
        return [describe(each) if isinstance(each, Doc) else each for each in given], lambda d: []

    return Model("extract_features", forward)
