"""Training examples: a body and what each place in it may be.

Marked passages (`spans`) tell everything. Annotated news (`events`) tells only names and values, so a place gets the
set of labels that fit, and unmarked words may still be of a label that events do not tell (UNTOLD).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from nlp.mentions import MoneyMention
from nlp.tags import NAME_LABELS, VALUE_LABELS
from nlp.values import find_values

Mark = tuple[int, int, frozenset[str]]
LABELS = frozenset(NAME_LABELS).union(*VALUE_LABELS.values())
_ASIDE = 7
# what whoever gets the money is marked as
RECEIVERS = frozenset(("company", "rumoured"))
UNTOLD = ("other_org", "person", "product", "adviser")


@dataclass(slots=True)
class Example:
    """A body with its marks; `partial` says that names without a mark may be of an UNTOLD label."""

    id: str
    text: str
    marks: list[Mark]
    partial: bool = False


def load_examples(path: Path, language: str) -> list[Example]:
    """Reads a JSONL file of marked passages or of annotated news, told apart line by line; leaves out what is aside."""
    return [_read_line(line, language) for line in read_lines(path) if not is_kept_aside(line)]


def is_kept_aside(line: dict[str, Any]) -> bool:
    """Whether no training may see the annotated document: one company in seven is for the benchmark alone."""
    if "events" not in line:
        return False
    subject = line["events"][0]["company"][0].casefold() if line["events"] else str(line["id"])
    return crc32(subject.encode("utf-8", "surrogatepass")) % _ASIDE == 0


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yields the objects of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _read_line(line: dict[str, Any], language: str) -> Example:
    if "spans" in line:
        return build_example(line)
    return derive_example(str(line["id"]), f"{line['title']}\n{line['text']}", line["events"], language)


def build_example(line: dict[str, Any]) -> Example:
    """The example of a marked passage."""
    body = f"{line['title']}\n{line['text']}"
    marks = [(span[0], span[1], frozenset({_label(span, line)})) for span in line["spans"] if span[2] in LABELS]
    return Example(str(line["id"]), body, _apart(sorted(marks, key=lambda m: m[:2])))


def _label(span: list[Any], line: dict[str, Any]) -> str:
    """A mark's label; a company whose deal is rumoured has its own. `deals` tells it a deal, `status` for them all."""
    label = str(span[2])
    if label != "company":
        return label
    numbers = span[3] if len(span) > 3 else []
    deals = line.get("deals", [])
    told = [deals[n - 1]["status"] for n in numbers if n <= len(deals)] or [line.get("status", "announced")]
    return "rumoured" if all(status == "rumoured" for status in told) else label


def _apart(marks: list[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in marks:
        if not kept or mark[0] >= kept[-1][1]:
            kept.append(mark)
    return kept


def find_names(body: str, names: Iterable[str]) -> list[tuple[int, int, str]]:
    """Where the names stand in a body, the longest first; whole words where the script has words."""
    found: list[tuple[int, int, str]] = []
    for name in sorted(filter(None, set(names)), key=lambda n: (-len(n), n)):
        left = r"(?<![A-Za-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
        right = r"(?![A-Za-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
        pattern = left + re.escape(name).replace(r"\ ", r"\s+") + right
        for match in list(re.finditer(pattern, body)) or list(re.finditer(pattern, body, re.IGNORECASE)):
            if not any(s < match.end() and match.start() < e for s, e, _ in found):
                found.append((match.start(), match.end(), name))
    return sorted(found)


def derive_example(identity: str, body: str, events: list[dict[str, Any]], language: str) -> Example:
    """Marks a body by the names and values of its events."""
    roles = _roles(events)
    marks: list[Mark] = [(start, end, frozenset(roles[name])) for start, end, name in find_names(body, roles)]
    rounds = {event["round"] for event in events}
    for value in find_values(body, language):
        if any(s < value.end and value.start < e for s, e, _ in marks):
            continue
        if isinstance(value, MoneyMention):
            labels = {
                label
                for event in events
                for label in ("amount", "valuation", "total_raised")
                if _same(event[label], value)
            }
            marks.append((value.core, value.end, frozenset(labels or {"other_money"})))
        elif value.round:
            marks.append((value.start, value.end, frozenset({"round" if value.round in rounds else "other_round"})))
    return Example(identity, body, sorted(marks, key=lambda m: m[:2]), partial=True)


def _roles(events: list[dict[str, Any]]) -> dict[str, set[str]]:
    roles: dict[str, set[str]] = {}
    for event in events:
        leads = set(event["lead_investors"])
        for name in event["company"]:
            roles.setdefault(name, set()).add("rumoured" if event["status"] == "rumoured" else "company")
        for written in {*event["investors"], *leads}:
            for name in written.split("|"):
                roles.setdefault(name, set()).add("lead_investor" if written in leads else "investor")
    return roles


def _same(gold: dict[str, Any] | None, mention: MoneyMention) -> bool:
    money = mention.money
    if not gold or gold["currency"] != money.currency:
        return False
    ours = [v for v in (money.min, money.max) if v is not None]
    theirs = [v for v in (gold["min"], gold["max"]) if v is not None]
    return any(abs(a - b) <= 0.005 * max(abs(a), abs(b), 1) for a in ours for b in theirs)
