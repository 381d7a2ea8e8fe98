"""Figures of a model: names by role against the events of documents, and the labels of marked spans."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

from nlp.parties import ModelSpan
from nlp.training.examples import Example

MONEY = ("amount", "valuation", "total_raised", "other_money")


def fold(name: str) -> str:
    """A name as it is compared."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name).casefold())


def f1(hit: int, gold: int, predicted: int) -> float:
    """F1 in per cent."""
    return round(200 * hit / (gold + predicted), 1) if gold + predicted else 100.0


def figures_of(examples: Sequence[Example], predictions: Sequence[Sequence[ModelSpan]]) -> dict[str, float]:
    """F1 by label: spans where all is marked; names a document and money where only the events are known."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for example, spans in zip(examples, predictions, strict=True):
        (_count_events if example.partial else _count_spans)(example, spans, counts)
    result = {name: f1(c["hit"], c["gold"], c["predicted"]) for name, c in sorted(counts.items())}
    if "money" in counts:
        result["money"] = round(100 * counts["money"]["hit"] / max(1, counts["money"]["gold"]), 1)
    return result


def _count_spans(example: Example, spans: Sequence[ModelSpan], counts: dict[str, Counter[str]]) -> None:
    gold = {(s, e, next(iter(labels))) for s, e, labels in example.marks}
    predicted = {(s.start, s.end, s.label) for s in spans}
    for name, items in (("gold", gold), ("predicted", predicted), ("hit", gold & predicted)):
        for _, _, label in items:
            counts[label][name] += 1
            counts["all"][name] += 1


def _count_events(example: Example, spans: Sequence[ModelSpan], counts: dict[str, Counter[str]]) -> None:
    said = {
        role: {fold(example.text[s.start : s.end]) for s in spans if s.label == role}
        for role in ("company", "lead_investor", "investor")
    }
    companies = [{fold(n) for n in event["company"]} for event in example.events]
    found = sum(bool(forms & said["company"]) for forms in companies)
    known = set().union(*companies)
    extra = len(said["company"] - known)
    _count(counts["company"], found, len(companies), found + extra)
    leads = _forms(n for e in example.events for n in e["lead_investors"])
    backers = _forms(n for e in example.events for n in {*e["investors"], *e["lead_investors"]})
    for label, gold, names in (
        ("lead_investor", leads, said["lead_investor"]),
        ("any_investor", backers, said["lead_investor"] | said["investor"]),
    ):
        hit = sum(bool(forms & names) for forms in gold)
        _count(counts[label], hit, len(gold), hit + len(names - set().union(*gold)))
    for start, end, labels in example.marks:
        if labels & set(MONEY):
            over = [s.label for s in spans if s.start < end and start < s.end and s.label in MONEY]
            counts["money"]["gold"] += 1
            counts["money"]["hit"] += bool(over and over[0] in labels)
            for label in ("amount", "valuation", "total_raised"):
                right = label in labels
                counts[label]["gold"] += right
                counts[label]["predicted"] += bool(over) and over[0] == label
                counts[label]["hit"] += right and bool(over) and over[0] == label


def _count(counter: Counter[str], hit: int, gold: int, predicted: int) -> None:
    counter["hit"] += hit
    counter["gold"] += gold
    counter["predicted"] += predicted


def _forms(names: object) -> list[set[str]]:
    return [set(forms) for forms in sorted({tuple(sorted(fold(n) for n in name.split("|"))) for name in names})]  # type: ignore[attr-defined]
