"""What every response gets: an entity tag, 304 where it is known already, HEAD, and headers that keep browsers safe.

The tag is a hash of the body before compression, and weak, since gzip makes other bytes of the same content.
"""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
# what a 304 keeps (RFC 9110, 15.4.5) besides what concerns no body
_DROPPED = ("content-length", "content-type")


class HeadMiddleware:
    """Answers HEAD as GET without its body; outermost, so that the headers are those that GET would send."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        inner: Scope = {**scope, "method": "GET"}
        await self.app(inner, receive, send_head)
        # which route it was is for those outside, who count requests by it
        scope["route"] = inner.get("route")


class ConditionalMiddleware:
    """Gives answers to GET their entity tags; a response that comes in several parts is passed on as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "") if scope["method"] == "GET" else ""
        await self.app(scope, receive, _Sender(send, known))


class _Sender:
    """Holds the head of a response back until its body is there."""

    def __init__(self, send: Send, known: str) -> None:
        self._send = send
        self._known = known
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            for name, value in _SAFETY.items():
                headers.setdefault(name, value)
            self._head = message
            return
        if message["type"] == "http.response.body" and self._head is not None:
            head, self._head = self._head, None
            if not message.get("more_body") and head["status"] == 200:
                message = self._tag(head, message)
            await self._send(head)
        await self._send(message)

    def _tag(self, head: Message, message: Message) -> Message:
        headers = MutableHeaders(raw=head["headers"])
        # which processors have in their circuits
        tag = f'W/"{hashlib.sha256(message.get("body", b"")).hexdigest()[:24]}"'
        headers.setdefault("ETag", tag)
        headers.setdefault("Cache-Control", "no-cache")
        if not is_known(headers["ETag"], self._known):
            return message
        head["status"] = 304
        for name in _DROPPED:
            del headers[name]
        return {**message, "body": b""}


def is_known(tag: str, known: str) -> bool:
    """Whether If-None-Match names the tag, by weak comparison."""
    names = {name.strip().removeprefix("W/") for name in known.split(",")}
    return "*" in names or tag.removeprefix("W/") in names
