"""The network of the trained part, in thinc: hashed features, windows over near and far tokens, a softmax over tags.

features ─→ encoder (vectors, near windows; can learn from plain text first) ─→ far windows ─→ document ─→ tags
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc
from thinc.api import (
    HashEmbed,
    Linear,
    Maxout,
    Model,
    Softmax,
    chain,
    concatenate,
    list2ragged,
    ragged2list,
    residual,
    set_current_ops,
    with_array,
)
from thinc.backends import NumpyOps
from thinc.types import Ragged
from threadpoolctl import threadpool_limits

from nlp.features import COLUMNS, Codes, describe
from nlp.tags import TAGS

# how many vectors each column's features share
ROWS = {
    "norm": 6000, "prefix": 1500, "suffix": 1500, "shape": 500, "left": 4000, "right": 4000,
    "verb": 100, "hedge": 100, "rule": 60, "known": 60, "place": 60, "sentence": 500, "document": 500, "repeat": 60,
}  # fmt: skip
_WIDTHS = {name: 48 if rows > 1000 else 16 for name, rows in ROWS.items()}
_WIDTHS["norm"] = 96
WIDTH, _PIECES = 128, 3
_DEPTH, _WINDOW = 4, 2
# how far apart the five tokens are that a far layer sees
_STRIDES = (4, 8)

Floats = npt.NDArray[np.float32]
Neighbours = npt.NDArray[np.intp]


def build_network() -> Model[Any, Any]:
    """Builds the network; its layers see eight tokens to both sides, then thirty-two, then the whole document."""
    far = [_build_window(stride) for stride in _STRIDES]
    return chain(
        _extract(),
        list2ragged(),
        _build_encoder(),
        *far,
        _build_summary(),
        with_array(Softmax(nO=len(TAGS), nI=WIDTH)),
        ragged2list(),
    )


def _build_encoder() -> Model[Any, Any]:
    columns = [
        HashEmbed(_WIDTHS[name], ROWS[name], column=k, seed=k + 7, dropout=0.0) for k, name in enumerate(COLUMNS)
    ]
    mix = Maxout(nO=WIDTH, nI=sum(_WIDTHS[name] for name in COLUMNS), nP=_PIECES, dropout=0.0, normalize=True)
    near = [_build_window(1) for _ in range(_DEPTH)]
    encoder = chain(with_array(chain(concatenate(*columns), mix)), *near)
    encoder.name = "encoder"
    return encoder


def get_encoder(network: Model[Any, Any]) -> Model[Any, Any]:
    """The part of the network that reads, without the layers that learn to tag."""
    return next(node for node in network.walk() if node.name == "encoder")


def _build_window(stride: int) -> Model[Any, Any]:
    return residual(chain(look(stride), with_array(build_maxout(WIDTH, 2 * _WINDOW + 1, _PIECES))))


def _build_summary() -> Model[Any, Any]:
    return residual(chain(recall(), with_array(build_maxout(WIDTH, 3, _PIECES))))


def build_maxout(width: int, times: int, pieces: int, narrow: int | None = None) -> Model[Any, Any]:
    """A layer from so many times its width to its width, drawn into `narrow` numbers first where that is given."""
    given = width * times
    maxout: Model[Any, Any] = Maxout(nO=width, nI=narrow or given, nP=pieces, dropout=0.0, normalize=True)
    return chain(Linear(nO=narrow, nI=given), maxout) if narrow else maxout


def look(stride: int) -> Model[Ragged, Ragged]:
    """A layer that sets beside each token those one and two strides away, nothing where its document ends."""

    def forward(
        model: Model[Ragged, Ragged], given: Ragged, is_train: bool
    ) -> tuple[Ragged, Callable[[Ragged], Ragged]]:
        around = _find_neighbours(tuple(given.lengths.tolist()), stride)
        size, width = given.dataXd.shape
        seen = np.vstack([given.dataXd, np.zeros((1, width), np.float32)])[around]

        def back(gradient: Ragged) -> Ragged:
            parts = gradient.dataXd.reshape(size, -1, width)
            total = np.zeros((size + 1, width), np.float32)
            for k in range(around.shape[1]):
                # a token is each other's neighbour once a distance; the last row takes what falls outside
                total[around[:, k]] += parts[:, k]
            return Ragged(total[:size], gradient.lengths)

        return Ragged(seen.reshape(size, -1), given.lengths), back

    return Model("look", forward)


@lru_cache(maxsize=64)
def _find_neighbours(lengths: tuple[int, ...], stride: int) -> Neighbours:
    """Which tokens of its document stand around each token, a row a token; one past the last where none does."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    size = len(owner)
    others = np.arange(size)[:, None] + stride * np.arange(-_WINDOW, _WINDOW + 1)
    inside = (others >= 0) & (others < size)
    inside &= owner[np.where(inside, others, 0)] == owner[:, None]
    return np.where(inside, others, size)


def recall() -> Model[Ragged, Ragged]:
    """A layer that sets beside each token its document's mean and its document's highest values."""
    pooling = pool()

    def forward(
        model: Model[Ragged, Ragged], given: Ragged, is_train: bool
    ) -> tuple[Ragged, Callable[[Ragged], Ragged]]:
        told, back_pool = pooling(given, is_train)
        width = given.dataXd.shape[1]

        def back(gradient: Ragged) -> Ragged:
            parts = gradient.dataXd
            starts = np.cumsum(given.lengths) - given.lengths
            summed = back_pool(np.add.reduceat(parts[:, width:], starts))
            return Ragged(parts[:, :width] + summed.dataXd, gradient.lengths)

        return Ragged(np.hstack([given.dataXd, np.repeat(told, given.lengths, axis=0)]), given.lengths), back

    return Model("recall", forward)


def pool() -> Model[Ragged, Floats]:
    """A layer that makes one row of each document: the mean and the highest values of its tokens."""

    def forward(
        model: Model[Ragged, Floats], given: Ragged, is_train: bool
    ) -> tuple[Floats, Callable[[Floats], Ragged]]:
        data, lengths = given.dataXd, given.lengths
        starts, width = np.cumsum(lengths) - lengths, given.dataXd.shape[1]
        means = np.add.reduceat(data, starts) / lengths[:, None]
        peaks = np.maximum.reduceat(data, starts)

        def back(gradient: Floats) -> Ragged:
            at_peak = data == np.repeat(peaks, lengths, axis=0)
            total = np.repeat(gradient[:, :width] / lengths[:, None], lengths, axis=0)
            total += at_peak * np.repeat(gradient[:, width:], lengths, axis=0)
            return Ragged(total.astype(np.float32), lengths)

        return np.hstack([means, peaks]).astype(np.float32), back

    return Model("pool", forward)


def in_lots(tables: Sequence[Codes], size: int) -> Iterator[list[int]]:
    """The numbers of the documents that have tokens, in lots of about so many tokens."""
    lot: list[int] = []
    held = 0
    for k, table in enumerate(tables):
        if lot and held + len(table) > size:
            yield lot
            lot, held = [], 0
        if len(table):
            lot.append(k)
            held += len(table)
    if lot:
        yield lot


def use_numpy() -> None:
    """Makes thinc multiply with numpy, in one thread a process.

    The BLIS kernels that thinc takes by itself are slower on such small matrices, and a second thread only waits. The
    limit holds for all that the process multiplies with numpy from then on.
    """
    set_current_ops(NumpyOps(use_blis=False))
    threadpool_limits(1, user_api="blas")


def _extract() -> Model[Any, Any]:
    def forward(
        model: Model[Any, Any], given: Sequence[Doc | Codes], is_train: bool
    ) -> tuple[list[Codes], Callable[[Any], list[Any]]]:
        return [describe(each) if isinstance(each, Doc) else each for each in given], lambda d: []

    return Model("extract_features", forward)
