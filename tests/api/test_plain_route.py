"""Plain questions are read without the framework: what is told must be what it would tell."""

from __future__ import annotations

import pytest

from api import plain_route
from api.listing import EventFilters, WeekRangeFilters
from api.plain_route import read_filters
from storage.store import open_store
from tests.api.factories import fill_week, open_client

WEEK = "/api/v1/weeks/2025-W04/events"
PLAIN = [
    WEEK,
    f"{WEEK}?limit=2",
    f"{WEEK}.csv?kind=debt&kind=equity",
    f"{WEEK}?limit=1&limit=2",
    f"{WEEK}?q=Loom%20field&sort=company",
    f"{WEEK}.atom",
    f"{WEEK}.atom?lang=zh",
    "/api/v1/weeks/latest/events",
    "/api/v1/events?since=2025-01-20&until=2025-01-26&min_usd=1e8&limit=1000",
    "/api/v1/events?from=2025-W01&to=latest&country=us&round=series-b%2B",
    "/api/v1/events?as_of=2025-02-01T12:00:00Z",
    "/api/v1/events.feed.json?company=Loomfield+%E6%9C%AA",
]
OTHER = [
    f"{WEEK}?lang=fr",
    f"{WEEK}?limit=0",
    f"{WEEK}?limit=",
    f"{WEEK}?kind=",
    f"{WEEK}?from_=2025-W04",
    f"{WEEK}?from=2025-W04",
    f"{WEEK}.docx",
    f"{WEEK}?country=USA",
    f"/api/v1/weeks/{'2' * 33}/events",
    "/api/v1/events?from_=2025-W04",
    "/api/v1/events?since=yesterday",
    "/api/v1/events?as_of=2025-02-01T12:00:00",
    "/api/v1/events?q=%00",
    "/api/v1/events?round=nonsense",
]


@pytest.fixture(scope="module")
def client():
    with open_store("sqlite://") as store, open_client(store) as opened:
        fill_week(store)
        yield opened


@pytest.mark.parametrize("address", [*PLAIN, *OTHER])
def test_the_answer_is_the_same_whoever_reads_the_question(client, monkeypatch, address):
    quick = client.get(address)
    monkeypatch.setattr(plain_route, "read_filters", lambda *_: None)
    whole = client.get(address)
    assert (quick.status_code, quick.content, quick.headers) == (whole.status_code, whole.content, whole.headers)
    assert (quick.status_code == 200) == (address in PLAIN)


def read(address: str):
    model = EventFilters if "/weeks/" in address else WeekRangeFilters
    return read_filters(model, address.partition("?")[2])


def test_plain_questions_are_read_here_and_doubtful_ones_are_not():
    assert None not in [read(address) for address in PLAIN]
    left = [address for address in OTHER if read(address) is None]
    # what is left is wrong in the path
    assert [address for address in OTHER if address not in left] == [f"{WEEK}.docx", f"/api/v1/weeks/{'2' * 33}/events"]
