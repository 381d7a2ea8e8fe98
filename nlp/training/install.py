"""Puts what training made where the extractor reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from nlp.pipeline import READER
from nlp.weights import shrink_weights


def install_readers(runs: Sequence[Path], model: Path) -> None:
    """Writes the weights of runs, the first reader's first, and one card of them all; earlier readers go."""
    model.mkdir(parents=True, exist_ok=True)
    for old in model.glob(READER.format("*")):
        old.unlink()
    cards = []
    for number, path in enumerate(runs, 1):
        out = model / READER.format(number)
        shrink_weights(path, out)
        card = json.loads(path.with_name("card.json").read_text("utf-8"))
        cards.append(card | {"bytes": out.stat().st_size})
    told = json.dumps({"readers": cards}, ensure_ascii=False, indent=1)
    (model / "card.json").write_text(told + "\n", encoding="utf-8")
