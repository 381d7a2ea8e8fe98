"""Whether articles contradict each other about an event: amounts apart, valuations apart, another round."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from domain.fusion import Reported
from domain.money import Money
from domain.rounds import base_round

# figures that differ by less are rounded in other ways
TOLERANCE = 1.10


def has_conflict(reported: Sequence[Reported]) -> bool:
    """Whether two reported values of one field cannot both be right."""
    rounds = {base_round(str(r.value)) for r in reported if r.field == "round"}
    return len(rounds) > 1 or any(
        differ(first, second)
        for name in ("amount", "valuation")
        for first, second in combinations([r.value for r in reported if r.field == name], 2)
        if isinstance(first, Money) and isinstance(second, Money)
    )


def differ(first: Money, second: Money) -> bool:
    """Whether two amounts of one currency leave no figure that fits both, give or take their rounding."""
    if first.currency != second.currency:
        return False
    low = max(first.min or 0, second.min or 0)
    high = min(_ceiling(first), _ceiling(second))
    return low > high * TOLERANCE


def _ceiling(money: Money) -> float:
    return float("inf") if money.max is None else float(money.max)
