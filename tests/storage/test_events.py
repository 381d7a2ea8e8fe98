from __future__ import annotations

from datetime import date

import pytest

from domain.errors import NotFound
from domain.week import Week
from tests.domain.factories import deal, money
from tests.storage.factories import file, tell
from tracker.stages import merge


def test_an_event_comes_back_as_it_was_fused(store) -> None:
    event_id = file(
        store,
        deal(
            "月之暗面", round="series-c", amount=money(5e8), valuation=money(4.3e9), leads=["IDG资本"],
            investors=["阿里巴巴"], application="Kimi", application_type="大模型", language="zh",
        ),
    )  # fmt: skip
    event = store.events.get(event_id)
    assert event.company.in_language("en") == "Moonshot AI"
    assert (event.amount_usd, event.valuation_usd, event.round) == (5e8, 4.3e9, "series-c")
    assert [party.in_language("zh") for party in (*event.leads, *event.participants)] == ["IDG资本", "阿里巴巴"]
    assert (event.country, event.sector is not None, event.week) == ("CN", True, Week(2025, 4))


def test_amounts_beyond_32_bits_are_kept(store) -> None:
    event_id = file(store, deal(amount=money(5e11, precision="at_most")))
    assert store.events.get(event_id).amount.value == 5e11


def test_one_round_told_twice_is_one_event_with_two_mentions(store) -> None:
    first = file(store, amount=5e6, on="2025-01-22")
    second = file(store, amount=5e6, round="seed", on="2025-01-23")
    assert first == second
    assert store.events.count() == 1
    mentions = store.events.mentions(first)
    assert [str(mention.published_on) for mention in mentions] == ["2025-01-22", "2025-01-23"]
    assert "amount" in {reason.feature for reason in mentions[1].reasons}


def test_each_change_is_a_revision_with_the_article_that_made_it(store) -> None:
    event_id = file(store, amount=5e6)
    article_id = tell(store, deal(amount=5e6, round="seed"), on="2025-01-23")
    merge(store)
    first, second = store.events.revisions(event_id)
    assert first.changed["amount"][1]["min"] == 5_000_000
    assert (second.number, second.article_id, second.changed) == (2, article_id, {"round": (None, "seed")})


def test_every_reported_value_is_kept(store) -> None:
    event_id = file(store, amount=3e8)
    file(store, amount=2.95e8, on="2025-01-23")
    amounts = {r.value.value: r.shown for r in store.events.reported(event_id) if r.field == "amount"}
    assert amounts == {3e8: False, 2.95e8: True}


def test_a_week_lists_the_largest_first_and_leaves_out_denied_ones(store) -> None:
    file(store, deal("Small", amount=money(1e6)))
    file(store, deal("Unknown"))
    file(store, deal("Large", amount=money(1e9)))
    file(store, deal("Denied", status="denied"))
    file(store, deal("Later", amount=money(1e9)), on="2025-01-27")
    assert [event.company.name for event in store.events.in_week(Week(2025, 4))] == ["Large", "Small", "Unknown"]


def test_weeks_sum_facts_of_equity_only(store) -> None:
    file(store, deal("One", amount=money(2e8)))
    file(store, deal("Two", amount=money(5e8), status="rumoured"))
    file(store, deal("Three", amount=money(1e9), kind="debt"))
    file(store, deal("Four", amount=money(1e11), kind="commitment"))
    summary = store.events.weeks()[0]
    assert (summary.week, summary.events, summary.equity_usd, summary.mega) == (Week(2025, 4), 4, 2e8, 2)


def test_all_events_come_by_date_in_chunks_that_lose_none(store, monkeypatch) -> None:
    monkeypatch.setattr("storage.events._CHUNK", 2)
    for number in range(5):
        file(store, deal(f"Company {number}"), on=date(2025, 1, 20 - number % 2))
    days = [event.announced_on for event in store.events.iter_all()]
    assert len(days) == 5
    assert days == sorted(days)


def test_reading_an_article_anew_takes_its_event_along(store) -> None:
    article_id = tell(store, deal(amount=5e6))
    merge(store)
    [event_id] = store.events.ids_of_article(article_id)
    store.extractions.replace(article_id, "2", [deal(amount=6e6)])
    merge(store)
    assert store.events.ids_of_article(article_id) == [event_id]
    assert store.events.get(event_id).amount.value == 6e6


def test_an_event_that_nothing_tells_any_more_goes_out_of_sight_but_is_not_lost(store) -> None:
    article_id = tell(store, deal(amount=5e6))
    merge(store)
    [event_id] = store.events.ids_of_article(article_id)
    store.extractions.replace(article_id, "2", [])
    merge(store)
    assert store.events.count() == 0
    assert store.events.get(event_id).amount.value == 5e6
    assert store.events.revisions(event_id)


def test_a_missing_event_is_named(store) -> None:
    for ask in (store.events.get, store.events.mentions, store.events.revisions, store.events.reported):
        with pytest.raises(NotFound, match="event e404"):
            ask("e404")


def test_companies_are_known_by_the_names_that_articles_use(store) -> None:
    file(store, deal(("Bolt.new", "StackBlitz"), amount=money(1.055e8)))
    assert file(store, deal("Stackblitz Inc.", amount=money(1.055e8)), on="2025-01-24") == file(
        store, deal("bolt.new", amount=money(1.055e8)), on="2025-01-25"
    )


def test_an_event_far_away_in_time_is_no_candidate(store) -> None:
    assert file(store, amount=5e6, on="2020-01-22") != file(store, amount=5e6, on="2025-01-22")
