"""`./run demo`: the real program on a small world of our own.

newsroom ─→ demo site (HTTP, loopback) ─→ crawl ─→ extract ─→ merge ─→ alert ─→ console, the demo's receiver
                                                                  └→ the week's table, the API and its page
"""

from __future__ import annotations

import base64
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from domain.week import parse_week
from tracker.commands.options import warn
from tracker.cycle import Ground, run_stages
from tracker.progress import PlainProgress, RichProgress, build_progress
from tracker.reporting import print_report
from tracker.settings import TrackerSettings, load_settings

if TYPE_CHECKING:
    from storage.store import Store
    from tracker.demo.pages import Newsroom
    from tracker.demo.receiver import Receiver

DEMO_WEEK = "2025-W04"
DEMO_STAGES = ("crawl", "extract", "merge", "alert")
_HOST = "127.0.0.1"


def run_demo(
    *, serve: bool = True, port: int | None = None, store_url: str | None = None, newsroom: Newsroom | None = None
) -> bool:
    """Goes the whole road once and prints the week's table; True where every stage did all of its work."""
    from tracker.serving import check_port, find_port

    if port is not None:
        check_port(_HOST, port)
    port = port or find_port(_HOST)
    progress = build_progress()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roundwatch-demo-")))
        settings, receiver = stack.enter_context(_prepare(folder, store_url, port))
        store = stack.enter_context(_open(settings))
        ok = _go(store, settings, folder, newsroom, progress)
        progress.say(f"receiver: {len(receiver.messages)} signed webhooks arrived, {len(receiver.refused)} refused\n")
        ok = ok and not receiver.refused
        _print_tables(store)
        if serve:
            _serve(store, settings, port, progress)
    return ok


@contextmanager
def _prepare(folder: Path, store_url: str | None, port: int) -> Iterator[tuple[TrackerSettings, Receiver]]:
    """Starts the receiver and makes the settings that send alerts to it and to the console."""
    from tracker.demo.receiver import start_receiver

    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    with start_receiver(secret) as receiver:
        settings = load_settings(
            store_url=store_url or f"sqlite:///{folder / 'demo.sqlite'}",
            public_url=f"http://{_HOST}:{port}",
            alert_rules=Path(__file__).with_name("alerts.toml"),
            alert_channels=("console", "webhook"),
            alert_tables={"webhook": {"url": receiver.url, "secret": secret, "allow_private": True}},
        )
        yield settings, receiver


def _open(settings: TrackerSettings) -> Store:
    from storage.store import open_store

    return open_store(settings.store_url)


def _go(
    store: Store,
    settings: TrackerSettings,
    folder: Path,
    newsroom: Newsroom | None,
    progress: PlainProgress | RichProgress,
) -> bool:
    from tracker.demo.site import start_site, write_sources

    with start_site(newsroom=newsroom) as site:
        pages = sum(1 for _ in site.newsroom.iter_pages())
        progress.say(f"demo site: {len(site.newsroom.outlets)} outlets with {pages} pages at {site.url}")
        sources = folder / "sources"
        sources.mkdir()
        write_sources(sources, site.url, site.newsroom.outlets.values())
        # the demo's site is on loopback, and has no need of being spared
        ground = Ground(store, settings, sources, {"allow_private": True, "delay": 0.0})
        return run_stages(DEMO_STAGES, ground, progress, warn)


def _print_tables(store: Store) -> None:
    for language in ("zh", "en"):
        print_report(store, parse_week(DEMO_WEEK), language, "text")
        print()


def _serve(store: Store, settings: TrackerSettings, port: int, progress: PlainProgress | RichProgress) -> None:
    from tracker.serving import serve_store

    def announce(address: str) -> None:
        progress.say(f"page:  {address}/weeks/{DEMO_WEEK}")
        progress.say(f"API:   {address}/api/v1/weeks/{DEMO_WEEK}/events  ({address}/docs)")
        progress.say("Ctrl-C ends it")

    serve_store(store, settings, _HOST, port, announce)
