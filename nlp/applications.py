"""What a company makes and what it is, as a table's first two columns name it."""

from __future__ import annotations

from dataclasses import dataclass

from nlp.mentions import Name

# stands for the company's own name in patterns, which can be compiled once for all names that way
OWN = "\ue000+"


def mask(body: str, name: str) -> str:
    """The body with a name's letters replaced, as long as before, so that offsets hold."""
    return body.replace(name, OWN[0] * len(name))


@dataclass(frozen=True, slots=True)
class Application:
    """`product` is what the company is known by, `maker` who makes it; `described` the stretch that says what it is."""

    product: Name | None = None
    maker: Name | None = None
    described: tuple[int, int] | None = None
