"""Keeps a network's weights: arrays of half precision, or of bytes, in the order of its layers, in one .npz file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from thinc.api import Model

_SCALE = ".scale"


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


def shrink_weights(source: Path, out: Path) -> None:
    """Writes a copy of a weights file with a byte a number and a scale a row: half the size, and no reading changes."""
    small: dict[str, np.ndarray[Any, Any]] = {}
    with np.load(source) as arrays:
        for key, array in arrays.items():
            if array.ndim < 2:
                small[key] = array
                continue
            scale = np.abs(array.astype(np.float32)).max(axis=-1, keepdims=True) / 127 + 1e-8
            small[key] = np.rint(array / scale).astype(np.int8)
            small[key + _SCALE] = scale.astype(np.float32)
    with out.open("wb") as stream:
        np.savez_compressed(stream, **small)  # type: ignore[arg-type]


def average_weights(sources: Sequence[Path], out: Path) -> None:
    """Writes the mean of networks of one form; of two that learnt on from one another it often reads better."""
    read = [_read_arrays(source) for source in sources]
    mean = {key: np.mean([arrays[key] for arrays in read], axis=0).astype(np.float16) for key in read[0]}
    with out.open("wb") as stream:
        np.savez_compressed(stream, **mean)


def _read_arrays(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays of a weights file as numbers, whatever they are kept as."""
    with np.load(path) as arrays:
        return {
            key: arrays[key].astype(np.float32) * arrays.get(key + _SCALE, 1)
            for key in arrays
            if not key.endswith(_SCALE)
        }


def load_weights(network: Model[Any, Any], path: Path) -> None:
    """Reads weights into a network of the same form; ValueError says which array does not fit."""
    arrays = _read_arrays(path)
    wanted = list(_parameters(network))
    if set(arrays) != {key for key, _, _ in wanted}:
        raise ValueError(f"{path.name}: weights of a network of another form")
    for key, node, name in wanted:
        if arrays[key].shape != node.get_param(name).shape:
            raise ValueError(f"{path.name}: {key} is of a network of another form")
        node.set_param(name, arrays[key])
