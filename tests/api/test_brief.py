"""Brief answers from a SQLite file are made where they are asked for: of what is stored now, whatever failed before."""

from __future__ import annotations

import threading

import pytest

from domain.errors import StoreError
from storage.cards import Cards
from storage.one_thread import open_for_one_thread
from storage.store import open_store
from tests.api.factories import deal, file, fill_week, money, open_client

WEEK = "/api/v1/weeks/2025-W04/events"


@pytest.fixture
def client(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store, open_client(store, remember_mb=0) as opened:
        fill_week(store)
        yield opened


@pytest.fixture
def threads(monkeypatch):
    """The names of the threads that read pages."""
    names: list[str] = []
    find = Cards.page

    def find_and_tell(self, *args, **asked):
        names.append(threading.current_thread().name)
        return find(self, *args, **asked)

    monkeypatch.setattr(Cards, "page", find_and_tell)
    return names


@pytest.mark.parametrize(
    ("address", "brief"),
    [
        (WEEK, True),
        (f"{WEEK}?limit=2&kind=equity&min_usd=1e6", True),
        ("/api/v1/weeks/latest/events?limit=100", True),
        (f"{WEEK}?limit=1000", True),
        (f"{WEEK}?q=Loom", False),
        (f"{WEEK}?sort=company", False),
        (f"{WEEK}?investor=SoftBank", False),
        (f"{WEEK}.csv", False),
        ("/api/v1/events", False),
    ],
)
def test_only_what_one_index_leads_to_is_read_beside_the_requests(client, threads, address, brief):
    assert client.get(address).status_code == 200
    (name,) = threads
    assert ("worker" not in name) is brief


def test_pages_follow_one_another_and_what_is_written_meanwhile_is_told(client):
    first = client.get(f"{WEEK}?limit=2").json()
    assert client.get(first["next"]).json()["items"][0] not in first["items"]
    file(client.app.state.store, deal("Tesserat", amount=money(7e11)))
    assert "Tesserat" in client.get(f"{WEEK}?limit=2").text
    assert client.get("/api/v1/weeks/1999-W04/events").status_code == 404


def test_a_connection_that_failed_is_replaced(client):
    own = client.app.state.own_store
    for failing in ("SELECT * FROM nowhere", "SELECT"):
        with pytest.raises(StoreError), own._access.reading() as connection:
            connection.exec_driver_sql(failing)
        assert client.get(WEEK).status_code == 200
    with pytest.raises(ZeroDivisionError), own._access.reading():
        raise ZeroDivisionError
    assert client.get(WEEK).status_code == 200
    with own._access.reading() as first, open_store(client.app.state.store.url) as other:
        assert not first.closed
        # no transaction is left open, which would keep the file's log from shrinking
        file(other, deal("Quaymont"))
    assert "Quaymont" in client.get(WEEK).text


def test_a_store_in_memory_has_no_second_connection():
    with open_store("sqlite://") as store:
        assert open_for_one_thread(store) is None
