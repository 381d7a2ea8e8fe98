"""Training examples: a text and what each place in it may be.

Written passages mark everything. Annotated news (`events`) tells only names and values, so its places get a set of
labels that fit; the loss asks for any of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from nlp.parties import LABELS

Mark = tuple[int, int, frozenset[str]]
UNTOLD = ("other_org", "person", "product", "adviser")


@dataclass(slots=True)
class Example:
    """A body with its marks, each with the labels that it may have.

    `partial` says that what is unmarked may still be of a label that events do not tell (`UNTOLD`).
    """

    id: str
    text: str
    marks: list[Mark]
    partial: bool = False
    guessed: bool = False
    events: list[dict[str, Any]] = field(default_factory=list)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yields the objects of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def load_examples(path: Path, language: str) -> list[Example]:
    """Reads a file of marked passages (`spans`) or of annotated news (`events`)."""
    made = []
    for line in read_lines(path):
        body = f"{line['title']}\n{line['text']}"
        if "spans" in line:
            marks = [(s, e, frozenset({label})) for s, e, label in line["spans"] if label in LABELS]
            made.append(Example(str(line["id"]), body, _apart(sorted(marks, key=lambda m: m[:2]))))
        else:
            made.append(derive_example(str(line["id"]), body, line["events"], language))
    return made


def _apart(marks: list[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in marks:
        if not kept or mark[0] >= kept[-1][1]:
            kept.append(mark)
    return kept


def find_names(body: str, names: Iterable[str], language: str) -> list[tuple[int, int, str]]:
    """Where the names stand in a body, the longest first; whole words where the script has words."""
    found: list[tuple[int, int, str]] = []
    for name in sorted(set(names), key=lambda n: (-len(n), n)):
        if not name:
            continue
        left = r"(?<![A-Za-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
        right = r"(?![A-Za-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
        pattern = left + re.escape(name).replace(r"\ ", r"\s+") + right
        matches = list(re.finditer(pattern, body)) or list(re.finditer(pattern, body, re.IGNORECASE))
        for match in matches:
            if not any(s < match.end() and match.start() < e for s, e, _ in found):
                found.append((match.start(), match.end(), name))
    return sorted(found)


def _same(gold: dict[str, Any] | None, money: Any) -> bool:
    if not gold or gold["currency"] != money.currency:
        return False
    ours = [v for v in (money.min, money.max) if v is not None]
    theirs = [v for v in (gold["min"], gold["max"]) if v is not None]
    return any(abs(a - b) <= 0.005 * max(abs(a), abs(b), 1) for a in ours for b in theirs)


def _roles(events: list[dict[str, Any]]) -> dict[str, set[str]]:
    roles: dict[str, set[str]] = {}
    for event in events:
        for name in event["company"]:
            roles.setdefault(name, set()).add("company")
        leads = set(event["lead_investors"])
        for written in {*event["investors"], *leads}:
            for name in written.split("|"):
                roles.setdefault(name, set()).add("lead_investor" if written in leads else "investor")
    return roles


def derive_example(identity: str, body: str, events: list[dict[str, Any]], language: str) -> Example:
    """Marks a body by the names and values of its events."""
    find_money = import_module(f"nlp.lang.{language}.money").find_money
    find_rounds = import_module(f"nlp.lang.{language}.rounds").find_rounds
    roles = _roles(events)
    marks: list[Mark] = []
    for start, end, name in find_names(body, roles, language):
        marks.append((start, end, frozenset(roles[name])))
    for money in find_money(body):
        labels = {
            label
            for event in events
            for label in ("amount", "valuation", "total_raised")
            if _same(event[label], money.money)
        }
        _add(marks, money.core, money.end, labels or {"other_money"})
    rounds = {event["round"] for event in events}
    for mention in find_rounds(body):
        if mention.round:
            _add(marks, mention.start, mention.end, {"round" if mention.round in rounds else "other_round"})
    return Example(identity, body, sorted(marks, key=lambda m: m[:2]), True, events=events)


def _add(marks: list[Mark], start: int, end: int, labels: set[str]) -> None:
    if not any(s < end and start < e for s, e, _ in marks):
        marks.append((start, end, frozenset(labels)))
