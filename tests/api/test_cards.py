from __future__ import annotations

import hashlib
from datetime import date
from itertools import product

import pytest

from api.cards import FORM, HEADER, open_cards, write_card
from api.reports.words import Language, load_words
from domain.event import DatePrecision, Event, Kind, Status
from domain.money import Money, Precision
from storage.listing import list_event
from storage.store import open_store
from tests.api.factories import deal, event, file, fill_week, money, open_client, party

# what the cards of each form say: a change of that counts FORM up, or servers would give out what they kept before
SAID = {1: "f54eb8e376c5cf81"}
AMOUNTS = [
    Money(low, high, currency, precision)
    for precision, (low, high), currency in product(
        Precision,
        [(5, 5), (99_950, 99_950), (10**8,) * 2, (105_500_000,) * 2, (10**7, 10**8), (10**9, None), (None, 10**10)],
        ("USD", "CNY", "EUR", "XAU"),
    )
]  # fmt: skip


def iter_samples():
    for amount, kind in product(AMOUNTS, Kind):
        yield event(id="e1", amount=amount, amount_usd=1.5e6, valuation=amount, total_raised=amount, kind=kind)
    for status, precision in product(Status, DatePrecision):
        yield event(id="e2", status=status, date_precision=precision)
    yield Event(
        "e3", party("Weilai", zh="未来智能"), Kind.EQUITY, Status.CLOSED, date(2024, 12, 30),
        round="series-b+", leads=(party("=Quaymont"), party("A, B")), participants=(party('"C"', zh="丙"),),
        application="Loom", application_types={"en": "video", "zh": "视频"}, sector="robotics", country="CN",
        confidence=0.625, revision=3,
    )  # fmt: skip


def test_the_number_of_the_form_stands_for_what_its_cards_say():
    told = hashlib.sha256(HEADER.encode())
    for sample in iter_samples():
        card = write_card(list_event(sample))
        told.update((card.listed + card.line).encode())
    for language in Language:
        words = load_words(language)
        told.update(repr((words.amounts, sorted(words.currencies.items()))).encode())
    assert SAID[FORM] == told.hexdigest()[:16]


@pytest.mark.parametrize("path", ["events", "events?sort=company&limit=3", "weeks/2025-W04/events", "events.csv"])
def test_a_listing_says_the_same_whether_its_events_are_written_out_or_not(path):
    with open_store("sqlite://") as store, open_client(store) as client:
        fill_week(store)
        before = client.get(f"/api/v1/{path}")
        assert open_cards(store).refresh() > 0
        after = client.get(f"/api/v1/{path}")
        assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
        file(store, deal("Tesserat", amount=money(7e8)))
        assert "Tesserat" in client.get(f"/api/v1/{path}").text or "limit" in path


def test_a_table_without_rows_names_its_columns():
    with open_store("sqlite://") as store, open_client(store) as client:
        assert client.get("/api/v1/events.csv").text == HEADER
        assert HEADER.startswith("id,week,announced_on,")
