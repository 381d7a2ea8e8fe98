"""Answers remembered until anything is written: the same question costs its first asker alone.

A word that changes with every commit is read before an answer is made and again before it is given once more, so nobody
is told what is no longer so. Answers are kept packed, to a tenth of their size: ten years of weeks find room.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.version import StoreVersion

_ABOUT = tuple(
    f"/api/v1/{name}" for name in ("events", "weeks", "companies", "investors", "stats", "articles", "sources")
)
_LARGEST = 4_000_000
# a thousand events then take 55 kB and 6 ms to pack: ten years of such weeks fit
_LEVEL = 6
_VARY = ("accept", "accept-language", "host")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was answered, its body packed, and the route that did, by which requests are counted."""

    head: Message
    packed: bytes
    route: Any = None


@dataclass(slots=True)
class _Memory:
    """Answers by question, those asked for longest ago forgotten first."""

    most: int
    version: str | None = None
    size: int = 0
    answers: OrderedDict[tuple[str, ...], _Answer] = field(default_factory=OrderedDict)
    packing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def find(self, version: str, key: tuple[str, ...]) -> _Answer | None:
        """The answer to a question at a version."""
        if version != self.version:
            self.answers.clear()
            self.version, self.size = version, 0
        found = self.answers.get(key)
        if found is None:
            return None
        self.answers.move_to_end(key)
        return found

    def keep(self, version: str, key: tuple[str, ...], answer: _Answer) -> None:
        """Keeps an answer that was made at a version, unless that is over."""
        if version != self.version or key in self.answers:
            return
        self.answers[key] = answer
        self.size += len(answer.packed)
        while self.size > self.most:
            self.size -= len(self.answers.popitem(last=False)[1].packed)


def pack(body: bytes) -> bytes:
    """A body as it is kept."""
    return zlib.compress(body, _LEVEL)


def unpack(packed: bytes) -> bytes:
    """A body that was kept, as it was."""
    return zlib.decompress(packed)


class RememberMiddleware:
    """Gives an answer again while the store is as it was."""

    def __init__(self, app: ASGIApp, version: StoreVersion, most: int) -> None:
        self.app = app
        self._version = version
        self._memory = _Memory(most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        asked = scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(_ABOUT)
        version = await self._read_version() if asked else None
        if version is None:
            await self.app(scope, receive, send)
            return
        key = _describe(scope)
        found = self._memory.find(version, key)
        if found is not None:
            scope["route"] = found.route
            await send({**found.head, "headers": list(found.head["headers"])})
            await send({"type": "http.response.body", "body": unpack(found.packed)})
            return
        await self.app(scope, receive, _Listener(send, scope, self._memory, version, key))

    async def _read_version(self) -> str | None:
        return self._version.read() if self._version.is_local else await run_in_threadpool(self._version.read)


def _describe(scope: Scope) -> tuple[str, ...]:
    headers = Headers(scope=scope)
    # `current` is another week tomorrow
    day = datetime.now(UTC).date().isoformat()
    varying = (headers.get(name, "") for name in _VARY)
    return (scope["path"], scope["query_string"].decode("latin-1"), day, scope["scheme"], *varying)


class _Listener:
    """Passes an answer on and keeps it where it is a whole one."""

    def __init__(self, send: Send, scope: Scope, memory: _Memory, version: str, key: tuple[str, ...]) -> None:
        self._send, self._scope, self._memory, self._version, self._key = send, scope, memory, version, key
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            # those outside add headers of their own to what they are handed
            self._head = {**message, "headers": list(message["headers"])} if message["status"] == 200 else None
            await self._send(message)
            return
        # what comes in several parts is not kept
        head, self._head = self._head, None
        if head is not None and not message.get("more_body"):
            await self._keep(head, message.get("body", b""))
        await self._send(message)

    async def _keep(self, head: Message, body: bytes) -> None:
        """Keeps an answer, packed beside the others' answers; before it is sent, so that no more wait than ask."""
        if len(body) > _LARGEST:
            return
        # one after the other: each thread that packs keeps memory of its own
        async with self._memory.packing:
            packed = await run_in_threadpool(pack, body)
        self._memory.keep(self._version, self._key, _Answer(head, packed, self._scope.get("route")))
