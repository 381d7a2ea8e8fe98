"""Reads what was downloaded in a process of its own, so that a heavy or hostile page holds up no download.

    run(read, page) ─→ socket ─→ the process: read(page) ─→ socket ─→ what it gives or raises

A reading that takes too long is given up; one that takes too much memory, kills its process, or hangs where no signal
reaches it, costs that process, and a new one goes on with what was waiting behind it.
Work and answers go through one socket in their order, since a pool of processes with its threads and queues takes
longer for a page than all else that the crawl does about it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import resource
import signal
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Any, ParamSpec, TypeVar, cast

from crawler.parse.pages import BadPage

P = ParamSpec("P")
R = TypeVar("R")
_HEAD = 8
_MEMORY_MB = 512
# how long a reading may go on after it was to be given up
_GRACE = 5.0


class NotReached(Exception):
    """The process died before it came to this work."""


class Reading:
    """A process that reads; it is started by the first reading."""

    def __init__(self, seconds: float, memory_mb: int = _MEMORY_MB, grace: float = _GRACE) -> None:
        self._seconds, self._memory_mb, self._grace = seconds, memory_mb, grace
        self._reader: _Reader | None = None
        self._starting = asyncio.Lock()

    async def run(self, read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `read` gives for these arguments; BadPage where it takes too much or kills the process.

        RuntimeError where no process starts.
        """
        while True:
            try:
                answer: R = await (await self._get_reader()).ask(partial(read, *args, **kwargs))
            except NotReached:
                # each death blames one work, so that this comes to an end
                continue
            return answer

    async def _get_reader(self) -> _Reader:
        async with self._starting:
            if self._reader is None or self._reader.has_ended:
                self._reader = await _start_reader(self._seconds, self._memory_mb, self._seconds + self._grace)
        return self._reader

    def close(self) -> None:
        """Ends the process."""
        if self._reader is not None:
            self._reader.end()


class _Reader(asyncio.Protocol):
    """The process seen from outside: answers come in the order of the work."""

    def __init__(self, process: SpawnProcess, ours: socket.socket, patience: float) -> None:
        self.has_ended = False
        # starting takes as long as the machine makes it take
        self._is_up = False
        # it said with its last answer that it would read nothing more
        self._is_worn = False
        self._process, self._ours, self._patience = process, ours, patience
        self._watch: asyncio.TimerHandle | None = None
        self._outgoing: asyncio.WriteTransport
        self._incoming = bytearray()
        self._waiting: deque[asyncio.Future[Any]] = deque()

    def ask(self, work: Callable[[], Any]) -> asyncio.Future[Any]:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        self._outgoing.write(_pack(work))
        if self._watch is None and self._is_up:
            self._watch_over()
        return answer

    def end(self) -> None:
        self._process.kill()
        self._process.join()

    def _watch_over(self) -> None:
        """Waits for the next answer, as long as there is one to wait for."""
        if self._watch is not None:
            self._watch.cancel()
        self._watch = (
            asyncio.get_running_loop().call_later(self._patience, self._process.kill) if self._waiting else None
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._outgoing = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._incoming += data
        while len(self._incoming) >= _HEAD:
            end = _HEAD + int.from_bytes(self._incoming[:_HEAD], "big")
            if len(self._incoming) < end:
                return
            answer = bytes(self._incoming[_HEAD:end])
            del self._incoming[:end]
            # the first one says that it is up
            if self._is_up:
                succeeded, value, self._is_worn = pickle.loads(answer)  # noqa: S301 - from our own process
                self._settle(succeeded, value)
            self._is_up = True
        self._watch_over()

    def connection_lost(self, error: Exception | None) -> None:
        self.has_ended = True
        self._receive_the_rest()
        # what is left of it reads nothing more: no other source need wait for its end
        self._process.kill()
        if self._waiting and not self._is_up:
            self._settle(False, RuntimeError("the process that reads does not start"))
        elif self._waiting and not self._is_worn:
            self._settle(False, BadPage("reader_died", "the process that reads died of it"))
        while self._waiting:
            self._settle(False, NotReached())
        self._watch_over()

    def _receive_the_rest(self) -> None:
        """Takes the answers given before the end: where work met a dead process, asyncio leaves them unread."""
        with suppress(OSError):
            while rest := self._ours.recv(1 << 16):
                self.data_received(rest)

    def _settle(self, succeeded: bool, value: Any) -> None:
        answer = self._waiting.popleft()
        if answer.done():
            # whoever was waiting was stopped
            return
        if succeeded:
            answer.set_result(value)
        else:
            answer.set_exception(value)


async def _start_reader(seconds: float, memory_mb: int, patience: float) -> _Reader:
    ours, theirs = socket.socketpair()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=serve, args=(theirs, seconds, memory_mb), daemon=True)
    process.start()
    theirs.close()
    loop = asyncio.get_running_loop()
    _, reader = await loop.create_unix_connection(lambda: _Reader(process, ours, patience), sock=ours)
    return reader


def serve(connection: socket.socket, seconds: float, memory_mb: int) -> None:
    """Does the work that comes in, until whoever gives it is gone or a work has used up the memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _give_up)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    with connection, connection.makefile("rwb") as stream:
        try:
            stream.write(_pack((True, None, False)))
            stream.flush()
            while len(head := stream.read(_HEAD)) == _HEAD:
                work = stream.read(int.from_bytes(head, "big"))
                answer, is_worn = _do(work, seconds)
                stream.write(answer)
                stream.flush()
                if is_worn:
                    return
        except ConnectionError:
            return


def _do(work: bytes, seconds: float) -> tuple[bytes, bool]:
    """The answer, and whether this process is worn out: what memory is left after too much of it lies in pieces."""
    try:
        return _pack((True, _run_limited(seconds, pickle.loads(work)), False)), False  # noqa: S301 - from our own process
    except MemoryError:
        return _pack((False, BadPage("too_heavy", "reading it takes too much memory"), True)), True
    except Exception as error:
        return _pack_failure(error), False


def _pack_failure(error: Exception) -> bytes:
    try:
        return _pack((False, error, False))
    except Exception:
        # a library's own exception that cannot travel
        return _pack((False, RuntimeError(f"{type(error).__name__}: {error}"), False))


def _pack(value: object) -> bytes:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(_HEAD, "big") + data


def _give_up(number: int, frame: FrameType | None) -> None:
    raise BadPage("too_slow", "reading it takes too long")


def _run_limited(seconds: float, read: Callable[[], R]) -> R:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return read()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
