"""Which source an address belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.parse.urls import get_site
from crawler.sources import Source


def group_by_site(sources: Sequence[Source]) -> dict[str, list[Source]]:
    """The sources by the registrable domain of their front page."""
    found: dict[str, list[Source]] = {}
    for source in sources:
        found.setdefault(get_site(source.homepage), []).append(source)
    return found


def find_source(url: str, sources: Sequence[Source]) -> Source | None:
    """The first source of the address's site."""
    return next((source for source in sources if get_site(source.homepage) == get_site(url)), None)
