"""Amounts as news tells them: bounds, a currency and how precise the words were."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.errors import BadMoney


class Precision(StrEnum):
    """How precisely a text gave an amount."""

    EXACT = "exact"
    APPROX = "approx"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount between `min` and `max`, both in whole units of `currency` (ISO 4217); an open bound is None."""

    min: int | None
    max: int | None
    currency: str
    precision: Precision = Precision.EXACT

    def __post_init__(self) -> None:
        if self.min is None and self.max is None:
            raise BadMoney(str(self.currency), "an amount needs at least one bound")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise BadMoney(f"{self.currency} {self.min} to {self.max}", "the lower bound exceeds the upper one")
        if any(bound is not None and bound < 0 for bound in (self.min, self.max)):
            raise BadMoney(f"{self.currency} {self.min} to {self.max}", "an amount cannot be negative")
        if len(self.currency) != 3 or not self.currency.isupper():
            raise BadMoney(repr(self.currency), "not an ISO 4217 currency code")

    @property
    def value(self) -> int:
        """The headline number: the lower bound, or the upper one where the amount is only bounded above."""
        bound = self.min if self.min is not None else self.max
        assert bound is not None
        return bound

    def as_dict(self) -> dict[str, Any]:
        """The interchange form: min, max, currency, precision."""
        return {"min": self.min, "max": self.max, "currency": self.currency, "precision": self.precision.value}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Money:
        """Reads the interchange form; raises BadMoney where it is none."""
        try:
            low, high = data.get("min"), data.get("max")
            return cls(
                None if low is None else round(low),
                None if high is None else round(high),
                data["currency"],
                Precision(data.get("precision", "exact")),
            )
        except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
            raise BadMoney(repr(data), f"not an amount ({error})") from error


def build_exact(number: int, currency: str) -> Money:
    """Builds an amount that the text gave exactly."""
    return Money(number, number, currency, Precision.EXACT)
