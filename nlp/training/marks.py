"""Marks of real news without its words: each under a hash of the text it marks, which whoever has the text can find.

The project ships marks, not articles: `--texts` names files of news in which the marked headlines and paragraphs stand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nlp.training.examples import Example, build_example, read_lines


def key_of(body: str) -> str:
    """The hash that a marked body is kept under."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def load_marked(marks: Path, texts: Sequence[Path]) -> list[Example]:
    """The marked examples whose words stand in the files of news, in the order of the marks."""
    wanted = {line["key"]: line for line in read_lines(marks)}
    found: dict[str, Example] = {}
    for title, text in _iter_bodies(texts):
        key = key_of(f"{title}\n{text}")
        if key in wanted and key not in found:
            line: dict[str, Any] = {"id": key, "title": title, "text": text, **wanted[key]}
            found[key] = build_example(line)
    return [found[key] for key in wanted if key in found]


def _iter_bodies(texts: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Every headline alone, and every paragraph alone."""
    for path in texts:
        for line in read_lines(path):
            yield (line.get("title") or "").strip(), ""
            for paragraph in (line.get("text") or "").split("\n"):
                if paragraph.strip():
                    yield "", paragraph.strip()
