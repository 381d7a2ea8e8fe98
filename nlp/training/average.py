"""Averages the weights of several runs from one start, which reads better than any of them alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np


def average_weights(paths: Sequence[Path], out: Path) -> None:
    """Writes the mean of every array, and a card with those of the runs; ValueError where their forms differ."""
    runs = [dict(np.load(path)) for path in paths]
    if any(run.keys() != runs[0].keys() for run in runs):
        raise ValueError("weights of networks of different forms")
    means = {key: np.mean([run[key].astype(np.float32) for run in runs], axis=0) for key in runs[0]}
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as stream:
        np.savez_compressed(stream, **{key: mean.astype(np.float16) for key, mean in means.items()})
    cards = [json.loads(path.with_name("card.json").read_text("utf-8")) for path in paths]
    card = {"averaged": cards, "bytes": out.stat().st_size}
    out.with_name("card.json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
