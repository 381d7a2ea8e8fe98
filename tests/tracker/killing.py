"""Kills a sender at random, again and again, while its receiver fails in every way, and counts what arrived."""

from __future__ import annotations

import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks import Webhook

from domain.alerting import Alert
from storage.store import Store, open_store
from tests.domain.days import NOW
from tests.domain.factories import deal
from tests.storage.factories import file
from tests.tracker.receivers import SECRET

ROOT = Path(__file__).parents[2]
# the sender: claims for two seconds at most, waits for a fifth of a second before it tries again
SENDER = """
import sys
from datetime import timedelta
from dataclasses import replace
from storage.store import open_store
from tracker.alerts.deliver import Backoff, build_deliverer
from tracker.settings import load_settings
table = {"url": sys.argv[2], "secret": sys.argv[3], "allow_private": True, "timeout": 1.0, "rate": "1000000/1s"}
settings = load_settings(store_url=sys.argv[1], alert_channels="webhook", alert_tables={"webhook": table},
    alert_rules="no-such-file.toml")
with open_store(settings.store_url) as store:
    waits = Backoff(attempts=100000, first=timedelta(seconds=0.05), factor=1.2, longest=timedelta(seconds=0.3))
    postman = replace(build_deliverer(store, settings), backoff=waits, lease=timedelta(seconds=1.5))
    print("ready", flush=True)
    while True:
        postman.deliver()
        postman.stop.wait(0.02)
"""


@dataclass
class Outcome:
    """What became of the alerts: how often each arrived, in which order, and what the sender went through."""

    due: list[str]
    arrived: list[str] = field(default_factory=list)
    refused: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    @property
    def lost(self) -> set[str]:
        return set(self.due) - set(self.arrived)

    @property
    def duplicates(self) -> int:
        return len(self.arrived) - len(set(self.arrived))

    @property
    def disordered(self) -> int:
        """Events whose correction came before the alert that it corrects."""
        first = {message_id: place for place, message_id in reversed(list(enumerate(self.arrived)))}
        return sum(
            first[message_id] < first.get(message_id.removesuffix(".1"), -1)
            for message_id in first
            if message_id.endswith(".1")
        )


class _Receiver(ThreadingHTTPServer):
    """Takes messages whose signature is right; fails a share of the time in one of many ways."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, outcome: Outcome, share: float, chance: random.Random) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.outcome, self.share, self.chance = outcome, share, chance
        self.webhook = Webhook(SECRET)
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that is killed leaves broken connections behind."""


class _Handler(BaseHTTPRequestHandler):
    server: _Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            # the sender was killed while it spoke: nothing arrived
            self.close_connection = True
            return
        with self.server.lock:
            way = self.server.chance.choice(WAYS) if self.server.chance.random() < self.server.share else None
            if way:
                self.server.outcome.failures[way] += 1
        if way:
            getattr(self, f"fail_{way}")()
            return
        try:
            self.server.webhook.verify(body, dict(self.headers))
        except Exception:
            self.server.outcome.refused += 1
        with self.server.lock:
            self.server.outcome.arrived.append(self.headers["Webhook-Id"])
        self.answer(204)

    def answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def fail_error(self) -> None:
        self.answer(500)

    def fail_busy(self) -> None:
        self.answer(429, Retry_After="1")

    def fail_away(self) -> None:
        self.answer(302, Location="http://127.0.0.1:9/")

    def fail_reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def fail_timeout(self) -> None:
        time.sleep(1.4)
        self.close_connection = True

    def fail_drip(self) -> None:
        for byte in b"HTTP/1.1 200 OK":
            self.wfile.write(bytes((byte,)))
            time.sleep(0.1)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


WAYS = [name.removeprefix("fail_") for name in vars(_Handler) if name.startswith("fail_")]


def run_killing(
    folder: Path, alerts: int, kills: int, *, share: float = 0.02, seed: int = 1, gone_for: float = 0.5
) -> Outcome:
    """Puts alerts and corrections, lets a sender deliver them, and kills it so often at random moments."""
    chance = random.Random(seed)
    url = f"sqlite:///{folder / 'store.sqlite'}"
    with open_store(url) as store:
        outcome = Outcome(_fill(store, alerts))
        receiver = _Receiver(outcome, share, random.Random(seed))
        thread = threading.Thread(target=receiver.serve_forever, args=(0.02,), daemon=True)
        # nobody listens at first: connections wait in the queue and time out
        arguments = [url, f"http://127.0.0.1:{receiver.server_port}/hook", SECRET]
        _send_for(arguments, gone_for)
        thread.start()
        while outcome.kills < kills:
            # in the middle of the sender's work, however busy the machine is, and never when it is done
            _send_some(arguments, outcome, chance.randint(1, max(1, len(outcome.due) * 2 // (3 * kills))), chance)
            outcome.kills += 1
        _send_rest(arguments, store)
        receiver.shutdown()
        receiver.server_close()
    return outcome


def _fill(store: Store, alerts: int) -> list[str]:
    """Alerts about a few events, every fifth with a correction; gives the ids of all messages."""
    events = [file(store, deal(f"Company {number}")) for number in range(10)]
    due = []
    for number in range(alerts):
        rule, event_id = f"rule-{number}", events[number % len(events)]
        put = [Alert(rule, event_id, 1, NOW)] + ([Alert(rule, event_id, 2, NOW, 1)] if number % 5 == 0 else [])
        store.outbox.put(put)
        due += [alert.id for alert in put]
    return due


def _start(arguments: list[str]) -> subprocess.Popen[str]:
    sender = subprocess.Popen(
        [sys.executable, "-c", SENDER, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert sender.stdout and sender.stdout.readline() == "ready\n"
    return sender


def _kill(sender: subprocess.Popen[str]) -> None:
    sender.send_signal(signal.SIGKILL)
    sender.communicate()


def _send_for(arguments: list[str], seconds: float) -> None:
    sender = _start(arguments)
    time.sleep(seconds)
    _kill(sender)


def _send_some(arguments: list[str], outcome: Outcome, count: int, chance: random.Random) -> None:
    """Lets a sender deliver so many messages, and kills it at any moment of those that follow."""
    sender = _start(arguments)
    began = time.monotonic()
    goal, deadline = len(outcome.arrived) + count, began + 60
    while len(outcome.arrived) < goal and time.monotonic() < deadline:
        time.sleep(0.001)
    # over the length of some messages, as long as these take now: no moment of a message is likelier than another
    time.sleep(chance.uniform(0, 3 * (time.monotonic() - began) / count))
    _kill(sender)


def _send_rest(arguments: list[str], store: Store) -> None:
    sender = _start(arguments)
    deadline = time.monotonic() + 600
    while store.outbox.counts()["waiting"] and time.monotonic() < deadline:
        time.sleep(0.1)
    _kill(sender)
