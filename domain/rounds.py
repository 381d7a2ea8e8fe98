"""The closed list of normal round names and their order."""

from __future__ import annotations

import re

_EARLY = ("pre-seed", "seed", "angel", "pre-a")
_LETTERS = tuple(f"series-{letter}" for letter in "abcdefghijk")
_STANDALONE = ("growth", "bridge", "strategic", "pre-ipo", "convertible", "debt", "grant", "crowdfunding", "secondary")

ROUNDS = (*_EARLY, *_LETTERS, *_STANDALONE)

_FORM = re.compile(r"(pre-seed|seed|angel|pre-[a-k]|series-[a-k])(\d{1,2})?(\+{1,3})?", re.ASCII)
_STAGE = {name: stage for stage, name in enumerate((*_EARLY, *_LETTERS, "pre-ipo"))}


def is_round(name: str) -> bool:
    """Whether it is a normal round name: one of the list, or with a suffix as in series-b2 and pre-a+."""
    return name in _STANDALONE or bool(_FORM.fullmatch(name))


def base_round(name: str) -> str:
    """The round without its suffix: series-a for series-a+ and series-a1."""
    match = _FORM.fullmatch(name)
    return match[1] if match else name


def stage_of(name: str) -> float | None:
    """Where the round stands on a company's way: series-a+ between series-a and series-b; None where nowhere."""
    match = _FORM.fullmatch(name)
    if not match:
        stage = _STAGE.get(name)
        return None if stage is None else float(stage)
    base, number, plus = match[1], match[2], match[3]
    # pre-b stands just before series-b
    stage_number = float(_STAGE[base]) if base in _STAGE else _STAGE[f"series-{base[-1]}"] - 0.5
    return stage_number + min(0.09, 0.01 * int(number or 0)) + 0.1 * len(plus or "")
