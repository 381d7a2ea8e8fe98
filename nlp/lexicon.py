"""Word lists: TOML files beside the code of the language that they belong to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any


@cache
def load_words(language: str, name: str) -> dict[str, Any]:
    """Loads `lang/<language>/<name>.toml`; each file is read once a process."""
    path = resources.files("nlp.lang") / language / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8"))


def alternation(words: Iterable[str]) -> str:
    """A regular expression's alternation of the words, the longest first, white space flexible."""
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in ordered)
