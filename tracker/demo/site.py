"""The newsroom as a web site on a loopback port, each outlet under its own path.

/robots.txt, /<outlet>/ (front page), /<outlet>/<feed or sitemap>, /<outlet>/about, and the pages where the outlet's
`path` puts them. Every answer has an ETag and a Last-Modified date, and a request that shows one it has gets 304.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from domain.errors import NotFound
from tracker.demo.feeds import WAYS
from tracker.demo.layouts import Frame, render_home, render_page
from tracker.demo.pages import Newsroom, Outlet, Page, load_newsroom
from tracker.demo.sources import write_sources

__all__ = ["Newsroom", "Outlet", "Page", "Resource", "Site", "load_newsroom", "start_site", "write_sources"]

_RELATED = 4


@dataclass(frozen=True, slots=True)
class Resource:
    """One answer of the site: bytes, their type and when they last changed."""

    body: bytes
    content_type: str
    modified_at: datetime
    status: int = 200

    @property
    def etag(self) -> str:
        """A strong validator, made from the bytes."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class Site:
    """A running site; `requests` holds (path, status) of every answer so far, in order."""

    def __init__(self, newsroom: Newsroom, port: int = 0) -> None:
        self._lock = threading.Lock()
        self._outlets = dict(newsroom.outlets)
        self._changed: dict[str, datetime] = {}
        self._extra: dict[str, Resource] = {}
        self.requests: list[tuple[str, int]] = []
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.site = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="demo-site", daemon=True)
        self._thread.start()

    @property
    def newsroom(self) -> Newsroom:
        """The outlets and pages as they are served now."""
        with self._lock:
            return Newsroom(dict(self._outlets))

    def publish(self, outlet_id: str, page: Page) -> str:
        """Adds a page to an outlet (or replaces the one with its slug) and gives its address."""
        with self._lock:
            outlet = self._outlets.get(outlet_id)
            if outlet is None:
                raise NotFound(repr(outlet_id), "no outlet of the newsroom")
            self._outlets[outlet_id] = outlet.with_page(page)
            self._changed[outlet_id] = datetime.now(UTC)
        return self.url + outlet.path_of(page)

    def put(self, path: str, body: bytes, content_type: str, status: int = 200) -> str:
        """Serves any bytes under a path, for tests of bad input, and gives the address."""
        self._extra[path] = Resource(body, content_type, datetime.now(UTC), status)
        return self.url + path

    def find(self, path: str) -> Resource | None:
        """What stands under a path, None where nothing does."""
        if path in self._extra:
            return self._extra[path]
        if path == "/robots.txt":
            return self._text(self._robots(), "text/plain", "utf-8", _EPOCH)
        with self._lock:
            outlet = self._outlets.get(path.split("/")[1]) if path.count("/") > 1 else None
            changed = self._changed.get(outlet.id) if outlet else None
        return self._find_in(outlet, path, changed) if outlet else None

    def _find_in(self, outlet: Outlet, path: str, changed: datetime | None) -> Resource | None:
        newest = max((p.published_at for p in outlet.pages), default=_EPOCH)
        modified = max(newest, changed) if changed else newest
        frame = Frame(outlet, self.url)
        rest = path.removeprefix(f"/{outlet.id}/")
        way = WAYS.get(outlet.way)
        if way and rest == way.file:
            return self._text(way.render(frame, outlet.pages), way.content_type, outlet.charset, modified)
        if rest == "":
            announced = way if outlet.way != "sitemap" else None
            feed = (announced.content_type, f"/{outlet.id}/{announced.file}") if announced else None
            home = render_home(frame, outlet.pages, feed)
            return self._text(home, "text/html", outlet.charset, modified)
        if rest in ("about", "search"):
            return self._text(render_home(frame, (), None), "text/html", outlet.charset, modified)
        page = next((page for page in outlet.pages if outlet.path_of(page) == path), None)
        if page is None:
            return None
        return self._text(self._render(page, outlet), "text/html", outlet.charset, page.published_at)

    def _render(self, page: Page, outlet: Outlet) -> str:
        others = [other for other in outlet.pages if other.slug != page.slug]
        return render_page(page, Frame(outlet, self.url, others[:_RELATED]))

    def _robots(self) -> str:
        lines = ["User-agent: *", "Disallow: /*/search", ""]
        lines += [
            f"Sitemap: {self.url}/{outlet.id}/{WAYS['sitemap'].file}"
            for outlet in self._outlets.values()
            if outlet.way == "sitemap"
        ]
        return "\n".join(lines) + "\n"

    @staticmethod
    def _text(text: str, content_type: str, charset: str, modified: datetime) -> Resource:
        return Resource(text.encode(charset), f"{content_type}; charset={charset}", modified)

    def close(self) -> None:
        """Stops the server and waits for its thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start_site(port: int = 0, newsroom: Newsroom | None = None) -> Site:
    """Serves the newsroom (ours, where none is given) on a loopback port; 0 takes any free one."""
    return Site(newsroom or load_newsroom(), port)


_EPOCH = datetime(2025, 1, 1, tzinfo=UTC)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    site: Site


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "newsroom"
    # without this, small answers wait for the client's delayed acknowledgement
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        found = self.server.site.find(path) or Resource(b"Not found\n", "text/plain; charset=utf-8", _EPOCH, 404)
        fresh = found.status == HTTPStatus.OK and self._has(found)
        status = HTTPStatus.NOT_MODIFIED if fresh else found.status
        self.server.site.requests.append((path, int(status)))
        self.send_response(status)
        self.send_header("ETag", found.etag)
        self.send_header("Last-Modified", format_datetime(found.modified_at.astimezone(UTC), usegmt=True))
        if not fresh:
            self.send_header("Content-Type", found.content_type)
            self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        if not fresh and self.command != "HEAD":
            self.wfile.write(found.body)

    do_HEAD = do_GET  # noqa: N815  (the name that http.server calls)

    def _has(self, found: Resource) -> bool:
        if tags := self.headers.get("If-None-Match"):
            return found.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")} or tags.strip() == "*"
        if since := self.headers.get("If-Modified-Since"):
            try:
                return found.modified_at.replace(microsecond=0) <= parsedate_to_datetime(since)
            except (ValueError, TypeError):
                return False
        return False

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the console for the demo itself; `Site.requests` has what was asked."""
