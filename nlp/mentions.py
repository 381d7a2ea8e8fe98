"""What the pipes mark: a stretch of the body with the value that was read from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from domain.money import Money


@dataclass(frozen=True, slots=True)
class Mention:
    """A marked stretch `body[start:end]`; `label` says what it is, `value` what was read from it."""

    start: int
    end: int
    label: str
    value: Any = None

    def labelled(self, label: str) -> Mention:
        """The same stretch under another label."""
        return replace(self, label=label)


@dataclass(frozen=True, slots=True)
class MoneyMention:
    """An amount in the body; `core` is where its number begins, after words such as "nearly"."""

    start: int
    end: int
    money: Money
    core: int
    role: str = "amount"

    def with_role(self, role: str) -> MoneyMention:
        """The same amount told apart as amount, valuation, total, other or past."""
        return replace(self, role=role)


@dataclass(frozen=True, slots=True)
class RoundMention:
    """A round's name in the body and its normal form; None for words that name no letter (首轮)."""

    start: int
    end: int
    round: str | None


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the body writes it at `start`:`end`."""

    text: str
    start: int
    end: int
