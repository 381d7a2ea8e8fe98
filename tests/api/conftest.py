from __future__ import annotations

import pytest

from domain.alerting import Alert
from storage.search import Search
from storage.sources import SourceRecord
from storage.store import open_store
from tests.api.factories import NOW, fill_week, open_client


@pytest.fixture(scope="module")
def filled():
    """A store with the demo's kind of week, and the ids of its events; for tests that only read."""
    with open_store("sqlite://") as store:
        store.sources.sync(
            [
                SourceRecord("chaoliu", "潮流", "zh", "CN", 0.8),
                SourceRecord("harbour", "Harbour", "en", "GB", 0.6),
                SourceRecord("silent", "Silent"),
            ]
        )
        ids = fill_week(store)
        store.outbox.put([Alert("mega-round", ids["bolt"], 1, NOW, amount_usd=105.5e6)])
        Search(store).refresh()
        yield store, ids


@pytest.fixture
def ids(filled):
    return filled[1]


@pytest.fixture
def store(filled):
    return filled[0]


@pytest.fixture
def client(filled):
    with open_client(filled[0]) as client:
        yield client
