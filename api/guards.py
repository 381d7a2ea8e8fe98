"""What stands before the routes: bodies bounded, requests counted and limited, keys asked for where reading takes one.

request ─→ metrics ─→ rate limit ─→ body limit ─→ key ─→ the app
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import check_reader, find_holder, read_word
from api.problems import RequestError, answer_roundwatch_error, build_problem, respond_problem
from domain.errors import RoundwatchError

MAX_BODY = 1_000_000
# whoever asks from more addresses than these pushes the oldest ones out
_MOST_CALLERS = 50_000


class Metrics:
    """The figures of one app, for Prometheus."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("roundwatch_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "roundwatch_request_seconds",
            "Seconds to answer a request.",
            ("route",),
            registry=self.registry,
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
        )


class MetricsMiddleware:
    """Counts each request under its route, so that a scan of addresses makes no new names."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self.metrics.requests.labels(scope["method"], route, status).inc()
            self.metrics.seconds.labels(route).observe(time.perf_counter() - begun)


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True)
class RateLimit:
    """So many requests in so many seconds for each caller, as a bucket that fills up steadily."""

    count: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)

    def take(self, caller: str) -> tuple[int, float]:
        """What is left after this request, below 0 where it is refused, and the seconds until there is more."""
        now = self.clock()
        bucket = self._buckets.pop(caller, None) or _Bucket(self.count, now)
        bucket.left = min(self.count, bucket.left + (now - bucket.at) * self.count / self.seconds)
        bucket.at = now
        self._buckets[caller] = bucket
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.popitem(last=False)
        if bucket.left < 1:
            return -1, (1 - bucket.left) * self.seconds / self.count
        bucket.left -= 1
        return int(bucket.left), 0.0


def parse_rate(text: str) -> RateLimit | None:
    """Reads `600/60`, so many requests in so many seconds; None where it is empty."""
    if not text:
        return None
    count, _, seconds = text.partition("/")
    return RateLimit(int(count), float(seconds))


class GuardMiddleware:
    """Refuses what is too much, too large or without the key that it takes."""

    def __init__(self, app: ASGIApp, rate: RateLimit | None, *, require_key: bool) -> None:
        self.app = app
        self.rate = rate
        self.require_key = require_key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http" or scope["path"] in ("/healthz", "/readyz"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            await self._limit(request)
            if self.require_key and scope["path"] != "/metrics" and not scope["path"].startswith("/static/"):
                await run_in_threadpool(check_reader, request)
            receive = _bound(request, receive)
        except RequestError as error:
            await _refuse(request, error, receive, send)
            return
        except RoundwatchError as error:
            response = await answer_roundwatch_error(request, error)
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _limit(self, request: Request) -> None:
        if self.rate is None:
            return
        word = read_word(request.headers.get("authorization", ""), request.headers.get("x-api-key", ""))
        # a key that is none gets no bucket of its own: whoever makes keys up is counted by address
        holder = await run_in_threadpool(find_holder, request, word) if word else None
        left, wait = self.rate.take(holder or (request.client.host if request.client else ""))
        if left < 0:
            told = f"more than {self.rate.count} requests in {self.rate.seconds:.0f} seconds"
            raise RequestError(429, "rate", told, hint=f"Try again in {int(wait) + 1} seconds.")


class _TooLarge(HTTPException):
    """A body that turned out too large while it was read; the framework passes on this kind of error alone."""

    def __init__(self) -> None:
        super().__init__(413, f"the body has more than {MAX_BODY} bytes")


def _too_large() -> RequestError:
    return RequestError(413, "body", f"more than {MAX_BODY} bytes", hint="Send less; nothing here takes as much.")


def _bound(request: Request, receive: Receive) -> Receive:
    length = request.headers.get("content-length", "0")
    if request.method not in ("GET", "HEAD") and length.isdecimal() and int(length) > MAX_BODY:
        raise _too_large()
    taken = 0

    async def count() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            raise _TooLarge
        return message

    return count


async def _refuse(request: Request, error: RequestError, receive: Receive, send: Send) -> None:
    problem = build_problem(error.status, str(error), request.url.path, hint=error.hint)
    wait = {"Retry-After": "".join(filter(str.isdigit, error.hint or ""))} if error.status == 429 else None
    response = respond_problem(request, problem, wait)
    await response(request.scope, receive, send)
