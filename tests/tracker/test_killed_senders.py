from __future__ import annotations

import pytest

from tests.tracker.killing import WAYS, Outcome, run_killing


def check(outcome: Outcome) -> None:
    assert outcome.lost == set()
    assert set(outcome.arrived) == set(outcome.due)
    assert outcome.refused == 0
    assert outcome.disordered == 0


def test_a_sender_that_is_killed_loses_nothing_and_keeps_the_order(tmp_path):
    outcome = run_killing(tmp_path, alerts=40, kills=2, share=0.2)
    check(outcome)
    # a killed sender repeats at most the message that it was at
    assert outcome.duplicates <= outcome.kills + 1
    assert outcome.failures


@pytest.mark.slow
def test_a_hundred_kills_and_every_kind_of_failure_lose_nothing(tmp_path):
    outcome = run_killing(tmp_path, alerts=5000, kills=100)
    check(outcome)
    assert outcome.duplicates < 0.01 * len(outcome.due)
    assert set(outcome.failures) == set(WAYS)
