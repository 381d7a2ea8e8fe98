"""From offsets in the text to tokens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc, Span

Owners = npt.NDArray[np.int32]


def owners(doc: Doc) -> Owners:
    """Which token each character belongs to, one more at the end; a space belongs to the token before it."""
    known = doc.user_data.get("owners")
    if known is None:
        words = doc.user_data["words"]
        sizes = [len(word) + space for word, space in zip(words, doc.user_data["spaces"], strict=True)]
        known = np.append(np.repeat(np.arange(len(words), dtype=np.int32), sizes), np.int32(len(words)))
        doc.user_data["owners"] = known
    return cast(Owners, known)


def mark(doc: Doc, key: str, stretches: Iterable[tuple[int, int, str]]) -> None:
    """Puts labelled stretches of the text into `doc.spans[key]`, widened to whole tokens; empty ones are left out."""
    owner = owners(doc)
    doc.spans[key] = [
        Span(doc, int(owner[start]), int(owner[end - 1]) + 1, label=label)
        for start, end, label in stretches
        if start < end
    ]
