"""The values of a body: amounts of money and names of rounds, in order and without overlaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import cast

from nlp.mentions import MoneyMention, RoundMention

Value = MoneyMention | RoundMention


@cache
def _finders(language: str) -> tuple[Callable[[str], Sequence[Value]], ...]:
    found = (import_module(f"nlp.lang.{language}.{name}") for name in ("money", "rounds"))
    money, rounds = found
    return cast("tuple[Callable[[str], Sequence[Value]], ...]", (money.find_money, rounds.find_rounds))


def find_values(text: str, language: str) -> list[Value]:
    """Finds the amounts and the rounds of a text; where the two overlap, the amount stands."""
    money, rounds = (find(text) for find in _finders(language))
    taken = [(m.start, m.end) for m in money]
    apart = [r for r in rounds if not any(s < r.end and r.start < e for s, e in taken)]
    return sorted([*money, *apart], key=lambda value: value.start)
