from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import openpyxl
import pyarrow.parquet as parquet
import pytest

from api.forms import match_form
from storage.store import open_store
from tests.api.factories import NOW, deal, file, money, open_client

LISTINGS = [
    "events",
    "weeks/2025-W04/events",
    "weeks",
    "companies",
    "investors",
    "sources",
    "stats",
    "changes",
    "search?q=raises",
    "alerts",
]
READ = {
    "csv": lambda body: list(csv.DictReader(io.StringIO(body.decode()))),
    "ndjson": lambda body: [json.loads(line) for line in body.splitlines()],
    "parquet": lambda body: parquet.read_table(io.BytesIO(body)).to_pylist(),
    "xlsx": lambda body: _read_sheet(body),
}


def _read_sheet(body):
    first, *rows = openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
    return [dict(zip(first, row, strict=True)) for row in rows]


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("listing", LISTINGS)
def test_every_listing_comes_as_a_table_by_extension_and_by_accept(client, listing, form):
    path, _, query = listing.partition("?")
    items = client.get(f"/api/v1/{listing}").json()["items"]
    answer = client.get(f"/api/v1/{path}.{form}?{query}")
    assert answer.status_code == 200, answer.text
    assert f".{form}" in answer.headers["content-disposition"]
    rows = READ[form](answer.content)
    assert len(rows) == len(items) > 0
    media_type = answer.headers["content-type"].split(";")[0]
    again = client.get(f"/api/v1/{listing}", headers={"Accept": media_type})
    assert again.headers["content-type"] == answer.headers["content-type"]
    assert "Accept" in again.headers["vary"]


def test_amounts_in_tables_are_numbers_with_their_bounds(client, ids):
    rows = {row["id"]: row for row in READ["parquet"](client.get("/api/v1/events.parquet").content)}
    row = rows[ids["weilai"]]
    assert (row["amount_min"], row["amount_max"], row["amount_currency"]) == (10_000_000, 100_000_000, "CNY")
    assert rows[ids["seed"]]["amount_usd"] is None
    assert rows[ids["stargate"]]["amount_min"] is None


def test_tables_hold_all_pages_unless_a_limit_is_given(client):
    whole = len(client.get("/api/v1/events?limit=1000").json()["items"])
    with open_client(client.app.state.store, page_size=2) as small:
        assert len(READ["csv"](small.get("/api/v1/events.csv").content)) == whole
        assert len(READ["csv"](small.get("/api/v1/events.csv?limit=3").content)) == 3


@pytest.mark.parametrize("form", ["atom", "feed.json"])
def test_new_events_come_as_a_feed_filtered_like_the_listing(client, ids, form):
    answer = client.get(f"/api/v1/events.{form}?kind=debt", headers={"Accept-Language": "zh"})
    assert answer.status_code == 200
    assert ids["debt"] in answer.text and ids["bolt"] not in answer.text
    if form == "atom":
        entries = ET.fromstring(answer.text).findall("{http://www.w3.org/2005/Atom}entry")
        assert len(entries) == 1
    else:
        assert [item["url"].rsplit("/", 1)[1] for item in answer.json()["items"]] == [ids["debt"]]
    assert client.get(f"/api/v1/weeks.{form}").status_code == 400


def test_a_feed_tells_first_what_was_filed_or_changed_last():
    with open_store("sqlite://") as store, open_client(store) as client:
        first = file(store, deal("Loomfield", round="seed"), at=NOW)
        late = file(store, deal("Tesserat", day=date(2024, 6, 3)), at=NOW + timedelta(hours=1))
        path = "/api/v1/events.feed.json"
        assert [one["id"].rsplit("/", 1)[1] for one in client.get(path).json()["items"]] == [late, first]
        file(store, deal("Loomfield", round="seed", amount=money(5e6)), at=NOW + timedelta(hours=2))
        items = client.get(path).json()["items"]
        assert [one["id"].rsplit("/", 1)[1] for one in items] == [first, late]
        assert (items[0]["date_published"], items[0]["date_modified"]) == (
            "2025-01-22T00:00:00Z", "2025-02-01T14:00:00Z",
        )  # fmt: skip
        atom = client.get("/api/v1/events.atom").text
        assert "<updated>2025-02-01T14:00:00Z</updated>" in atom and "<updated>2025-02-01T13:00:00Z</updated>" in atom
        past = client.get(f"{path}?as_of=2025-02-01T13:30:00Z").json()["items"]
        assert [one["date_modified"] for one in past] == ["2025-01-22T00:00:00Z", "2024-06-03T00:00:00Z"]


def test_a_form_that_is_none_is_refused(client):
    answer = client.get("/api/v1/events.docx")
    assert answer.status_code == 400
    assert "parquet" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"), ("*/*", "json"), ("text/csv", "csv"), ("application/json;q=0.1, text/csv;q=0.5", "csv"),
        ("text/html,application/xml", "json"), ("text/csv;q=x", "json"), ("TEXT/CSV ; q=1", "csv"),
    ],
)  # fmt: skip
def test_accept_chooses_the_form(accept, form):
    assert match_form(accept, ("csv",)) == form
