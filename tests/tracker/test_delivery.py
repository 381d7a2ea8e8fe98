from __future__ import annotations

from datetime import timedelta

import pytest

from tracker.alerts.deliver import Backoff


@pytest.mark.parametrize(
    ("tried", "retry_after", "chance", "seconds"),
    [
        (1, None, 0.5, 5),
        (2, None, 0.5, 20),
        (3, None, 0.5, 80),
        (1, None, 0.0, 3.75),
        (1, None, 1.0, 6.25),
        (9, None, 0.5, 6 * 3600),
        (1, 120.0, 0.5, 120),
        (4, 1.0, 0.5, 320),
    ],
)
def test_waits_grow_with_jitter_up_to_a_limit_and_obey_the_receiver(tried, retry_after, chance, seconds):
    assert Backoff().wait(tried, retry_after, chance) == timedelta(seconds=seconds)


def test_after_the_last_try_there_is_no_other():
    assert Backoff(attempts=3).wait(2) is not None
    assert Backoff(attempts=3).wait(3) is None
    assert Backoff(attempts=3).wait(3, retry_after=5.0) is None
