"""How close two amounts are, given how precisely the words told each: from 1 (the same) down to −1 (far apart).

A closed figure is taken for rounded by a few percent; "more than" allows what lies somewhat above, less and less so;
"up to" is near what comes close to it and says little of what stays far below.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.money import Money, Precision

_SLACK = {Precision.APPROX: 0.12, Precision.VAGUE: 0.0}
# how far the nearest ends of two closed amounts lie apart
_APART = ((1.0, 0.9), (1.12, 0.3), (1.25, -0.2), (2.0, -0.6))
# the other amount as a share of the bound
_ABOVE = ((0.8, -0.6), (0.96, -0.2), (1.1, 0.9), (1.35, 0.5), (1.75, 0.0))
_BELOW = ((0.3, -0.6), (0.55, -0.1), (0.85, 0.3), (1.03, 0.9), (1.25, -0.2))
_FAR = -1.0


def compare_money(a: Money | None, b: Money | None) -> float | None:
    """How close two amounts in one currency are; None where one is missing or the currencies differ."""
    if a is None or b is None or a.currency != b.currency:
        return None
    if a.value == b.value:
        return 1.0 if a.precision is b.precision else 0.9
    if a.precision is not b.precision:
        for precision, steps in ((Precision.AT_LEAST, _ABOVE), (Precision.AT_MOST, _BELOW)):
            for bounded, other in ((a, b), (b, a)):
                if bounded.precision is precision:
                    return _step(steps, _share(other, bounded))
    return _compare_closed(a, b)


def _share(part: Money, whole: Money) -> float:
    """One amount as a share of the other; of bounds that allow it, the one that comes closest."""
    if part.precision is Precision.VAGUE and part.max is not None and part.value <= whole.value <= part.max:
        return 1.0
    return (part.value or 1) / (whole.value or 1)


def _compare_closed(a: Money, b: Money) -> float:
    lower, upper = sorted((_bounds(a), _bounds(b)))
    apart = upper[0] / max(lower[1], 1.0)
    if apart <= 1 and Precision.VAGUE in (a.precision, b.precision):
        return 0.5
    return _step(_APART, apart)


def _bounds(money: Money) -> tuple[float, float]:
    low = float(money.value if money.min is None else money.min)
    high = float(low if money.max is None else money.max)
    slack = _SLACK.get(money.precision, 0.035)
    return low * (1 - slack), high * (1 + slack)


def _step(steps: Sequence[tuple[float, float]], value: float) -> float:
    return next((score for limit, score in steps if value <= limit), _FAR)


def differ_by_unit(a: Money, b: Money) -> bool:
    """Whether two figures of some digits are the same but for zeros: one may say 122 亿 for 122 billion."""
    digits = [str(money.value).rstrip("0") for money in (a, b)]
    return a.currency == b.currency and a.value != b.value and len(digits[0]) > 1 and digits[0] == digits[1]
