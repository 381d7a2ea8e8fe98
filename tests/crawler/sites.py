"""Small web sites on loopback, each on an address of its own, so that one host's trouble is no other's."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Serve = Callable[["Handler"], None]
_numbers = itertools.count(1)


@dataclass
class LocalSite:
    """A running site: what it serves by path, and the requests it had as (time, path, headers)."""

    routes: dict[str, Serve] = field(default_factory=dict)
    requests: list[tuple[float, str, Mapping[str, str]]] = field(default_factory=list)
    url: str = ""

    def put(
        self, path: str, body: bytes | str, content_type: str = "text/html", status: int = 200, **headers: str
    ) -> str:
        data = body.encode() if isinstance(body, str) else body
        self.routes[path] = lambda handler: handler.answer(data, content_type, status, headers)
        return self.url + path

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.requests]

    def times(self, path: str) -> list[float]:
        return [at for at, asked, _ in self.requests if asked == path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: LocalSite

    def do_GET(self) -> None:
        self.site.requests.append((time.monotonic(), self.path, dict(self.headers)))
        serve = self.site.routes.get(self.path)
        try:
            if serve:
                serve(self)
            else:
                self.answer(b"not here", "text/plain", 404, {})
        except OSError:
            self.close_connection = True

    def answer(self, body: bytes, content_type: str, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers and "Transfer_Encoding" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


def has_ipv6() -> bool:
    """Whether there is a loopback of the newer protocol."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


class _Server6(_Server):
    address_family = socket.AF_INET6


@contextmanager
def local_site(context: ssl.SSLContext | None = None, host: str | None = None) -> Iterator[LocalSite]:
    site = LocalSite()
    handler = type("SiteHandler", (Handler,), {"site": site})
    host = host or f"127.0.1.{next(_numbers) % 250 + 1}"
    server = (_Server6 if ":" in host else _Server)((host, 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    netloc = f"[{host}]" if ":" in host else host
    site.url = f"{'https' if context else 'http'}://{netloc}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def render_rss(links: Iterable[str | tuple[str, str]], **more: str) -> str:
    items = []
    for number, link in enumerate(links):
        url, date = link if isinstance(link, tuple) else (link, "Wed, 22 Jan 2025 10:00:00 GMT")
        items.append(
            f"<item><title>Startup {number} raises ${number + 1} million</title><link>{url}</link>"
            f"<pubDate>{date}</pubDate><description>In short.</description>{more.get('item', '')}</item>"
        )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{"".join(items)}</channel></rss>'


def render_article(title: str = "Startup raises $7 million", text: str | None = None) -> str:
    body = text or (
        f"{title}, the company said on Wednesday. The round was led by Example Ventures, with several angels. "
        "It will hire forty people in Leeds and open an office in Lisbon before the summer."
    )
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<time datetime='2025-01-22T10:00:00Z'></time><p>{body}</p></article></body></html>"
    )
