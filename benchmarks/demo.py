"""How the demo's events compare with what an analyst would file for its pages (tracker/demo/gold.toml).

./run bench demo              figures beside the frozen ones
./run bench demo --wrong      also each value that differs
./run bench demo --freeze     keeps the figures
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from domain.event import Event, Status
from domain.gazetteer import load_gazetteer
from domain.money import Money
from storage.store import Store, open_store
from tracker.cycle import Ground, run_stages
from tracker.demo.gold import load_gold
from tracker.demo.pages import Newsroom, load_newsroom
from tracker.demo.site import start_site, write_sources
from tracker.progress import PlainProgress
from tracker.settings import load_settings

FROZEN = Path(__file__).with_name("frozen") / "demo.json"
Gold = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of the demo that is not the analyst's."""

    deal: str
    field: str
    expected: object
    found: object
    pages: tuple[str, ...]


def main(arguments: list[str]) -> int:
    """Goes the demo's road and prints the figures; 0 always, since the goals stand in tests."""
    newsroom = load_newsroom()
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/demo.sqlite") as store:
        crawl_newsroom(store, Path(folder), newsroom)
        figures, differences = compare(store, newsroom, load_gold())
    frozen = json.loads(FROZEN.read_text("utf-8")) if FROZEN.exists() else {}
    for name, value in figures.items():
        print(f"{name:<40} {value:7.1f}   frozen {frozen.get(name, float('nan')):7.1f}")
    if "--wrong" in arguments:
        for wrong in differences:
            pages = ", ".join(wrong.pages)
            print(f"{wrong.deal}: {wrong.field}: expected {wrong.expected!r}, found {wrong.found!r} ({pages})")
    if "--freeze" in arguments:
        FROZEN.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 0


def crawl_newsroom(store: Store, folder: Path, newsroom: Newsroom) -> None:
    """Takes the newsroom from its feeds to events."""
    (folder / "sources").mkdir()
    settings = load_settings(store_url=f"sqlite:///{folder}/demo.sqlite", alert_channels=("file",))
    with start_site(newsroom=newsroom) as site, (folder / "log").open("w", encoding="utf-8") as log:
        write_sources(folder / "sources", site.url, newsroom.outlets.values())
        ground = Ground(store, settings, folder / "sources", {"allow_private": True, "delay": 0.0})
        run_stages(["crawl", "extract", "merge"], ground, PlainProgress(log), print)


def compare(store: Store, newsroom: Newsroom, gold: Gold) -> tuple[dict[str, float], list[Difference]]:
    """Shares in percent, and every value that differs."""
    pages = {outlet.path_of(page): page_id for page_id, outlet, page in newsroom.iter_pages()}
    told: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    where: dict[str, list[str]] = defaultdict(list)
    for page_id, events in gold.items():
        for event in events:
            told[event["deal"]].append(event)
            where[event["deal"]].append(page_id)
    filed, false = _match(store, pages, gold)
    differences = list(_find_differences(told, where, filed))
    wrong = Counter(difference.field for difference in differences)
    deals = len(told)
    shares = {f"{name} right, % of deals": 100 * (deals - wrong[name] - wrong["missing"]) / deals for name in _FIELDS}
    figures = {
        "deals": float(deals),
        "deals found, %": 100 * (deals - wrong["missing"]) / deals,
        "deals filed once, %": 100 * (deals - wrong["missing"] - wrong["filed"]) / deals,
        "events that are none": float(len(false)),
        **shares,
    }
    return figures, differences + [Difference("none", "event", None, name, urls) for name, urls in false]


def _match(
    store: Store, pages: Mapping[str, str], gold: Gold
) -> tuple[dict[str, list[Event]], list[tuple[str, tuple[str, ...]]]]:
    """The events of each deal, by the pages that tell them and the company; and those that no page bears out."""
    filed: dict[str, list[Event]] = defaultdict(list)
    false = []
    for event in store.events.iter_all():
        ids = tuple(pages[urlsplit(mention.url).path] for mention in store.events.mentions(event.id))
        votes: Counter[str] = Counter()
        for expected in (each for page in ids for each in gold[page] if _is_company(event, each["company"])):
            votes[expected["deal"]] += 1 + (expected["kind"] == event.kind.value) + (expected["round"] == event.round)
        if votes:
            filed[votes.most_common(1)[0][0]].append(event)
        else:
            false.append((f"{event.company.name} {event.amount and event.amount.value}", ids))
    return filed, false


def _keys(names: Sequence[str]) -> set[str]:
    known = load_gazetteer()
    return {key(form) for name in names for form in name.split("|") for key in (known.company_key, known.investor_key)}


def _same_parties(found: Sequence[str], expected: Sequence[str]) -> bool:
    here = [_keys([name]) for name in found]
    return len(found) == len(expected) and all(any(_keys([name]) & keys for keys in here) for name in expected)


def _is_company(event: Event, names: Sequence[str]) -> bool:
    own = [event.company.name, *event.company.names.values(), event.application or ""]
    return not _keys([name for name in own if name]).isdisjoint(_keys(names))


_FIELDS = ("status", "kind", "round", "amount", "lead_investors", "valuation", "total_raised", "application_type")


def _find_differences(
    told: Mapping[str, Sequence[Mapping[str, Any]]],
    where: Mapping[str, Sequence[str]],
    filed: Mapping[str, Sequence[Event]],
) -> Iterator[Difference]:
    for deal, reports in told.items():
        pages = tuple(where[deal])
        events = filed.get(deal, ())
        if not events:
            yield Difference(deal, "missing", reports[0]["company"], None, pages)
            continue
        if len(events) > 1:
            yield Difference(deal, "filed", 1, [event.company.name for event in events], pages)
        event = max(events, key=lambda e: (e.status is not Status.RUMOURED, e.revision))
        for name in _FIELDS:
            # any page's value will do: which one is shown is another question
            expected = [report[name] for report in reports if report[name]]
            found = _read(event, name)
            if not _fits(name, found, expected):
                yield Difference(deal, name, expected, found, pages)


def _read(event: Event, name: str) -> Any:
    match name:
        case "lead_investors":
            parties = event.leads or (event.participants if event.kind.value == "commitment" else ())
            return sorted(party.name for party in parties)
        case "application_type":
            return list(event.application_types.values())
        case "status" | "kind":
            return getattr(event, name).value
    return getattr(event, name)


def _fits(name: str, found: Any, expected: Sequence[Any]) -> bool:
    if not expected:
        return not found or name == "application_type"
    match name:
        case "lead_investors":
            return any(_same_parties(found, names) for names in expected)
        case "application_type":
            return bool({text.replace(" ", "") for text in found} & {text.replace(" ", "") for text in expected})
        case "amount" | "valuation" | "total_raised":
            return found in [Money.from_dict(dict(money)) for money in expected]
    return found in expected
