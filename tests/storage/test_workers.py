"""Several workers at once, and workers that are killed: each round is filed once, and nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, func, select

from domain.gazetteer import load_gazetteer
from storage.models import EventMentionRow
from storage.rows import table
from storage.store import Store, open_store
from tests.domain.days import NOW
from tests.storage.news import build_news, export_store, fill_store
from tracker import stages
from tracker.refiling import rebuild
from tracker.stages import merge

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.storage.test_workers"])
# read before the workers are forked, so that each of them has it at once
load_gazetteer()
COMPANIES = 3


def merge_all(url: str) -> None:
    with open_store(url) as store:
        merge(store, now=NOW)


def merge_until(url: str, statements: int) -> None:
    """Merges, and dies without warning before a certain statement; in small bites, to get something done before."""
    stages._BATCH = 2
    with open_store(url) as store:
        left = iter(range(statements))

        def count(*_: Any) -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(store._access.engine, "before_cursor_execute", count)
        merge(store, now=NOW)


def run(*targets: tuple[Any, ...]) -> list[int | None]:
    workers = [_PROCESSES.Process(target=function, args=arguments) for function, *arguments in targets]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [worker.exitcode for worker in workers]


def expected(companies: int) -> bytes:
    with open_store("sqlite://") as store:
        fill_store(store, build_news(companies))
        merge(store, now=NOW)
        return export_store(store)


def count_mentions(store: Store) -> int:
    with store._access.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table(EventMentionRow))) or 0


def check_whole(store: Store, companies: int) -> None:
    assert store.extractions.count_unmerged() == 0
    assert count_mentions(store) == 6 * companies
    rebuild(store, now=NOW)
    assert export_store(store) == expected(companies)


def test_two_workers_that_merge_at_once_never_make_two_events_of_one_round(url: str) -> None:
    with open_store(url) as store:
        fill_store(store, build_news(COMPANIES))
        assert run(*[(merge_all, url)] * 2) == [0, 0]
        check_whole(store, COMPANIES)


def kill_and_go_on(url: str, companies: int, kills: int) -> None:
    random = Random(11)
    with open_store(url) as store:
        fill_store(store, build_news(companies))
        killed = 0
        while store.extractions.count_unmerged():
            killed += run((merge_until, url, random.randrange(4, 60))) == [-signal.SIGKILL]
        run((merge_all, url))
        assert killed >= kills
        check_whole(store, companies)


def test_a_worker_that_is_killed_anywhere_loses_nothing_and_files_nothing_twice(url: str) -> None:
    kill_and_go_on(url, 2 * COMPANIES, kills=5)


@pytest.mark.slow
def test_a_worker_that_is_killed_two_hundred_times_loses_nothing(url: str) -> None:
    kill_and_go_on(url, 90, kills=200)
