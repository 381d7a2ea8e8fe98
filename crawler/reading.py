"""Reads what was downloaded in a process of its own, so that a heavy or hostile page holds up no download.

A reading that takes too long is given up; one that kills its process costs that process, and a new one goes on.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from types import FrameType
from typing import ParamSpec, TypeVar

from crawler.parse.pages import BadPage

P = ParamSpec("P")
R = TypeVar("R")


class Reading:
    """A process that reads; it is started by the first reading."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._pool = _start_pool()

    async def run(self, read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `read` gives for these arguments; BadPage where it takes too long or kills the process."""
        pool = self._pool
        try:
            work = partial(_run_limited, self._seconds, partial(read, *args, **kwargs))
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except BrokenProcessPool as error:
            # all that were waiting hear of it; the first one starts anew
            if self._pool is pool:
                self._pool = _start_pool()
            raise BadPage("reader_died", "the process that reads pages died meanwhile") from error

    def close(self) -> None:
        """Ends the process."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _start_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare)


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _give_up)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """Ends this process with its parent, also where that is killed and can tell nobody."""
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def _give_up(number: int, frame: FrameType | None) -> None:
    raise BadPage("too_slow", "reading it takes too long")


def _run_limited(seconds: float, read: Callable[[], R]) -> R:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return read()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
