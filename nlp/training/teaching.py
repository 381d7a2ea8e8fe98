"""Lets trained networks mark plain news for the next one: what they hold likely, averaged, is what it learns there.

Real headlines that nobody marked teach how news is written; where the teachers waver, the pupil is not made sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from nlp.features import Codes, describe
from nlp.lang import load_reader
from nlp.pipeline import load_network, load_pipeline
from nlp.tags import TAGS, Floats
from nlp.training.examples import RECEIVERS, read_lines
from nlp.training.targets import Target

# paragraphs longer than that tell too many things at once
_LONGEST = 400
_TOGETHER = 32


def mark_news(language: str, teachers: Sequence[Path], texts: Sequence[Path]) -> list[Target]:
    """The headlines and paragraphs that are worth reading, with the teachers' mean opinion of each token."""
    return [Target(table, shares) for table, shares in _mark(language, teachers, iter_bodies(language, texts))]


def judge_news(language: str, teachers: Sequence[Path], bodies: Iterable[str]) -> list[float]:
    """How likely the teachers hold it that anyone receives money in each body, from 0 to 1."""
    receives = sorted({k for tag, k in TAGS.items() if tag[2:] in RECEIVERS})
    return [float(shares[:, receives].sum(axis=1).max(initial=0.0)) for _, shares in _mark(language, teachers, bodies)]


def _mark(language: str, teachers: Sequence[Path], bodies: Iterable[str]) -> list[tuple[Codes, Floats]]:
    pipeline = load_pipeline(language, trained=False)
    tables = [describe(pipeline(body)) for body in bodies]
    shares = [np.zeros((len(table), len(TAGS)), np.float32) for table in tables]
    for path in teachers:
        network = load_network(path)
        for at in range(0, len(tables), _TOGETHER):
            for k, told in enumerate(network.predict(tables[at : at + _TOGETHER]), at):
                shares[k] += told / len(teachers)
    return list(zip(tables, shares, strict=True))


def iter_bodies(language: str, texts: Sequence[Path]) -> Iterator[str]:
    """Every headline alone and every short paragraph alone that holds a word for money raised, each once."""
    reader = load_reader(language)
    seen: set[str] = set()
    for path in texts:
        for line in read_lines(path):
            bodies = [f"{(line.get('title') or '').strip()}\n"]
            bodies += [f"\n{paragraph.strip()}" for paragraph in (line.get("text") or "").split("\n")]
            for body in bodies:
                is_short = 0 < len(body.strip()) < _LONGEST
                if is_short and body not in seen and reader and reader.is_worth_reading(body):
                    seen.add(body)
                    yield body
