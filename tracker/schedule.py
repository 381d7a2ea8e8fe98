"""When things run: intervals such as 15m, and the loop that keeps them without piling runs up."""

from __future__ import annotations

import math
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from domain.errors import SettingsError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_INTERVAL = re.compile(r"(\d{1,6})\s*([smhd])", re.ASCII)
_LONGEST = timedelta(days=31)


def parse_interval(text: str) -> timedelta:
    """Reads 90s, 15m, 2h or 1d; raises SettingsError, which names the text."""
    match = _INTERVAL.fullmatch(text.strip().lower())
    interval = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta(0)
    if not timedelta(0) < interval <= _LONGEST:
        raise SettingsError(repr(text), "not an interval such as 90s, 15m, 2h or 1d (at most 31d)")
    return interval


def repeat(
    action: Callable[[], object],
    interval: timedelta,
    stop: threading.Event,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Runs the action at once and then every interval until `stop` is set; gives how often it ran.

    A run that takes longer than the interval delays the next one and swallows the beats that it missed.
    """
    step = interval.total_seconds()
    due = clock()
    count = 0
    while not stop.is_set():
        action()
        count += 1
        now = clock()
        due += step * max(1, math.ceil((now - due) / step))
        stop.wait(max(0.0, due - now))
    return count


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Gives an event that SIGINT and SIGTERM set, so that a run ends between two steps; a second one interrupts."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
