"""The benchmark's short cut to a large store leaves what merging leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from benchmarks.store_stream import NOW, Stream, add_pending, fill
from storage.export import iter_records
from storage.models import (
    CompanyAliasRow,
    CompanyRow,
    EventInvestorRow,
    EventMentionRow,
    EventNameRow,
    EventRevisionRow,
    EventRow,
    ExtractionRow,
    InvestorRow,
    SearchEntryRow,
)
from storage.rows import table
from storage.store import Store, open_store
from tracker.refiling import rebuild
from tracker.stages import merge

EVENTS = 120
MODELS = (
    CompanyRow, InvestorRow, CompanyAliasRow, SearchEntryRow, ExtractionRow, EventRow, EventNameRow, EventInvestorRow,
    EventMentionRow, EventRevisionRow,
)  # fmt: skip


def read(store: Store, model: Any) -> list[dict[str, Any]]:
    """The rows, without their own numbers and those that they lead to: these go by the order of writing."""
    with store._access.reading() as connection:
        rows = connection.execute(select(table(model))).mappings().all()
    rows = [dict(row) for row in rows if model is not InvestorRow or row["id"] in _busy(store)]
    for row in rows:
        for name in ("id", "company_id", "investor_id", "seq"):
            if not isinstance(row.get(name), str):
                row.pop(name, None)
        if row.get("decision") == "new":
            del row["score"], row["reasons"]
    return sorted(rows, key=str)


def _busy(store: Store) -> set[int]:
    with store._access.reading() as connection:
        return set(connection.scalars(select(table(EventInvestorRow).c.investor_id)))


@pytest.fixture
def merged() -> Iterator[Store]:
    with open_store("sqlite://") as other:
        stream = Stream(EVENTS)
        with open_store("sqlite://") as filled:
            fill(filled, stream, EVENTS)
        add_pending(other, Stream(EVENTS), stream.next_id("article") - 1)
        merge(other, now=NOW)
        yield other


def test_what_is_written_in_bulk_is_what_merging_leaves(store, merged) -> None:
    fill(store, Stream(EVENTS), EVENTS)
    for model in MODELS:
        assert read(store, model) == read(merged, model), model.__tablename__
    assert list(iter_records(store)) == list(iter_records(merged))


def test_news_after_a_bulk_road_are_filed_as_a_rebuild_files_them(store) -> None:
    stream = Stream(EVENTS)
    fill(store, stream, EVENTS)
    add_pending(store, stream, 60)
    counts = merge(store, now=NOW)
    assert (counts["claims"], counts["unsure"]) == (60, 0)
    before = list(iter_records(store))
    rebuild(store, now=NOW)
    assert list(iter_records(store)) == before
