"""Where the API hands a person's judgement to: filing anew is the roof's work, so whoever builds the app brings it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says of events."""

    verdict: str
    event_id: str
    by: str
    others: Sequence[str] = ()
    urls: Sequence[str] = ()
    field: str | None = None
    value: Any = None
    note: str | None = None


class Court(Protocol):
    """Acts on a judgement, in one transaction."""

    def judge(self, word: Word) -> tuple[Sequence[str], Mapping[str, str | None]]:
        """The events that changed, and those that are gone with where they went; BadInput where it cannot be."""
