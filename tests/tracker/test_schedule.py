from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta

import pytest

from domain.errors import SettingsError
from tracker.schedule import parse_interval, repeat, stopped_by_signals


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), (" 2H ", 7200), ("1d", 86400), ("31d", 31 * 86400)]
)
def test_intervals_are_read(text, seconds):
    assert parse_interval(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "m", "0m", "-5m", "1.5h", "32d", "999999d", "15 min", "١٥m"])
def test_what_is_no_interval_is_refused_by_name(text):
    with pytest.raises(SettingsError) as caught:
        parse_interval(text)
    assert repr(text) in str(caught.value)


class Beats(threading.Event):
    """An event whose waiting moves a clock on instead of taking time."""

    def __init__(self, stop_after: int, work: list[float]) -> None:
        super().__init__()
        self.now = 100.0
        self.began: list[float] = []
        self._stop_after, self._work = stop_after, work

    def clock(self) -> float:
        return self.now

    def act(self) -> None:
        self.began.append(self.now - 100.0)
        self.now += self._work.pop(0) if self._work else 0.0
        if len(self.began) == self._stop_after:
            self.set()

    def wait(self, timeout: float | None = None) -> bool:
        self.now += timeout or 0.0
        return self.is_set()


@pytest.mark.parametrize(
    ("work", "began"),
    [
        ([], [0, 10, 20, 30]),
        ([4, 9, 1], [0, 10, 20, 30]),
        ([10, 10], [0, 10, 20, 30]),
        ([25], [0, 30, 40, 50]),
        ([0, 12], [0, 10, 30, 40]),
    ],
)
def test_runs_keep_the_beat_and_a_long_one_swallows_the_beats_it_missed(work, began):
    beats = Beats(4, work)
    assert repeat(beats.act, timedelta(seconds=10), beats, clock=beats.clock) == 4
    assert beats.began == began


def test_nothing_runs_once_stop_is_set():
    stop = threading.Event()
    stop.set()
    assert repeat(lambda: None, timedelta(seconds=1), stop) == 0


def test_a_signal_asks_to_stop_and_a_second_one_interrupts():
    before = signal.getsignal(signal.SIGTERM)
    with stopped_by_signals() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(1)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
            threading.Event().wait(1)
    assert signal.getsignal(signal.SIGTERM) is before
