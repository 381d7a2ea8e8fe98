from __future__ import annotations

from datetime import timedelta

import pytest

from domain.alerting import Alert
from domain.errors import NotFound
from storage.sources import SourceState
from tests.domain.days import NOW
from tests.domain.factories import deal, money
from tests.storage.factories import file


def test_a_run_is_kept_with_its_counts(store) -> None:
    first, second = store.runs.start("extract"), store.runs.start("merge")
    store.runs.finish(first, {"articles": 3})
    store.runs.finish(second, {}, "gone wrong")
    latest = store.runs.latest()
    assert [(run.stage, run.counts, run.error) for run in latest] == [
        ("merge", {}, "gone wrong"),
        ("extract", {"articles": 3}, None),
    ]
    assert latest[0].finished_at >= latest[0].started_at


def test_a_run_that_was_killed_has_no_end(store) -> None:
    store.runs.start("merge")
    assert store.runs.latest(1)[0].finished_at is None


@pytest.fixture
def alert(store) -> Alert:
    return Alert("mega-round", file(store, deal(amount=money(2e8))), 1, NOW)


def test_a_rule_tells_of_an_event_once(store, alert) -> None:
    # the merge stage put it already
    assert store.outbox.put([alert]) == 0
    assert store.outbox.counts() == {"waiting": 1, "done": 0, "dead": 0}


def test_what_is_claimed_is_nobody_elses_until_the_lease_is_over(store, alert) -> None:
    [delivery] = store.outbox.claim(["console"], 10, NOW)
    assert (delivery.alert.event_id, delivery.attempts) == (alert.event_id, 1)
    assert store.outbox.claim(["console"], 10, NOW) == []
    [again] = store.outbox.claim(["console"], 10, NOW + timedelta(hours=1))
    assert (again.id, again.attempts) == (delivery.id, 2)


def test_a_delivery_ends_done_dead_or_comes_again(store, alert) -> None:
    sent, broken, late = store.outbox.claim(["a", "b", "c"], 10, NOW)
    store.outbox.done(sent.id)
    store.outbox.dead(broken.id, "gone")
    store.outbox.failed(late.id, "busy", NOW + timedelta(minutes=1))
    assert store.outbox.counts() == {"waiting": 1, "done": 1, "dead": 1}
    assert [d.id for d in store.outbox.claim(["a", "b", "c"], 10, NOW + timedelta(minutes=2))] == [late.id]


def test_a_delivery_that_is_not_there_is_named(store) -> None:
    with pytest.raises(NotFound, match="delivery nothing"):
        store.outbox.done("nothing")


def test_the_state_of_a_source_is_kept_by_address(store) -> None:
    assert store.sources.state("harbour") == SourceState("harbour")
    state = SourceState("harbour", "https://harbour.example/feed", etag='"1"', last_success_at=NOW, failures=2)
    store.sources.save(state)
    store.sources.save(SourceState("harbour", failures=1))
    assert store.sources.state("harbour", state.url) == state
    assert store.sources.state("harbour").failures == 1
