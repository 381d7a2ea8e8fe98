"""Writes down what a crawl finds, each step in one transaction, so that a killed crawl loses nothing.

an address was read      its new entries to the frontier + its validators to the source's state
a page was read          its article to the store + the entry done
something failed         the flaw to the state or to the frontier, and into the report
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from crawler.failures import Flaw
from crawler.parse.dates import Moment
from crawler.parse.feeds import Entry
from crawler.report import Tally
from crawler.sources import Source
from domain.article import Article
from storage.frontier import Pending
from storage.sources import SourceState
from storage.store import Shelves, Store

log = logging.getLogger(__name__)

_SUMMARY = 2000


@dataclass(frozen=True, slots=True)
class Found:
    """An article on its way to the store, and the entry that led to it; `stub` says why it is not whole."""

    source_id: str
    entry_url: str
    article: Article
    stub: str | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server wants to be shown at the next asking."""

    etag: str | None = None
    last_modified: str | None = None


class Ledger:
    """What one crawl of some sources writes into the store."""

    def __init__(self, store: Store, sources: Iterable[Source], *, keep_states: bool = True) -> None:
        self._store = store
        # a look at the past says nothing of how a source is today
        self._keep_states = keep_states
        self._states: dict[str, dict[str, SourceState]] = {}
        self.tallies = {source.id: Tally(source.id) for source in sources}

    def get_state(self, source: Source, url: str) -> SourceState:
        """What the last fetches of an address gave."""
        if source.id not in self._states:
            self._states[source.id] = self._store.sources.get_states(source.id)
        return self._states[source.id].get(url) or SourceState(source.id, url)

    def find_pending(self, source: Source) -> list[Entry]:
        """What is to be fetched of a source in this crawl: as much as its budget allows, the latest first."""
        found = self._store.frontier.pending(source.id, source.budget)
        if len(found) == source.budget:
            left = self._store.frontier.count_pending(source.id)
            self.tallies[source.id].count("postponed", left - source.budget)
        return [_read_entry(pending) for pending in found]

    def note_index(
        self, source: Source, url: str, entries: Sequence[Entry], whole: Sequence[Found], validators: Validators
    ) -> int:
        """Keeps what an address told of and gives how much of it is new; `whole` are articles that it gave in full."""
        tally = self.tallies[source.id]
        tally.count("read")
        tally.count("entries", len(entries))
        with self._store.transaction() as tx:
            new = tx.frontier.add(source.id, [_write_entry(entry) for entry in entries])
            self._keep(tx, whole)
            self._save_success(tx, source, url, validators)
        return len(new)

    def note_unchanged(self, source: Source, url: str) -> None:
        """Notes that an address has nothing new."""
        self.tallies[source.id].count("unchanged")
        before = self.get_state(source, url)
        self._save_success(self._store, source, url, Validators(before.etag, before.last_modified))

    def note_unasked(self, source: Source, url: str, number: int) -> None:
        """Notes that an address leads to more than one crawl asks for."""
        self.tallies[source.id].count("unasked_addresses", number)
        log.warning("%s: %s: leads to %d more addresses than one crawl asks for", source.id, url, number)

    def note_index_flaw(self, source: Source, url: str, flaw: Flaw) -> None:
        """Notes that an address could not be read."""
        tally = self.tallies[source.id]
        tally.count("failed_addresses")
        tally.blame(url, flaw.words)
        if not self._keep_states:
            return
        before = self.get_state(source, url)
        after = replace(
            before,
            last_failure_at=datetime.now(UTC),
            failures=before.failures + 1,
            last_error=flaw.words,
            flaw=flaw.kind,
            retry_at=flaw.retry_at,
        )
        self._save(self._store, after)

    def keep(self, batch: Sequence[Found]) -> None:
        """Keeps articles that were fetched."""
        with self._store.transaction() as tx:
            self._keep(tx, batch)

    def note_page_flaw(self, source: Source, url: str, flaw: Flaw) -> None:
        """Notes that a page could not be fetched or read."""
        tally = self.tallies[source.id]
        tally.count("held_back" if flaw.is_expected else "failed_pages")
        if not flaw.is_expected:
            tally.blame(url, flaw.words)
        if flaw.is_final:
            self._store.frontier.finish([url], flaw.kind)
        elif flaw.retry_at is None:
            self._store.frontier.fail(url, flaw.kind)
        else:
            self._ask_for_patience(source, flaw.retry_at)

    def _ask_for_patience(self, source: Source, until: datetime) -> None:
        """Notes that a source's pages must not be asked for yet."""
        before = self.get_state(source, "")
        if before.retry_at is None or before.retry_at < until:
            self._save(self._store, replace(before, retry_at=until))

    def _keep(self, tx: Shelves, batch: Sequence[Found]) -> None:
        new = tx.articles.add_many([found.article for found in batch])
        tx.frontier.finish([found.entry_url for found in batch])
        for found, is_new in zip(batch, new, strict=True):
            self.tallies[found.source_id].count("new" if is_new else "known")
            if is_new and found.stub:
                self.tallies[found.source_id].count("stubs")

    def _save_success(self, shelves: Shelves, source: Source, url: str, validators: Validators) -> None:
        if not self._keep_states:
            return
        after = replace(
            self.get_state(source, url),
            etag=validators.etag,
            last_modified=validators.last_modified,
            last_success_at=datetime.now(UTC),
            failures=0,
            last_error=None,
            flaw=None,
            retry_at=None,
        )
        self._save(shelves, after)

    def _save(self, shelves: Shelves, state: SourceState) -> None:
        shelves.sources.save(state)
        self._states[state.source_id][state.url] = state


def _write_entry(entry: Entry) -> Pending:
    moment = entry.moment
    facts: dict[str, Any] = {
        "title": entry.title,
        "on": moment.on.isoformat() if moment else None,
        "at": moment.at.isoformat() if moment and moment.at else None,
        "author": entry.author,
        "summary": entry.summary[:_SUMMARY],
        "language": entry.language,
    }
    return Pending(entry.url, {name: value for name, value in facts.items() if value})


def _read_entry(pending: Pending) -> Entry:
    told = pending.entry
    on, at = told.get("on"), told.get("at")
    moment = Moment(date.fromisoformat(on), datetime.fromisoformat(at) if at else None) if on else None
    return Entry(
        url=pending.url,
        title=told.get("title", ""),
        moment=moment,
        author=told.get("author"),
        summary=told.get("summary", ""),
        language=told.get("language"),
    )
