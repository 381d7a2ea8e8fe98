from __future__ import annotations

import asyncio
import atexit
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from crawler.parse.feeds import NotAFeed
from crawler.parse.pages import BadPage
from crawler.reading import Reading


def turn(data: bytes) -> bytes:
    return data[::-1]


def sleep_for_ever() -> None:
    while True:
        time.sleep(1)


def hang_out_of_reach() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    sleep_for_ever()


def refuse() -> None:
    raise NotAFeed("no feed")


class Stubborn(Exception):
    def __init__(self, first: str, second: str) -> None:
        super().__init__(first)


def raise_what_cannot_travel() -> None:
    error = Stubborn("one", "two")
    error.lock = (line for line in ())  # type: ignore[attr-defined]
    raise error


@contextmanager
def open_reading(seconds: float = 30.0) -> Iterator[Reading]:
    # a busy machine takes seconds to import what a reading needs
    reading = Reading(seconds, grace=8.0)
    try:
        yield reading
    finally:
        reading.close()


def test_many_readings_at_once_get_each_its_own_answer_however_large() -> None:
    async def work() -> list[bytes]:
        return await asyncio.gather(*(reading.run(turn, bytes([n]) * size + b"!") for n, size in enumerate(sizes)))

    sizes = [0, 3_000_000, 10, 1_000_000, *range(100)]
    with open_reading() as reading:
        found = asyncio.run(work())
    assert found == [b"!" + bytes([n]) * size for n, size in enumerate(sizes)]


def test_what_goes_wrong_is_told_to_whoever_asked_and_the_next_reading_goes_on() -> None:
    async def ask(*asked: object) -> object:
        try:
            return await reading.run(*asked)  # type: ignore[arg-type]
        except Exception as error:
            return error

    async def work() -> list[object]:
        found = [await ask(call) for call in (refuse, raise_what_cannot_travel, sleep_for_ever)]
        died = await asyncio.gather(ask(turn, b"ab"), ask(os._exit, 1), ask(turn, b"cd"))
        return [*found, *died, await ask(turn, b"ef"), await ask(hang_out_of_reach), await ask(turn, b"gh")]

    with open_reading(1.0) as reading:
        refused, stubborn, slow, before, killer, beside, after, hung, last = asyncio.run(work())
    assert isinstance(refused, NotAFeed) and str(refused) == "no feed"
    assert isinstance(stubborn, RuntimeError) and "Stubborn: one" in str(stubborn)
    assert isinstance(slow, BadPage) and slow.kind == "too_slow"
    assert before == b"ba"
    assert isinstance(killer, BadPage) and killer.kind == "reader_died"
    assert beside == b"dc"
    assert after == b"fe"
    assert isinstance(hung, BadPage) and hung.kind == "reader_died"
    assert last == b"hg"


def test_a_reading_that_takes_too_much_memory_is_given_up_and_those_behind_it_go_on() -> None:
    async def ask(size: int) -> object:
        try:
            return len(await reading.run(bytes, size << 20))
        except BadPage as error:
            return error.kind

    async def work() -> list[object]:
        return await asyncio.gather(*map(ask, (20, 2000, 30, 3000, 3000, 40)))

    reading = Reading(30.0, 256)
    try:
        assert asyncio.run(work()) == [20 << 20, "too_heavy", 30 << 20, "too_heavy", "too_heavy", 40 << 20]
    finally:
        reading.close()


def end_badly(how: str) -> None:
    atexit.register({"hang": sleep_for_ever, "fail": partial(os._exit, 1)}[how])
    raise MemoryError


@pytest.mark.parametrize("how", ["hang", "fail"])
def test_a_worn_process_that_does_not_end_well_holds_up_nobody_and_blames_no_page(how: str) -> None:
    async def ask(*asked: object) -> object:
        try:
            return await reading.run(*asked)  # type: ignore[arg-type]
        except BadPage as error:
            return error.kind

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.05)
            longest = max(longest, time.monotonic() - before)

    async def work() -> list[object]:
        heart = asyncio.create_task(beat())
        answers = await asyncio.gather(ask(end_badly, how), ask(turn, b"ab"), ask(turn, b"cd"))
        heart.cancel()
        return answers

    longest = 0.0
    with open_reading() as reading:
        assert asyncio.run(work()) == ["too_heavy", b"ba", b"dc"]
    assert longest < 3


def test_a_process_that_does_not_start_is_no_page_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.reading.serve", os.close)
    with open_reading() as reading, pytest.raises(RuntimeError, match="does not start"):
        asyncio.run(reading.run(turn, b"ab"))


@pytest.mark.parametrize("used", [True, False])
def test_a_reading_is_closed_whether_it_was_used_or_not(used: bool) -> None:
    with open_reading() as reading:
        if used:
            assert asyncio.run(reading.run(turn, b"xy")) == b"yx"
