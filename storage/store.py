"""The door of the store: open it, and everything that is kept hangs on it.

with open_store("sqlite:///data/roundwatch.sqlite") as store:
    store.articles.add(article)
    with store.transaction() as tx:      # what is written through tx is written together or not at all
        tx.events.apply(change)
        tx.outbox.put(alerts)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from storage.aliases import Aliases
from storage.articles import Articles
from storage.blocks import Blocks
from storage.dossiers import Dossiers
from storage.engine import Access, hide_password, migrate, open_engine
from storage.events import Events
from storage.extractions import Extractions
from storage.frontier import Frontier
from storage.judgements import Judgements
from storage.outbox import Outbox
from storage.redirects import Redirects
from storage.rules import Rules
from storage.runs import Runs
from storage.sources import Sources

DEFAULT_URL = "sqlite:///data/roundwatch.sqlite"


class Shelves:
    """All that is kept, over one way into the database."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self.articles = Articles(access)
        self.extractions = Extractions(access)
        self.aliases = Aliases(access)
        dossiers = Dossiers()
        self.events = Events(access, self.aliases, dossiers)
        self.blocks = Blocks(access, self.aliases, dossiers)
        self.redirects = Redirects(access)
        self.judgements = Judgements(access)
        self.outbox = Outbox(access)
        self.rules = Rules(access)
        self.sources = Sources(access)
        self.frontier = Frontier(access)
        self.runs = Runs(access)


class Store(Shelves):
    """An open store; safe to use from several threads, each statement or transaction on a connection of its own."""

    @property
    def url(self) -> str:
        """Where the store is, without the password."""
        return hide_password(self._access.engine.url)

    @contextmanager
    def transaction(self) -> Iterator[Shelves]:
        """What is written through the shelves given is written together or not at all; other mergers wait."""
        with self._access.writing(alone=True) as connection:
            bound = Access(self._access.engine, connection)
            yield Shelves(bound)
            bound.settle()

    def close(self) -> None:
        """Gives the connections back."""
        self._access.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(url: str = DEFAULT_URL, *, create: bool = True) -> Store:
    """Opens a store and brings its schema up to date; StoreError names it where that fails.

    `create=False` refuses a SQLite file that is not there.
    """
    access = Access(open_engine(url, create=create))
    try:
        migrate(access)
    except BaseException:
        access.engine.dispose()
        raise
    return Store(access)
