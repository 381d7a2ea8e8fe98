"""What an analyst would file for each page of the newsroom, read from `gold.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

GOLD = Path(__file__).with_name("gold.toml")

_ABSENT: dict[str, Any] = {
    "round": None,
    "amount": None,
    "lead_investors": [],
    "investors": [],
    "valuation": None,
    "total_raised": None,
    "application_type": None,
}
_MONEY: dict[str, Any] = {"min": None, "max": None}


def load_gold(file: Path = GOLD) -> dict[str, list[dict[str, Any]]]:
    """The events of each page (`outlet/slug`), with the fields that a page leaves open filled in as None or empty."""
    pages = tomllib.loads(file.read_text("utf-8"))
    return {page: [_fill(event) for event in facts["events"]] for page, facts in pages.items()}


def _fill(event: dict[str, Any]) -> dict[str, Any]:
    return _ABSENT | {key: _MONEY | value if isinstance(value, dict) else value for key, value in event.items()}
