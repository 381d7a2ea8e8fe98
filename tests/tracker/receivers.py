"""A webhook receiver on loopback that checks signatures and can be told how to answer."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook

SECRET = "whsec_" + "c2VjcmV0LWZvci10aGUtdGVzdHMtb25seQ=="
OTHER_SECRET = "whsec_" + "YW5vdGhlci1zZWNyZXQtZm9yLXRoZS10ZXN0cw=="


class Receiver(ThreadingHTTPServer):
    """Answers with `answers` in turn (status, headers, delay in seconds), then with 204; keeps what it took."""

    daemon_threads = True

    def __init__(self, secret: str = SECRET) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.webhook = Webhook(secret)
        self.answers: list[tuple[int, dict[str, str], float]] = []
        self.taken: list[tuple[str, dict]] = []
        self.seen_ids: list[str] = []
        # what a robot says besides its status, to messages that nobody signed
        self.said: list[bytes] = []
        self.heard: list[tuple[str, dict]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook/s3cret-path"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen_ids.append(self.headers["Webhook-Id"])
        status, headers, delay = self.server.answers.pop(0) if self.server.answers else (204, {}, 0.0)
        if status == 0:
            # reset after reading: close without an answer
            self.close_connection = True
            self.connection.close()
            return
        said = self.server.said.pop(0) if self.server.said else b""
        if said:
            status = 200
            self.server.heard.append((self.path, json.loads(body)))
        elif status < 300:
            try:
                self.server.taken.append(
                    (self.headers["Webhook-Id"], self.server.webhook.verify(body, dict(self.headers)))
                )
            except Exception:
                status = 401
        time.sleep(delay)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if said:
            self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def receiver(secret: str = SECRET) -> Iterator[Receiver]:
    server = Receiver(secret)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
