"""Which sector a company works in, from what articles say that it does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources


def find_sector(descriptions: Iterable[str]) -> str | None:
    """The key of the first sector with a word in one of the descriptions; None where no word tells."""
    text = "\n".join(descriptions)
    return next((key for key, pattern in _load_patterns() if pattern.search(text)), None) if text else None


@cache
def _load_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    text = (resources.files("domain") / "data" / "sector_words.toml").read_text("utf-8")
    return tuple((key, _compile(words)) for key, words in tomllib.loads(text).items())


def _compile(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_write_pattern, words)), re.IGNORECASE)


def _write_pattern(word: str) -> str:
    if not word.isascii():
        return re.escape(word)
    # also beside a Chinese character, which for Python is a letter too
    parts = r"[\s-]".join(map(re.escape, re.split(r"[\s-]", word)))
    return rf"(?<![A-Za-z]){parts}s?(?![A-Za-z])"
