"""The network as it is trained (torch, needed for training only) and how it is written for `nlp.parties`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]
from torch import Tensor, nn  # type: ignore[import-not-found, unused-ignore]

from nlp.parties import (
    LABELS,
    NGRAMS,
    NGRAMS_A_WORD,
    SHAPES,
    TAGS,
    features_of,
    flags_of,
    keys_of,
    split_chunks,
    tokenize,
)
from nlp.training.examples import UNTOLD, Example

FLAGS = 4


class Encoder:
    """Turns examples into the numbers that the network reads; remembers each key."""

    def __init__(self, language: str, words: Sequence[str]) -> None:
        self.language = language
        self.words = {word: k for k, word in enumerate(words)}
        self._known: dict[str, tuple[int, int, list[int]]] = {}

    def _features(self, key: str) -> tuple[int, int, list[int]]:
        known = self._known.get(key)
        if known is None:
            word, shape, parts = features_of(key, self.language)
            known = self._known[key] = (self.words.get(word, 0), shape, parts)
        return known

    def encode(self, example: Example) -> list[dict[str, Any]]:
        """The chunks of an example: word numbers, shapes, hashed parts, flags and the tags that each token may have."""
        tokens = tokenize(example.text, self.language)
        if not tokens:
            return []
        rows = [self._features(key) for key in keys_of(example.text, tokens, self.language)]
        flags = flags_of(example.text, tokens)
        allowed = allow_tags(example, tokens)
        return [
            {
                "words": np.array([r[0] for r in rows[a:b]]),
                "shapes": np.array([r[1] for r in rows[a:b]]),
                "ngrams": np.array([r[2] for r in rows[a:b]]),
                "flags": flags[a:b],
                "allowed": allowed[a:b],
            }
            for a, b in split_chunks(example.text, tokens, self.language)
        ]


def allow_tags(example: Example, tokens: Sequence[tuple[int, int]]) -> np.ndarray[Any, Any]:
    """Which tags each token may have: one where all is marked, several where the events leave it open."""
    allowed = np.zeros((len(tokens), len(TAGS)), bool)
    allowed[:, 0] = True
    if example.partial:
        for label in UNTOLD:
            allowed[:, [TAGS.index(f"{p}-{label}") for p in "BIES"]] = True
    starts = np.array([s for s, _ in tokens])
    ends = np.array([e for _, e in tokens])
    for start, end, labels in example.marks:
        inside = np.flatnonzero((ends > start) & (starts < end))
        if not len(inside):
            continue
        allowed[inside] = False
        for label in labels:
            if len(inside) == 1:
                allowed[inside[0], TAGS.index(f"S-{label}")] = True
                continue
            allowed[inside[0], TAGS.index(f"B-{label}")] = True
            allowed[inside[1:-1], TAGS.index(f"I-{label}")] = True
            allowed[inside[-1], TAGS.index(f"E-{label}")] = True
    return allowed


def pad_batch(chunks: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
    """Puts chunks of different lengths into one batch."""
    longest = max(len(c["words"]) for c in chunks)
    batch: dict[str, Tensor] = {"lengths": torch.tensor([len(c["words"]) for c in chunks])}
    for name in ("words", "shapes", "ngrams", "flags", "allowed"):
        first = chunks[0][name]
        padded = np.zeros((len(chunks), longest, *first.shape[1:]), first.dtype)
        for k, chunk in enumerate(chunks):
            padded[k, : len(chunk[name])] = chunk[name]
        batch[name] = torch.from_numpy(padded)
    return batch


@dataclass(frozen=True, slots=True)
class Shape:
    """The network's sizes."""

    ngram: int = 32
    hidden: int = 96
    layers: int = 2
    dropout: float = 0.4
    drop_words: float = 0.1


class Context(nn.Module):
    """Gated recurrent layers that come trained (Chinese: words, parts of speech and names) and are tuned further.

    Update gate u, reset gate r: the state becomes (1 - u) h + u tanh(x + (r h) W).
    """

    def __init__(self, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
        super().__init__()
        self.layers = sum(name.startswith("gru_input") for name in arrays)
        for name, values in arrays.items():
            if name.startswith("gru_"):
                self.register_parameter(name, nn.Parameter(torch.from_numpy(values.astype(np.float32))))
        self.dropout = nn.Dropout(0.2)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """What stands at each place, seen from both sides."""
        steps = torch.arange(x.shape[1])[None]
        reverse = torch.where(steps < lengths[:, None], lengths[:, None] - 1 - steps, steps)[..., None]
        for layer in range(self.layers):
            p = {name: getattr(self, f"gru_{name}{layer}") for name in ("input", "gates", "state", "bias")}
            both = torch.stack([x, torch.gather(x, 1, reverse.expand(-1, -1, x.shape[2]))])
            given = torch.einsum("dbtx,dxy->tdby", both, p["input"]) + p["bias"][:, None]
            out = _recur(given, p["gates"], p["state"])
            back = torch.gather(out[1], 1, reverse.expand(-1, -1, out.shape[3]))
            x = self.dropout(torch.cat([out[0], back], -1))
        return x


def _recur_steps(given: Tensor, gates: Tensor, state: Tensor) -> Tensor:
    size = state.shape[1]
    hidden = torch.zeros([2, given.shape[2], size])
    out: list[Tensor] = []
    for step in range(given.shape[0]):
        z = torch.sigmoid(given[step, :, :, : 2 * size] + torch.bmm(hidden, gates))
        new = torch.tanh(given[step, :, :, 2 * size :] + torch.bmm(z[:, :, size:] * hidden, state))
        hidden = hidden + z[:, :, :size] * (new - hidden)
        out.append(hidden)
    return torch.stack(out, 2)


_recur = torch.jit.script(_recur_steps)


class Network(nn.Module):
    """Word, shape and letter vectors, then bidirectional LSTM layers, then a score for each tag."""

    def __init__(self, vectors: dict[str, np.ndarray[Any, Any]], shape: Shape) -> None:
        super().__init__()
        rows, width = vectors["words"].shape
        self.words = nn.Embedding(rows, width)
        with torch.no_grad():
            self.words.weight.copy_(torch.from_numpy(vectors["words"].astype(np.float32)))
        self.shapes = nn.Embedding(SHAPES, 12)
        self.ngrams = nn.Embedding(NGRAMS, shape.ngram, padding_idx=0)
        nn.init.normal_(self.shapes.weight, std=0.3)
        nn.init.normal_(self.ngrams.weight, std=0.3)
        self.context = Context(vectors) if "gru_input0" in vectors else None
        known = 2 * vectors["gru_state1"].shape[1] if self.context else 0
        size = known + width + 12 + shape.ngram + FLAGS
        self.lstm = nn.LSTM(
            size, shape.hidden, shape.layers, batch_first=True, bidirectional=True, dropout=shape.dropout
        )
        self.tags = nn.Linear(2 * shape.hidden, len(TAGS))
        self.dropout = nn.Dropout(shape.dropout)
        self.drop_words = shape.drop_words

    def forward(self, batch: dict[str, Tensor]) -> Tensor:
        """The score of each tag at each place."""
        words = batch["words"]
        if self.training and self.drop_words:
            words = words.masked_fill(torch.rand(words.shape) < self.drop_words, 0)
        parts = batch["ngrams"]
        count = (parts > 0).sum(-1, keepdim=True).clamp(min=1)
        letters = self.ngrams(parts).sum(2) / count
        vectors = self.words(words)
        x = torch.cat([vectors, self.shapes(batch["shapes"]), letters], -1)
        if self.context:
            x = torch.cat([self.context(vectors, batch["lengths"]), x], -1)
        x = torch.cat([self.dropout(x), batch["flags"]], -1)
        packed = nn.utils.rnn.pack_padded_sequence(x, batch["lengths"], batch_first=True, enforce_sorted=False)
        out, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=x.shape[1])
        scores: Tensor = self.tags(self.dropout(out))
        return scores


def loss_of(scores: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Minus the log probability of the allowed tags, over the tokens that are there."""
    there = torch.arange(scores.shape[1])[None] < batch["lengths"][:, None]
    logs = torch.log_softmax(scores, -1).masked_fill(~batch["allowed"], -30.0)
    return -torch.logsumexp(logs, -1)[there].mean()


def export_weights(network: Network) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays that `nlp.parties` computes with."""
    state = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    arrays = {
        "words": state["words.weight"],
        "shapes": state["shapes.weight"],
        "ngrams": state["ngrams.weight"],
        "tags": state["tags.weight"].T,
        "tags_bias": state["tags.bias"],
    }
    arrays |= {name.removeprefix("context."): values for name, values in state.items() if name.startswith("context.")}
    for layer in range(network.lstm.num_layers):
        both = [(f"l{layer}", ""), (f"l{layer}", "_reverse")]
        order = _gate_order(network.lstm.hidden_size)
        arrays[f"input{layer}"] = np.stack([state[f"lstm.weight_ih_{a}{b}"][order].T for a, b in both])
        arrays[f"inner{layer}"] = np.stack([state[f"lstm.weight_hh_{a}{b}"][order].T for a, b in both])
        arrays[f"bias{layer}"] = np.stack(
            [(state[f"lstm.bias_ih_{a}{b}"] + state[f"lstm.bias_hh_{a}{b}"])[order] for a, b in both]
        )
    return arrays


def _gate_order(size: int) -> np.ndarray[Any, Any]:
    # torch keeps input, forget, cell, output; here the three gates of one formula stand together
    block = np.arange(size)
    return np.concatenate([block, block + size, block + 3 * size, block + 2 * size])


def save_model(folder: Path, words: Sequence[str], arrays: dict[str, np.ndarray[Any, Any]]) -> None:
    """Writes a model small: vectors as bytes with a scale a row, the rest as half floats."""
    folder.mkdir(parents=True, exist_ok=True)
    small: dict[str, np.ndarray[Any, Any]] = {}
    for name, values in arrays.items():
        if name in ("words", "ngrams"):
            scale = np.abs(values).max(axis=1, keepdims=True) / 127
            scale[scale == 0] = 1
            small[name] = np.round(values / scale).astype(np.int8)
            small[f"{name}_scale"] = scale.astype(np.float16)
        else:
            small[name] = values.astype(np.float16)
    np.savez_compressed(folder / "weights.npz", **small)  # type: ignore[arg-type]
    (folder / "words.txt").write_text("\n".join(words), "utf-8")


__all__ = ["LABELS", "NGRAMS_A_WORD", "Encoder", "Network", "export_weights", "loss_of", "pad_batch", "save_model"]
