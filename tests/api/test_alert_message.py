from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from api.alerts.message import Facts, build_message, convert, pick_quotes, pick_sources
from domain.alerting import Told
from domain.event import Event, Evidence, Extraction, Kind, Party, Status
from domain.money import Money, Precision, build_exact

NOW = datetime(2025, 1, 23, 9, 30, tzinfo=UTC)
EVENT = Event(
    id="e1",
    company=Party("Kestrel Loom", "kestrel loom", {"zh": "织羽科技"}),
    kind=Kind.EQUITY,
    status=Status.ANNOUNCED,
    announced_on=date(2025, 1, 22),
    round="series-b",
    amount=build_exact(120_000_000, "EUR"),
    amount_usd=124_991_000.0,
    valuation=build_exact(1_100_000_000, "USD"),
    valuation_usd=1_100_000_000.0,
    leads=(Party("Onda Ventures", "onda ventures"), Party("Peak Nine", "peak nine")),
    participants=(Party("Harbour Seed", "harbour seed"),),
    revision=3,
)


def mention(source: str, *evidence: tuple[str, int, str], confidence: float = 0.9, day: int = 22) -> Any:
    quotes = tuple(Evidence(field, start, start + len(quote), quote) for field, start, quote in evidence)
    return SimpleNamespace(
        title=f"News of {source}",
        url=f"https://{source}.example/kestrel-{day}",
        source_id=source,
        published_on=date(2025, 1, day),
        language="en",
        extraction=Extraction(("Kestrel Loom",), evidence=quotes, confidence=confidence),
    )


def facts(*mentions: Any, event: Event = EVENT, **correction: Any) -> Facts:
    return Facts("mega-round.e1", "mega-round", "Mega-round", event, mentions, "https://rounds.example", **correction)


def test_a_message_in_english_says_all_that_is_known():
    text = build_message(facts(mention("wire", ("amount", 10, "raised €120 million"))), "en", NOW).text
    assert text.splitlines() == [
        "Company: Kestrel Loom",
        "Kind: equity",
        "Round: Series B",
        "Amount: €120M (about $125M)",
        "Lead investors: Onda Ventures, Peak Nine",
        "Other investors: Harbour Seed",
        "Valuation: $1.1B",
        "Status: announced",
        "Announced: 2025-01-22",
        "Sources:",
        "- News of wire (“raised €120 million”)",
        "  https://wire.example/kestrel-22",
        "More: https://rounds.example/events/e1",
    ]


def test_a_message_in_chinese_uses_the_languages_own_names_and_figures():
    message = build_message(facts(), "zh", NOW)
    assert message.title == "织羽科技获 1.2 亿欧元融资（B 轮）"
    assert "金额：1.2 亿欧元（约 1.25 亿美元）" in message.text
    assert "领投方：Onda Ventures、Peak Nine" in message.text


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Kestrel Loom raises €120M (Series B)"),
        ({"status": Status.RUMOURED}, "Kestrel Loom is said to raise €120M (Series B)"),
        ({"status": Status.CLOSED, "round": None}, "Kestrel Loom has closed €120M"),
        ({"status": Status.DENIED}, "Kestrel Loom: the report of €120M (Series B) is denied"),
        ({"kind": Kind.COMMITMENT, "round": None}, "Kestrel Loom raises €120M (commitment)"),
        ({"amount": None}, "Kestrel Loom raises an undisclosed amount (Series B)"),
    ],
)
def test_the_title_tells_who_how_much_which_round_and_how_sure(changes, title):
    assert build_message(facts(event=replace(EVENT, **changes)), "en", NOW).title == title


def test_a_correction_is_marked_in_title_and_type():
    message = build_message(facts(correction=True), "en", NOW)
    assert message.title.startswith("Correction: ")
    assert message.payload["type"] == "funding_event.correction"


@pytest.mark.parametrize(
    ("usd", "language", "line"),
    [
        (2e8, "en", "Told before: about $200M, rumoured"),
        (2e8, "zh", "此前报道：约 2 亿美元、传闻"),
        (None, "en", "Told before: rumoured"),
    ],
)
def test_a_correction_says_what_was_told_before(usd, language, line):
    before = Told("mega", "e1", 0, Status.RUMOURED, usd)
    message = build_message(facts(correction=True, before=before), language, NOW)
    assert message.text.splitlines()[0] == line
    assert message.payload["data"]["before"] == {"status": "rumoured", "amount_usd": usd}


def test_the_body_is_json_with_the_event_and_its_sources():
    message = build_message(facts(mention("wire", ("amount", 0, "€120 million"))), "en", NOW)
    body = json.loads(json.dumps(message.payload))
    assert body["type"] == "funding_event.alert"
    assert body["timestamp"] == "2025-01-23T09:30:00Z"
    event = body["data"]["event"]
    assert event["amount"] == {"min": 120_000_000, "max": 120_000_000, "currency": "EUR", "precision": "exact"}
    assert (event["id"], event["week"], event["lead_investors"]) == ("e1", "2025-W04", ["Onda Ventures", "Peak Nine"])
    assert body["data"]["sources"][0]["quotes"] == [{"field": "amount", "quote": "€120 million"}]


def test_the_two_best_sources_are_of_two_outlets_the_surest_with_the_amount_first():
    amount = ("amount", 0, "€120 million")
    plain = mention("plain", ("round", 0, "Series B"), confidence=0.99)
    sure = mention("wire", amount, confidence=0.95)
    again = mention("wire", amount, confidence=0.9, day=23)
    late = mention("post", amount, confidence=0.5)
    assert pick_sources([plain, again, late, sure]) == [sure, late]
    assert pick_sources([again, sure]) == [sure, again]
    assert pick_sources([plain]) == [plain]


def test_an_article_that_tells_a_round_in_two_places_is_one_source():
    amount = ("amount", 0, "€120 million")
    twice = [mention("wire", amount, confidence=0.5), mention("wire", amount, confidence=0.9)]
    data = build_message(facts(*twice, mention("post", amount)), "en", NOW).payload["data"]
    assert {source["source"] for source in data["sources"]} == {"post", "wire"}
    assert data["more_sources"] == []


def test_quotes_are_the_most_telling_ones_and_do_not_overlap():
    quotes = mention(
        "wire",
        ("company", 0, "Kestrel Loom"),
        ("lead_investors", 30, "led by Onda"),
        ("amount", 5, "Loom raised €120M"),
    ).extraction.evidence
    assert [e.field for e in pick_quotes(quotes)] == ["amount", "lead_investors"]


def test_an_endless_quote_is_cut():
    long = mention("wire", ("amount", 0, "x" * 5000))
    assert len(build_message(facts(long), "en", NOW).text) < 1000


@pytest.mark.parametrize(
    ("amount", "dollars"),
    [
        (build_exact(120_000_000, "EUR"), Money(125_000_000, 125_000_000, "USD", Precision.APPROX)),
        (Money(10**7, 10**8, "CNY", Precision.VAGUE), Money(10_400_000, 104_000_000, "USD", Precision.RANGE)),
        (Money(10**8, None, "CNY", Precision.AT_LEAST), Money(104_000_000, None, "USD", Precision.AT_LEAST)),
    ],
)
def test_a_conversion_never_pretends_to_be_exact(amount, dollars):
    assert convert(amount, 1.04159) == dollars
