"""Crawls in processes forked from one that has everything loaded: loading takes longer than most tests' crawls."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Peaks:
    """The most memory that a crawl's processes held at a time, in megabytes."""

    crawler: float
    reader: float


def weigh_child(job: str, environment: Mapping[str, str]) -> Peaks:
    """Stands in for it too, and gives what it took."""
    ours, theirs = _context.Pipe(duplex=False)
    process = _context.Process(target=_weigh, args=(job, dict(environment), theirs))
    process.start()
    theirs.close()
    peaks: Peaks = ours.recv()
    process.join()
    return peaks


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


def _weigh(job: str, environment: Mapping[str, str], peaks: Connection) -> None:
    try:
        _do(job, environment)
    finally:
        # what getrusage tells of a process itself is what the one before it in its place took, if that was more
        own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
        reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        peaks.send(Peaks(int(own.split()[1]) / 1024, reader / 1024))
