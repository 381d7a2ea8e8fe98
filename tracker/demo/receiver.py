"""A webhook receiver on a loopback port: checks the Standard Webhooks signature and keeps what it was sent."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Message:
    """One webhook whose signature was right."""

    id: str
    payload: Any
    received_at: datetime


class Receiver:
    """A running receiver: `messages` holds what was accepted, `refused` why the others were not."""

    def __init__(self, secret: str, port: int = 0) -> None:
        self.messages: list[Message] = []
        self.refused: list[str] = []
        self.fail_next = 0
        self._webhook = Webhook(secret)
        self._arrived = threading.Condition()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.receiver = self
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="demo-receiver", daemon=True
        )
        self._thread.start()

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        """Judges one request and gives the status to answer with; `fail_next` requests get 503 first."""
        with self._arrived:
            if self.fail_next > 0:
                self.fail_next -= 1
                return 503
            try:
                payload = self._webhook.verify(body, headers)
            except (WebhookVerificationError, ValueError) as error:
                self.refused.append(str(error))
                return 401
            identity = next(value for name, value in headers.items() if name.lower() == "webhook-id")
            self.messages.append(Message(identity, payload, datetime.now(UTC)))
            self._arrived.notify_all()
            return 204

    def wait_for(self, count: int, timeout: float = 10.0) -> list[Message]:
        """Waits until so many messages are there, or the time is over; gives those that are."""
        deadline = time.monotonic() + timeout
        with self._arrived:
            while len(self.messages) < count and (left := deadline - time.monotonic()) > 0:
                self._arrived.wait(left)
            return list(self.messages)

    def close(self) -> None:
        """Stops the server and waits for its thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def __enter__(self) -> Receiver:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start_receiver(secret: str, port: int = 0) -> Receiver:
    """Starts a receiver for webhooks signed with the secret (`whsec_` and base64); 0 takes any free port."""
    return Receiver(secret, port)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST:
            self.close_connection = True
            self._answer(413 if length.isdecimal() else 411)
            return
        self._answer(self.server.receiver.take(self.rfile.read(int(length)), dict(self.headers.items())))

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the console for the demo itself."""
