"""Stretches of a body, cut where they would be too long to be read in one."""

from __future__ import annotations

from collections.abc import Iterator

# no sentence is longer; what has no end for so long is read in parts, or reading would take its length squared
LONGEST = 1_500


def cut_long(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch as it is, or in parts that end with a space where there is one."""
    while end - start > LONGEST:
        space = body.rfind(" ", start + LONGEST // 2, start + LONGEST)
        stop = space + 1 if space >= 0 else start + LONGEST
        yield start, stop
        start = stop
    yield start, end
