from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain.alerting import Alert
from domain.errors import NotFound
from domain.event import Status
from storage.outbox import Address, Delivery
from storage.store import Store
from tests.domain.days import NOW
from tests.domain.factories import deal, money
from tests.storage.factories import file


@pytest.fixture
def events(store: Store) -> list[str]:
    """The ids of three small rounds, of which no shipped rule tells."""
    return [file(store, deal(name, amount=money(2e6))) for name in ("Loomfield", "Kestrel", "Quaymont")]


def alert(event_id: str, rule: str = "r", number: int = 0, **fields: Any) -> Alert:
    return Alert(rule, event_id, 1, NOW, number, **fields)


def to(*channels: str, digest: str | None = None, later: timedelta = timedelta(0)) -> Callable[[Alert], list[Address]]:
    def plan(one: Alert) -> list[Address]:
        return [
            Address(name, digest or one.id, f"{name}/{'digest' if digest else one.event_id}", NOW + later)
            for name in channels
        ]

    return plan


def claim_all(store: Store, channel: str = "a", after: timedelta = timedelta(0)) -> list[Delivery]:
    return store.outbox.claim(channel, 100, NOW + after)


def ids(deliveries: Sequence[Delivery]) -> list[str]:
    return [delivery.message_id for delivery in deliveries]


def test_a_rule_tells_of_an_event_once(store, events) -> None:
    assert store.outbox.put([alert(events[0])]) == 1
    assert store.outbox.put([alert(events[0]), alert(events[1])]) == 1
    assert store.outbox.counts() == {"waiting": 2, "done": 0, "dead": 0}


def test_an_alert_is_addressed_once_so_that_a_new_channel_gets_no_old_ones(store, events) -> None:
    store.outbox.put([alert(events[0])])
    assert store.outbox.address(to("a")) == 1
    assert store.outbox.address(to("a", "b")) == 0
    assert claim_all(store, "b") == []
    assert ids(claim_all(store)) == [f"r.{events[0]}"]


def test_what_nobody_was_told_yet_of_a_merged_event_is_told_of_its_heir_once_a_rule(store, events) -> None:
    gone, heir, _ = events
    store.outbox.put([alert(gone), alert(gone, "s"), alert(heir)])
    store.outbox.follow(gone, heir)
    told: list[tuple[str, str]] = []

    def plan(one: Alert) -> list[Address]:
        told.append((one.rule_id, one.event_id))
        return []

    store.outbox.address(plan)
    assert sorted(told) == [("r", heir), ("s", heir)]


def test_corrections_go_on_counting_where_an_event_that_was_told_is_merged_into_another(store, events) -> None:
    gone, heir, _ = events
    store.outbox.put([alert(heir), alert(heir, number=1), alert(gone, amount_usd=3e8)])
    with store.transaction() as tx:
        tx.blocks.end(tx.events.get(gone), heir, NOW)
    [told] = store.outbox.told(heir)
    assert (told.number, told.amount_usd) == (1, 3e8)


def test_what_is_claimed_is_nobody_elses_until_the_lease_is_over(store, events) -> None:
    store.outbox.put([alert(events[0])])
    store.outbox.address(to("a"))
    [first] = claim_all(store)
    assert (first.alerts[0].event_id, first.attempts) == (events[0], 1)
    assert claim_all(store) == []
    [again] = claim_all(store, after=timedelta(hours=1))
    assert (again.message_id, again.attempts) == (first.message_id, 2)


def test_a_message_ends_done_or_dead_or_comes_again(store, events) -> None:
    store.outbox.put(map(alert, events))
    store.outbox.address(to("a"))
    sent, broken, late = claim_all(store)
    store.outbox.done(sent)
    store.outbox.dead(broken, "gone")
    store.outbox.failed(late, "busy", NOW + timedelta(minutes=1))
    assert store.outbox.counts() == {"waiting": 1, "done": 1, "dead": 1}
    assert claim_all(store) == []
    assert ids(claim_all(store, after=timedelta(minutes=2))) == [late.message_id]
    with pytest.raises(NotFound, match=sent.message_id):
        store.outbox.done(sent)


def test_dead_letters_are_listed_with_their_error_and_sent_again_when_a_person_says_so(store, events) -> None:
    store.outbox.put([alert(events[0]), alert(events[1])])
    store.outbox.address(to("a"))
    for delivery in claim_all(store):
        store.outbox.dead(delivery, "answered 410")
    assert [(letter.message_id, letter.error) for letter in store.outbox.dead_letters()] == [
        (f"r.{events[0]}", "answered 410"),
        (f"r.{events[1]}", "answered 410"),
    ]
    assert store.outbox.revive(NOW, f"r.{events[1]}") == 1
    [again] = claim_all(store)
    assert (again.message_id, again.attempts) == (f"r.{events[1]}", 1)
    assert store.outbox.revive(NOW) == 1


def test_messages_about_one_event_keep_their_order_on_each_channel(store, events) -> None:
    store.outbox.put([alert(events[0]), alert(events[1])])
    store.outbox.address(to("a", "b"))
    store.outbox.put([alert(events[0], number=1)])
    store.outbox.address(to("a", "b"))
    first, other = claim_all(store)
    assert ids([first, other]) == [f"r.{events[0]}", f"r.{events[1]}"]
    store.outbox.failed(first, "busy", NOW + timedelta(minutes=4))
    assert claim_all(store, after=timedelta(minutes=1)) == []
    [again] = claim_all(store, after=timedelta(minutes=4))
    store.outbox.done(again)
    assert ids(claim_all(store, after=timedelta(minutes=4))) == [f"r.{events[0]}.1"]
    # nothing of this held up the other channel
    assert ids(claim_all(store, "b")) == [f"r.{events[0]}", f"r.{events[1]}"]


def test_a_message_that_was_given_up_does_not_hold_up_the_next(store, events) -> None:
    store.outbox.put([alert(events[0])])
    store.outbox.put([alert(events[0], number=1)])
    store.outbox.address(to("a"))
    [first] = claim_all(store)
    store.outbox.dead(first, "gone")
    assert ids(claim_all(store)) == [f"r.{events[0]}.1"]


def test_alerts_of_one_digest_are_one_message_and_the_next_digest_waits_for_it(store, events) -> None:
    store.outbox.put([alert(events[0]), alert(events[1])])
    store.outbox.address(to("a", digest="d1"))
    store.outbox.put([alert(events[2])])
    store.outbox.address(to("a", digest="d2"))
    [digest] = claim_all(store)
    assert digest.message_id == "d1"
    assert [one.event_id for one in digest.alerts] == events[:2]
    store.outbox.done(digest)
    assert ids(claim_all(store)) == ["d2"]


def test_a_correction_of_what_nobody_was_told_yet_changes_the_waiting_alert(store, events) -> None:
    store.outbox.put([alert(events[0], amount_usd=1e8)])
    store.outbox.address(to("a"))
    assert store.outbox.correct([alert(events[0], number=1, amount_usd=2e8, status=Status.CLOSED)]) == 0
    [told] = store.outbox.told(events[0])
    assert (told.number, told.amount_usd, told.status) == (0, 2e8, Status.CLOSED)


def test_a_correction_of_what_was_told_is_an_alert_of_its_own(store, events) -> None:
    store.outbox.put([alert(events[0], amount_usd=1e8)])
    store.outbox.address(to("a"))
    claim_all(store)
    assert store.outbox.correct([alert(events[0], number=1, amount_usd=2e8)]) == 1
    assert store.outbox.correct([alert(events[0], number=1, amount_usd=2e8)]) == 0
    [told] = store.outbox.told(events[0])
    assert (told.number, told.amount_usd) == (1, 2e8)


def test_a_channel_that_asked_for_a_pause_gets_nothing_before_its_end(store, events) -> None:
    store.outbox.put(map(alert, events))
    store.outbox.address(to("a", "b"))
    store.outbox.postpone("a", NOW + timedelta(minutes=10))
    assert claim_all(store, after=timedelta(minutes=9)) == []
    assert len(claim_all(store, after=timedelta(minutes=10))) == 3
    assert len(claim_all(store, "b")) == 3


def test_tries_are_counted_by_channel_and_time(store, events) -> None:
    store.outbox.put(map(alert, events))
    store.outbox.address(to("a"))
    store.outbox.claim("a", 2, NOW)
    assert store.outbox.count_tried("a", NOW - timedelta(minutes=1)) == 2
    assert store.outbox.count_tried("a", NOW) == 0
    assert store.outbox.count_tried("b", NOW - timedelta(minutes=1)) == 0


def test_a_follower_reads_on_from_the_number_it_knows(store, events) -> None:
    assert store.outbox.last_seq() == 0
    store.outbox.put([alert(events[0]), alert(events[1])])
    [first, second] = store.outbox.after(0)
    assert [one.event_id for _, one in (first, second)] == events[:2]
    assert store.outbox.after(first[0]) == [second]
    assert store.outbox.last_seq() == second[0]


def test_rules_are_kept_replaced_and_forgotten(store) -> None:
    assert store.rules.put({"id": "b", "when": {"words": ["chip"]}}) is True
    assert store.rules.put({"id": "a", "when": {}}) is True
    assert store.rules.put({"id": "b", "when": {"words": ["芯片"]}}) is False
    assert [rule["id"] for rule in store.rules.list()] == ["a", "b"]
    assert store.rules.list()[1]["when"] == {"words": ["芯片"]}
    assert (store.rules.remove("a"), store.rules.remove("a")) == (True, False)
