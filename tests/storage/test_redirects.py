"""Merges that lead in a circle: refused where a person asks for one, set aside and counted where a store holds one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from domain.errors import BadInput, MergeCycle, NotFound
from domain.judgement import Judgement
from storage.export import iter_records
from storage.models import CompanyRow, EventRow, InvestorRow
from storage.party_queries import PartyQueries
from storage.rates import load_rates
from storage.redirects import find_circles, follow_merges
from storage.rows import table
from storage.store import Store
from tests.domain.days import NOW
from tests.domain.factories import deal, money
from tests.storage.factories import file
from tracker.deciding import Judge, judge_different, judge_same
from tracker.moving.intake import take_in
from tracker.moving.layout import Layout
from tracker.refiling import rebuild

MEI = Judge("mei", load_rates(), at=NOW)


def lead(store: Store, model: type, **into: object) -> None:
    """Writes into a table, as no part of the program does, what each of these ids was merged into."""
    rows = table(model)
    with store._access.writing() as connection:
        for here, there in into.items():
            known = {str(id): id for id in connection.scalars(select(rows.c.id))}
            connection.execute(update(rows).where(rows.c.id == known[here]).values(merged_into=there))


@pytest.fixture
def pair(store) -> tuple[str, str]:
    """A seed round and a series A of one company."""
    seed = file(store, deal(round="seed", amount=money(5e6), leads=["Quaymont"]), on="2025-01-20")
    return seed, file(store, deal(round="series-a", amount=money(4e7), leads=["Selby"]), on="2025-01-25")


@pytest.mark.parametrize(
    "judge", [lambda s, a, b: judge_same(s, a, [b], MEI), lambda s, a, b: judge_different(s, a, b, MEI)]
)
def test_a_judgement_that_would_close_a_circle_is_refused_by_name_and_not_kept(store, pair, judge) -> None:
    seed, series = pair
    judge_same(store, seed, [series], MEI)
    for ids in (pair, pair[::-1]):
        with pytest.raises(BadInput, match=f"already one event .{series} leads to {seed}: a circle of merges"):
            judge(store, *ids)
    assert len(store.judgements.list()) == 1
    assert store.redirects.count_circles() == 0


def test_an_event_is_not_merged_with_itself(store, pair) -> None:
    with pytest.raises(BadInput, match="already one event"):
        judge_same(store, pair[0], [pair[1], pair[0]], MEI)
    assert store.judgements.list() == []


def test_a_circle_of_events_is_told_by_name_set_aside_and_opened_by_a_rebuild(store, pair, caplog) -> None:
    seed, series = pair
    before = list(iter_records(store))
    lead(store, EventRow, **{seed: series, series: seed})
    with pytest.raises(MergeCycle, match=f"event {seed}: its merges lead in a circle .{seed} → {series} → {seed}"):
        store.events.get(seed)
    with pytest.raises(NotFound, match="circle"):
        judge_same(store, seed, [series], MEI)
    assert store.events.ids_of_article(1) == []
    assert f"set aside: event {seed}" in caplog.text
    assert store.redirects.count_circles() == 1
    assert rebuild(store, now=NOW)["circles"] == 1
    assert store.redirects.count_circles() == 0
    assert list(iter_records(store)) == before
    assert rebuild(store, now=NOW) == {"companies": 1, "changed": 0, "merged": 0, "withdrawn": 0}


def test_doubts_about_what_leads_in_a_circle_do_not_keep_others_from_review(store) -> None:
    first = file(store, deal("Tallow AI", amount=money(5e8)), on="2025-01-02")
    file(store, deal("Tallow", amount=money(8e8)), on="2025-01-03")
    other = file(store, deal("Ember AI", amount=money(5e8)), on="2025-01-02")
    file(store, deal("Ember", amount=money(8e8)), on="2025-01-03")
    assert len(store.events.doubts()) == 2
    lead(store, EventRow, **{first: first})
    assert [doubt.doubt_event_id for doubt in store.events.doubts()] == [other]


@pytest.mark.parametrize(
    ("model", "kind", "name"), [(CompanyRow, "company", "Loomfield"), (InvestorRow, "investor", "Quaymont")]
)
def test_a_circle_of_parties_is_told_by_name_and_opened_by_a_rebuild(store, pair, model, kind, name) -> None:
    file(store, deal("Ember", leads=["Harrowgate"]))
    parties = PartyQueries(store)
    with store._access.reading() as connection:
        first, second, *_ = connection.scalars(select(table(model).c.id).order_by(table(model).c.id))
    lead(store, model, **{str(first): second, str(second): first})
    with pytest.raises(MergeCycle, match=f"{kind} {name}: its merges lead in a circle"):
        getattr(parties, kind)(name)
    assert rebuild(store, now=NOW)["circles"] == 1
    assert getattr(parties, kind)(name)


def test_judgements_on_a_thing_and_itself_are_refused_where_they_come_in_and_counted(
    store, pair, tmp_path: Path
) -> None:
    judge_same(store, pair[0], [pair[1]], MEI)
    [good] = store.judgements.list()
    record = good.as_dict()
    bad = [
        record | {"other": record["subject"]},
        record | {"verdict": "different", "subject": record["other"]},
        record | {"verdict": "alias", "field": "company", "value": {"party": "Loomfield", "name": "Loomfield Inc."}},
        record | {"verdict": "alias", "field": "company", "value": {"party": "Loomfield"}},
    ]
    path = tmp_path / "judgements.jsonl"
    path.write_text("\n".join(json.dumps({"judgement": each}) for each in [*bad, record]), "utf-8")
    complaints: list[str] = []
    counts = take_in(store, str(path), Layout(source="dealbook"), MEI, complaints.append)
    assert (counts["refused"], counts["known"]) == (4, 1)
    assert [" circle" in complaint for complaint in complaints] == [True, True, True, False]
    assert store.runs.latest(1)[0].counts["refused"] == 4
    assert [Judgement.from_dict(each.as_dict()) for each in store.judgements.list()] != []


@given(st.dictionaries(st.integers(0, 12), st.integers(0, 12)))
def test_every_circle_is_found_once_and_none_where_all_merges_end(merged) -> None:
    circles = list(find_circles(merged))
    inside = [one for circle in circles for one in circle]
    assert len(set(inside)) == len(inside)
    for circle in circles:
        assert [merged[one] for one in circle] == [*circle[1:], circle[0]]
    for start in merged:
        if set(inside).isdisjoint(_walk(merged, start)):
            assert follow_merges(start, merged.get, "number") not in merged
        else:
            with pytest.raises(MergeCycle):
                follow_merges(start, merged.get, "number")


def _walk(merged: dict[int, int], start: int) -> set[int]:
    seen, here = set(), start
    while here in merged and here not in seen:
        seen.add(here)
        here = merged[here]
    return seen
