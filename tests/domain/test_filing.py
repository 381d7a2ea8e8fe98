from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.event import Kind, Party, Status
from domain.filing import file_claim
from domain.history import Change, describe_value, diff_events
from domain.resolution import Join, New
from tests.domain.days import NOW
from tests.domain.factories import candidate, claim, file_all, money


def test_the_first_claim_opens_an_event() -> None:
    change = file_claim(claim(amount=5e6), [], now=NOW)
    assert change.before is None
    assert isinstance(change.decision, New)
    assert (change.after.revision, change.after.amount.value) == (1, 5e6)


def test_a_claim_that_says_something_new_makes_a_revision() -> None:
    event = candidate(claim(amount=5e6))
    change = file_claim(claim(amount=5e6, round="seed", on="2025-01-23"), [event], now=NOW)
    assert isinstance(change.decision, Join)
    assert (change.before, change.after.id, change.after.revision) == (event.event, event.event.id, 2)
    assert diff_events(change.before, change.after) == {"round": (None, "seed")}


def test_a_claim_that_says_the_same_makes_none() -> None:
    change = file_claim(claim(amount=5e6, on="2025-01-23"), [candidate(claim(amount=5e6))], now=NOW)
    assert isinstance(change.decision, Join)
    assert change.after.revision == 1


def test_an_id_that_is_taken_is_not_given_again() -> None:
    told = claim(amount=5e6)
    first = file_claim(told, [], now=NOW).after.id
    second = file_claim(told, [], now=NOW, is_taken={first}.__contains__).after.id
    assert second != first


def test_one_round_told_by_many_is_one_event_and_two_companies_are_two() -> None:
    told = [claim(amount=5e6, on="2025-01-22"), claim(amount=5e6, round="seed"), claim(amount=5e6)]
    others = [claim(company="Quaymont Robotics", amount=5e6)]
    assert [len(event.members) for event in file_all([*told, *others])] == [3, 1]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (money(5e6), {"min": 5_000_000, "max": 5_000_000, "currency": "USD", "precision": "exact"}),
        (Party("GV", "gv"), "GV"),
        ((Party("GV", "gv"),), ["GV"]),
        (Kind.DEBT, "debt"),
        (date(2025, 1, 22), "2025-01-22"),
        ({"zh": "硬件"}, {"zh": "硬件"}),
        (None, None),
        (0.5, 0.5),
    ],
)
def test_values_are_described_as_plain_json(value, plain) -> None:
    assert describe_value(value) == plain


def test_a_new_spelling_or_more_confidence_is_no_news() -> None:
    event = candidate(claim(amount=5e6)).event
    again = replace(event, company=Party("LOOMFIELD", event.company.key), confidence=0.999, revision=9)
    assert diff_events(event, again) == {}


def test_a_first_revision_tells_only_what_is_set() -> None:
    changed = diff_events(None, candidate(claim(amount=5e6)).event)
    assert changed["status"] == (None, Status.ANNOUNCED.value)
    assert "round" not in changed and "valuation" not in changed


def test_a_change_carries_why_it_was_made() -> None:
    change = file_claim(claim(amount=5e6), [candidate(claim(amount=5e6))], now=NOW)
    assert isinstance(change, Change)
    assert {reason.feature for reason in change.decision.reasons} >= {"company", "amount", "dates"}
    assert change.decision.score == pytest.approx(sum(reason.score for reason in change.decision.reasons))
