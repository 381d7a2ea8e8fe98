"""Writes the outlets down as sources for the crawler, pointing at a running site."""

from __future__ import annotations

from pathlib import Path


def write_sources(folder: Path, base_url: str) -> list[Path]:
    """Writes one source file an outlet into the folder and gives their paths."""
    raise NotImplementedError
