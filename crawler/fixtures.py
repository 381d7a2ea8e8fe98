"""Test fixtures of sources: what an address gave on the day the source was added, and what was read in it.

<folder>/<source id>/feed, sitemap or listing     the bytes
<folder>/<source id>/expected.json                the way, the address, and the first entries as they were read
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.discovery import Tried
from crawler.parse.feeds import Entry
from crawler.sources import Source
from crawler.spiders.ways import WAYS, Answer
from domain.errors import SourceError

_SHOWN = 5


def build_fixture(tried: Tried) -> dict[str, Any]:
    """The fixture of an address that told of articles, as JSON can hold it."""
    return {
        "way": tried.candidate.way,
        "url": tried.candidate.url,
        "entries": [describe_entry(entry) for entry in tried.entries[:_SHOWN]],
        "body": base64.b64encode(tried.body).decode(),
    }


def describe_entry(entry: Entry) -> dict[str, str | None]:
    """What a fixture says of an entry."""
    return {
        "url": entry.url,
        "title": entry.title,
        "published_on": entry.moment.on.isoformat() if entry.moment else None,
    }


def write_fixture(folder: Path, source_id: str, fixture: Mapping[str, Any]) -> Path:
    """Writes a fixture into its own folder and gives that."""
    place = folder / source_id
    place.mkdir(parents=True, exist_ok=True)
    (place / fixture["way"]).write_bytes(base64.b64decode(fixture["body"]))
    expected = {name: fixture[name] for name in ("way", "url", "entries")}
    # the day it was read: relative dates and dates in the future depend on it
    expected["read_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    (place / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return place


def check_fixture(place: Path, source: Source) -> None:
    """Reads a fixture with today's code; SourceError says what came out differently."""
    expected = json.loads((place / "expected.json").read_text("utf-8"))
    answer = Answer(
        body=(place / expected["way"]).read_bytes(),
        url=expected["url"],
        content_type=None,
        root=expected["url"],
        depth=0,
        now=datetime.fromisoformat(expected["read_at"]),
    )
    index = WAYS[expected["way"]](answer, source)
    found = [describe_entry(entry) for entry in index.entries]
    for wanted in expected["entries"]:
        if wanted not in found:
            raise SourceError(source.id, f"its fixture told of {wanted}, which is not read any more")
    if not any(source.wants(entry.url) for entry in index.entries):
        raise SourceError(source.id, f"`article` takes none of the {len(found)} addresses of its fixture")
