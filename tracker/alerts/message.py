"""What an alert says: a title, plain lines and a JSON body, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One alert ready to go out; `id` stays the same over all tries, so that a receiver can drop a second copy."""

    id: str
    title: str
    text: str
    payload: Mapping[str, Any]
