from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from api.alerts.rehearsal import rehearse
from domain.alert_rules import parse_rule
from domain.aliases import PartyKind, Ruling
from domain.event import DatePrecision, EventDate
from storage.rates import load_rates
from storage.store import Store, open_store
from tests.domain.days import NOW
from tests.domain.factories import deal, money
from tests.storage.factories import tell
from tests.tracker.factories import report, rule
from tracker.deciding import Judge, judge_alias
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


def test_words_and_an_amount_that_two_articles_tell_are_put_together(store):
    both = rule(id="both", when={"words": ["warehouse robots"], "minimum_usd": 1e8})
    tell(store, deal(round="series-b"), title="Loomfield, maker of Warehouse Robots, raises a new round")
    merge(store, [both], NOW)
    assert told(store) == []
    report(store, 2e8, both, source_id="other")
    assert told(store) == ["both"]
    assert [one.told_on for one in rehearse(store, both, date(2025, 1, 1), "en")] == [date(2025, 1, 22)]


def say_alias(store: Store, kind: PartyKind, party: str, name: str, *, holds: bool = True) -> None:
    judge_alias(store, Ruling(kind, party, name, holds), Judge("ada", load_rates()))


@pytest.mark.parametrize("when", [{"companies": ["织羽智能"]}, {"watch": ["mine"]}])
def test_a_name_that_a_person_gave_a_company_is_known_to_rules_and_watch_lists(store, when):
    named = parse_rule({"id": "named", "when": when}, {"mine": {"companies": ["织羽智能"]}})
    report(store, 2e6, on=date(2024, 1, 22))
    say_alias(store, PartyKind.COMPANY, "Loomfield", "织羽智能")
    report(store, 2e8, named)
    assert told(store) == ["named"]
    say_alias(store, PartyKind.COMPANY, "Loomfield", "织羽智能", holds=False)
    assert not list(rehearse(store, named, date(2024, 1, 1), "en"))


@pytest.mark.parametrize("field", ["investors", "leads"])
def test_a_name_that_a_person_gave_an_investor_is_known_to_rules(store, field):
    named = rule(id="named", when={field: ["星桥资本"]})
    report(store, 2e6, on=date(2024, 1, 22), leads=["Starbridge Partners"])
    say_alias(store, PartyKind.INVESTOR, "Starbridge Partners", "星桥资本")
    report(store, 2e8, named, company="Kestrel", leads=["Starbridge Partners"])
    assert told(store) == ["named"]


def test_a_name_that_an_article_of_another_round_gave_a_company_is_known_to_rules(store):
    named = rule(id="named", when={"companies": ["织羽智能"]})
    report(store, 2e6, company=("Loomfield", "织羽智能"), on=date(2024, 1, 22))
    report(store, 2e8, named)
    assert told(store) == ["named"]


def test_old_news_without_a_day_of_its_own_alerts_nobody_though_it_came_in_today(store):
    stated = EventDate(date(2024, 3, 1), DatePrecision.MONTH)
    tell(store, deal(round="series-b", announced_on=stated), on=date(2024, 3, 5))
    merge(store, [rule()], NOW)
    # as an import tells a row of another database that gives no more than a month
    tell(store, deal(round="series-b", amount=2e8, announced_on=stated), on=None)
    merge(store, [rule()], NOW)
    assert [event.amount_usd for event in store.events.iter_all()] == [2e8]
    assert told(store) == []


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
