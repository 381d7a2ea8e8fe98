"""When to ask a source again: as often as its file says, ever more seldom while it fails, never before it allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from crawler.ledger import Ledger
from crawler.sources import Source
from storage.sources import SourceState

_LONGEST_WAIT = timedelta(days=1)
# a crawl that is a little early must not skip a source for a whole turn
_SLACK = 0.9


def find_enabled(sources: Iterable[Source], switches: Mapping[str, bool]) -> list[Source]:
    """The sources that are on: by an operator's switch where there is one, else by their file."""
    return [source for source in sources if switches.get(source.id, source.enabled)]


def find_due(sources: Iterable[Source], ledger: Ledger, now: datetime, *, keep_cadence: bool) -> list[Source]:
    """The sources to ask now; those that asked for patience wait also where nobody keeps a cadence."""
    due = []
    for source in sources:
        states = [ledger.get_state(source, url) for _, url in source.addresses]
        # its pages may have asked too, which the state of the source as a whole tells
        if asks_for_patience([*states, ledger.get_state(source, "")], now) or (
            keep_cadence and not is_due(states, source.interval, now)
        ):
            ledger.tallies[source.id].count("not_due")
        else:
            due.append(source)
    return due


def asks_for_patience(states: Sequence[SourceState], now: datetime) -> bool:
    """Whether any of a source's addresses asked not to be fetched yet."""
    return any(state.retry_at and state.retry_at > now for state in states)


def is_due(states: Sequence[SourceState], interval: timedelta, now: datetime) -> bool:
    """Whether the interval has passed since the last fetch, or twice it after a failure, four times after two."""
    asked = [at for state in states for at in (state.last_success_at, state.last_failure_at) if at]
    if not asked:
        return True
    failures = min((state.failures for state in states), default=0)
    wait = min(interval * 2 ** min(failures, 16), max(_LONGEST_WAIT, interval))
    return now - max(asked) >= wait * _SLACK
