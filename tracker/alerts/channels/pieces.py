"""Cuts a text that a service would refuse for its length into pieces that it takes, between lines where it can."""

from __future__ import annotations

from collections.abc import Iterator


def cut(text: str, longest: int) -> list[str]:
    """Pieces of at most so many bytes of UTF-8, the strictest way to count; together they are the text."""
    pieces = [""]
    for line in text.splitlines(keepends=True):
        for part in _break(line, longest):
            if _measure(pieces[-1] + part) > longest:
                pieces.append("")
            pieces[-1] += part
    return [piece.rstrip("\n") for piece in pieces if piece.strip()]


def _break(line: str, longest: int) -> Iterator[str]:
    """Yields a line that is too long in parts, without tearing a character apart."""
    rest = line.encode()
    while len(rest) > longest:
        head = rest[:longest].decode(errors="ignore")
        yield head
        rest = rest[len(head.encode()) :]
    yield rest.decode()


def _measure(text: str) -> int:
    return len(text.encode())
