"""What a company makes and what it is, as a table's first two columns name it."""

from __future__ import annotations

from dataclasses import dataclass

from nlp.mentions import Name


@dataclass(frozen=True, slots=True)
class Application:
    """`product` is what the company is known by, `maker` who makes it; `described` the stretch that says what it is."""

    product: Name | None = None
    maker: Name | None = None
    described: tuple[int, int] | None = None
