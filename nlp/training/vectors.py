"""Makes what training starts from, out of public models: `python -m nlp.training.vectors --lang zh --source FOLDER`.

    zh  character vectors and the two recurrent layers of LAC's small model; FOLDER is `lac_small` of the package jieba
    en  word-piece vectors of all-MiniLM-L6-v2, averaged to words and reduced to 64 dimensions; FOLDER has
        model.safetensors and tokenizer.json (needs the packages safetensors and tokenizers)

The files under `vectors/` were made by this, so that neither model is needed to train.
"""

from __future__ import annotations

import argparse
import re
import struct
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import numpy as np

from nlp.parties import tokenize
from nlp.training.examples import read_lines

Array = np.ndarray[Any, Any]
WIDTH = 64
CHARACTERS = 7400
# marks that LAC never saw as such, since it was trained on text with half-width marks
PLAIN_MARKS = {
    "。": ".", "“": '"', "”": '"', "「": '"', "」": '"', "《": '"', "》": '"', "【": '"', "】": '"',
    "‘": "'", "’": "'", "、": ",", "—": "-", "…": ".", "·": ".",
}  # fmt: skip


def read_paddle(path: Path) -> Array:
    """Reads an array as PaddlePaddle 1.x wrote it: two versions, a level, a description and the floats."""
    raw = path.read_bytes()
    (length,) = struct.unpack_from("<i", raw, 16)
    return np.frombuffer(raw[20 + length :], np.float32)


def build_zh(source: Path, counts: Counter[str]) -> dict[str, Array]:
    """Character vectors and recurrent layers from LAC's small model."""
    model = source / "model_baseline"
    lines = (source / "word.dic").read_text("utf-8").split("\n")
    rows = {word: int(number) for number, _, word in (line.partition("\t") for line in lines) if number}
    vectors = read_paddle(model / "word_emb").reshape(-1, 128)
    characters = sorted((c for c in rows if len(c) == 1), key=lambda c: (-counts[c], rows[c]))[:CHARACTERS]
    chosen = [rows["OOV"], *(rows[_plain(c, rows)] for c in characters)]
    arrays = _small(vectors[chosen]) | {"words": np.array("\n".join(["", *characters]))}
    for layer in range(2):
        pair = (2 * layer, 2 * layer + 1)
        size = 128
        given = [read_paddle(model / f"fc_{n}.w_0").reshape(-1, 3 * size) for n in pair]
        inner = [read_paddle(model / f"gru_{n}.w_0") for n in pair]
        bias = [read_paddle(model / f"fc_{n}.b_0") + read_paddle(model / f"gru_{n}.b_0") for n in pair]
        cut = 2 * size * size
        arrays |= {
            f"gru_input{layer}": np.stack(given).astype(np.float16),
            f"gru_gates{layer}": np.stack([w[:cut].reshape(size, 2 * size) for w in inner]).astype(np.float16),
            f"gru_state{layer}": np.stack([w[cut:].reshape(size, size) for w in inner]).astype(np.float16),
            f"gru_bias{layer}": np.stack(bias).astype(np.float16),
        }
    return arrays


def _plain(character: str, rows: dict[str, int]) -> str:
    half = chr(ord(character) - 0xFEE0) if 0xFF01 <= ord(character) <= 0xFF5E else character
    plain = PLAIN_MARKS.get(character, half)
    return plain if plain in rows else character


def build_en(source: Path, counts: Counter[str]) -> dict[str, Array]:
    """Word vectors from the word pieces of a sentence model, by principal components."""
    load = import_module("safetensors.numpy").load_file
    tokenizer = import_module("tokenizers").Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    pieces = load(source / "model.safetensors")["embeddings.word_embeddings.weight"].astype(np.float32)
    whole = {w for w in tokenizer.get_vocab() if re.fullmatch(r"[^\W\d_]+|[^\w\s]|\d+", w) and max(map(ord, w)) < 0x250}
    more = {w for w, count in counts.items() if count >= 2 and w.strip() and not w[0].isdigit()}
    words = sorted(whole | more, key=lambda w: (-counts[w], w))
    vectors = np.stack([pieces[tokenizer.encode(w, add_special_tokens=False).ids or [0]].mean(axis=0) for w in words])
    vectors -= vectors.mean(axis=0)
    weight = np.array([max(1, counts[w]) ** 0.3 for w in words])[:, None]
    _, axes = np.linalg.eigh((vectors * weight).T @ (vectors * weight))
    reduced = vectors @ axes[:, : -WIDTH - 1 : -1]
    reduced *= 0.4 / reduced.std()
    return _small(np.concatenate([np.zeros((1, WIDTH)), reduced])) | {"words": np.array("\n".join(["", *words]))}


def _small(vectors: Array) -> dict[str, Array]:
    scale = np.abs(vectors).max(axis=1, keepdims=True) / 127
    scale[scale == 0] = 1
    return {"vectors": np.round(vectors / scale).astype(np.int8), "scale": scale.astype(np.float16)}


def count_words(paths: Iterable[Path], language: str) -> Counter[str]:
    """How often each word (or character) occurs in files of articles."""
    counts: Counter[str] = Counter()
    for path in paths:
        for line in read_lines(path):
            body = f"{line['title']}\n{line.get('text') or ''}"
            counts.update(body[a:b].lower() for a, b in tokenize(body, language))
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the arguments and writes `vectors/<language>.npz`."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training.vectors", description=__doc__.partition("\n")[0])
    parser.add_argument("--lang", required=True, choices=("en", "zh"))
    parser.add_argument("--source", required=True, type=Path, help="folder with the public model")
    parser.add_argument(
        "--unlabelled", type=Path, action="append", default=[], help="JSONL of articles, for word counts"
    )
    parser.add_argument("--output", type=Path)
    given = parser.parse_args(arguments)
    here = Path(str(resources.files("nlp.training")))
    counts = count_words([here / "corpus" / f"{given.lang}.jsonl", *given.unlabelled], given.lang)
    arrays = (build_zh if given.lang == "zh" else build_en)(given.source, counts)
    np.savez_compressed(given.output or here / "vectors" / f"{given.lang}.npz", **arrays)  # type: ignore[arg-type, unused-ignore]
    print(f"{len(arrays['vectors'])} vectors of {arrays['vectors'].shape[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
