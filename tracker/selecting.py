"""Reads what options of a report select; BadInput names what is none of a list."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from domain.errors import BadInput
from domain.event import Kind, Status
from domain.rounds import ROUNDS, is_round

Member = TypeVar("Member", bound=StrEnum)


def read_kinds(names: Iterable[str]) -> tuple[Kind, ...]:
    """Kinds of capital."""
    return tuple(_read(Kind, name) for name in names)


def read_statuses(names: Iterable[str]) -> tuple[Status, ...]:
    """How far deals are."""
    return tuple(_read(Status, name) for name in names)


def _read(kind: type[Member], name: str) -> Member:
    try:
        return kind(name.strip().lower())
    except ValueError as error:
        raise BadInput(repr(name), f"none of {', '.join(kind)}") from error


def read_rounds(names: Iterable[str]) -> tuple[str, ...]:
    """Round names."""
    found = tuple(name.strip().lower() for name in names)
    for name in found:
        if not is_round(name):
            raise BadInput(repr(name), f"none of {', '.join(ROUNDS)}")
    return found


def read_sectors(names: Iterable[str]) -> tuple[str, ...]:
    """Keys of sectors."""
    from api.reports.words import load_words

    found, known = tuple(name.strip().lower() for name in names), load_words("en").sectors
    for name in found:
        if name not in known:
            raise BadInput(repr(name), f"none of {', '.join(known)}")
    return found
