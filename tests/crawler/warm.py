"""Crawls in processes forked from one that has everything loaded: loading takes longer than most tests' crawls."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Mapping
from multiprocessing.process import BaseProcess

import crawler.process

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["pytest", "crawler.running", "crawler.discovery", "alembic.command", "sqlite3"])


def run_child(job: str, environment: Mapping[str, str]) -> int:
    """Stands in for what starts `python -m crawler.process` and waits for its end."""
    process = start(job, environment)
    process.join()
    return process.exitcode or 0


def start(job: str, environment: Mapping[str, str]) -> BaseProcess:
    """Starts a process that does a crawler's job."""
    process = _context.Process(target=_do, args=(job, dict(environment)))
    process.start()
    return process


class _Held:
    """Standard input whose other end stays open."""

    def __init__(self, job: str) -> None:
        self._job = job

    def readline(self) -> str:
        return self._job

    def read(self) -> str:
        threading.Event().wait()
        return ""


def _do(job: str, environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin = _Held(job)  # type: ignore[assignment]
    # what this process starts in turn loads its main module
    sys.modules["__main__"] = crawler.process
    sys.exit(crawler.process.main())
