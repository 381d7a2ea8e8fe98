"""Writes the outlets down as sources for the crawler, pointing at a running site."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from tracker.demo.feeds import WAYS
from tracker.demo.pages import Outlet, load_newsroom


def write_sources(folder: Path, base_url: str, outlets: Iterable[Outlet] | None = None) -> list[Path]:
    """Writes one source file an outlet (ours, where none are given) into the folder and gives their paths."""
    paths = []
    for outlet in load_newsroom().outlets.values() if outlets is None else outlets:
        path = folder / f"{outlet.id}.toml"
        path.write_text("\n".join(_iter_lines(outlet, base_url)) + "\n", "utf-8")
        paths.append(path)
    return paths


def _iter_lines(outlet: Outlet, base_url: str) -> Iterator[str]:
    home = f"{base_url}/{outlet.id}/"
    facts = {
        "name": outlet.name,
        "homepage": home,
        "language": outlet.language,
        "country": outlet.country,
        "timezone": outlet.timezone,
        "trust": outlet.trust,
        "verified": True,
    }
    for name, value in facts.items():
        # these values are written in JSON as in TOML
        yield f"{name} = {json.dumps(value, ensure_ascii=False)}"
    # its news are all of January 2025
    yield "expect = { silence = false }"
    if outlet.way == "listing":
        yield f'[[listings]]\nurl = "{home}"\nlinks = "main h3 a"'
    else:
        yield f'{"sitemaps" if outlet.way == "sitemap" else "feeds"} = ["{home}{WAYS[outlet.way].file}"]'
