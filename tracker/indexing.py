"""Keeps the full-text index and the cards of listings up with what others write, beside whatever else is done."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from domain.errors import RoundwatchError

if TYPE_CHECKING:
    from storage.store import Store

log = logging.getLogger(__name__)
_PAUSE = 1.0
# so many things in one go: others that write wait no longer than that takes
_STEP = 100


@contextmanager
def indexing(store: Store, pause: float = _PAUSE) -> Iterator[None]:
    """Looks every so many seconds for what is new and takes it up, in a thread that ends with the block."""
    stop = threading.Event()
    thread = threading.Thread(target=_index_until, args=(stop, store, pause), name="index", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


def _index_until(stop: threading.Event, store: Store, pause: float) -> None:
    from api.cards import open_cards
    from storage.search import Search

    steps = {"full-text index": Search(store).refresh, "cards": open_cards(store).refresh}
    said: dict[str, str] = {}
    while not stop.is_set():
        for name, refresh in steps.items():
            try:
                while not stop.is_set() and refresh(_STEP):
                    pass
            except RoundwatchError as error:
                # a database that is away or full: worth one line, and tried again
                if str(error) != said.get(name):
                    said[name] = str(error)
                    log.error("%s: %s", name, error)
        stop.wait(pause)
