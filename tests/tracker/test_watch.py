from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from storage.store import Store, open_store
from tests.domain.days import NOW
from tests.domain.factories import deal, money
from tests.storage.factories import tell
from tests.tracker.factories import report, rule
from tracker.stages import merge


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store("sqlite://") as opened:
        yield opened


def told(store: Store) -> list[str]:
    return [alert.id.partition(".")[0] for _, alert in store.outbox.after(0)]


def test_a_conflict_between_two_outlets_turns_a_rule_true(store):
    conflict = rule(id="conflict", when={"conflict": True})
    report(store, 2e8, conflict)
    assert told(store) == []
    report(store, 2.6e8, conflict, source_id="other")
    assert told(store) == ["conflict"]


def test_the_first_round_of_a_company_is_told_and_its_second_is_not(store):
    first = rule(id="first", when={"first_round": True})
    report(store, 2e6, first)
    later = date(2025, 1, 22) + timedelta(days=200)
    tell(store, deal(amount=money(9e7), round="series-d"), on=later)
    merge(store, [first], NOW + timedelta(days=200))
    assert store.events.count() == 2
    assert told(store) == ["first"]


def test_words_are_looked_for_in_the_titles_of_articles(store):
    words = rule(id="words", when={"words": ["warehouse robots"]})
    report(store, 2e8, words)
    assert told(store) == []
    report(store, 2e8, words, source_id="other", title="Loomfield, maker of Warehouse Robots, raises $200M")
    assert told(store) == ["words"]


def test_an_event_and_its_alert_are_written_together_or_not_at_all(store, monkeypatch):
    def fail(*_: object) -> int:
        raise RuntimeError("killed here")

    monkeypatch.setattr("storage.outbox.Outbox.put", fail)
    with pytest.raises(RuntimeError):
        report(store, 2e8)
    assert store.events.count() == 0
    monkeypatch.undo()
    merge(store, [rule()], NOW)
    assert store.events.count() == 1
    assert told(store) == ["mega"]


def test_a_rule_that_is_made_later_tells_nothing_of_what_was_known(store):
    report(store, 2e8)
    report(store, 2e8, rule(), rule(id="late"), source_id="other")
    assert told(store) == ["mega"]


def test_a_rule_that_is_switched_off_or_gone_corrects_nothing(store):
    report(store, 2e8)
    store.outbox.address(lambda alert: [])
    report(store, 2e8, rule(id="other", when={"kinds": ["debt"]}), status="denied", on=date(2025, 1, 24))
    assert told(store) == ["mega"]
