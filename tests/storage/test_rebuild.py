from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadInput, NotFound
from storage.export import iter_records
from storage.rates import load_rates
from storage.store import Store, open_store
from tests.domain.days import NOW
from tests.domain.factories import deal, money
from tests.storage.factories import article, file, tell
from tracker.deciding import Judge, judge_different, judge_edit, judge_same, judge_split
from tracker.refiling import rebuild
from tracker.stages import merge

MEI = Judge("mei", load_rates(), at=NOW)


def export(store: Store) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False, sort_keys=True) for record in iter_records(store)).encode()


def count(store: Store) -> int:
    return rebuild(store, now=NOW)["changed"]


NEWS = [
    (on, deal(company, status=status, round=round_, amount=amount, leads=leads))
    for on, company, status, round_, amount, leads in (
        ("2025-01-06", "Loomfield", "rumoured", None, 8e8, ()),
        ("2025-01-08", "Loomfield AI", "announced", "series-b", 1.1e9, ["GV"]),
        ("2025-01-08", "Loomfield", "announced", None, 1.1e9, ["谷歌风投"]),
        ("2025-01-09", "Loomfield, Inc.", "announced", "series-b", None, ["a16z"]),
        ("2025-01-20", "Loomfield", "announced", "series-c", 2e9, []),
        ("2025-01-08", "月之暗面", "announced", None, 3e8, ["阿里巴巴"]),
        ("2025-01-09", "Moonshot AI", "announced", None, 3e8, ["Alibaba"]),
        ("2025-01-10", "Quaymont", "rumoured", None, None, []),
    )
]
PLACES = st.permutations(range(len(NEWS)))


def fill(store: Store, order, batches: int = 1) -> None:
    for place, number in enumerate(order):
        on, told = NEWS[number]
        tell(store, told, on=on, url=f"https://news.example/{number}", title=f"Report {number}", text=f"Text {number}")
        if place % (len(order) // batches) == 0:
            merge(store, now=NOW)
    merge(store, now=NOW)


@cache
def export_in_order() -> bytes:
    with open_store("sqlite://") as store:
        fill(store, range(len(NEWS)))
        return export(store)


@settings(max_examples=10)
@given(PLACES, st.integers(1, 4))
def test_the_order_in_which_articles_come_does_not_matter_after_a_rebuild(order, batches) -> None:
    with open_store("sqlite://") as store:
        fill(store, order, batches)
        rebuild(store, now=NOW)
        assert export(store) == export_in_order()
        assert count(store) == 0


def test_a_rebuild_changes_nothing_where_nothing_changed(store) -> None:
    fill(store, range(len(NEWS)))
    before = export(store), [store.events.revisions(event.id) for event in store.events.iter_all()]
    assert rebuild(store, now=NOW + timedelta(days=1)) == {"companies": 3, "changed": 0, "merged": 0, "withdrawn": 0}
    assert (export(store), [store.events.revisions(event.id) for event in store.events.iter_all()]) == before


DEALS = st.tuples(
    st.dates(date(2025, 1, 1), date(2025, 3, 1)),
    st.builds(
        deal,
        st.sampled_from(["Loomfield", "Loomfield AI"]),
        status=st.sampled_from(["rumoured", "announced"]),
        round=st.sampled_from([None, "series-b"]),
        amount=st.sampled_from([None, 3e8, 3.4e8, 5e8]),
        valuation=st.sampled_from([None, 4e9, 4.4e9, 5e9]),
        leads=st.sampled_from([(), ("Amazon",), ("Nvidia",), ("Amazon", "Nvidia")]),
    ),
)


@settings(max_examples=25)
@given(st.lists(DEALS, max_size=14))
def test_what_was_filed_as_it_came_out_is_left_as_it_is_by_a_rebuild(news) -> None:
    with open_store("sqlite://") as store:
        for number, (on, told) in enumerate(news):
            tell(
                store, told, on=on, url=f"https://news.example/{number:02}", title=f"Report {number}", text=f"{number}"
            )
        merge(store, now=NOW)
        before = export(store)
        assert count(store) == 0
        assert export(store) == before


def test_both_databases_hold_the_same(store) -> None:
    with open_store("sqlite://") as other:
        for one in (store, other):
            fill(one, range(len(NEWS))[::-1], batches=3)
            rebuild(one, now=NOW)
        assert export(store) == export(other)


def test_an_old_id_leads_to_the_event_after_a_rebuild(store) -> None:
    late = file(store, deal(amount=money(5e6)), on="2025-01-09")
    assert file(store, deal(amount=money(5e6)), on="2025-01-08") == late
    rebuild(store, now=NOW)
    [event] = store.events.iter_all()
    assert event.id != late
    assert store.events.get(late) == event
    assert [revision.number for revision in store.events.revisions(event.id)] == [1]


def test_events_that_a_report_shows_to_be_one_become_one_and_stay_so(store) -> None:
    early = file(store, deal(status="rumoured", amount=money(1e10), valuation=money(3.5e11)), on="2025-01-10")
    late = file(store, deal(amount=money(3e10)), on="2025-02-13")
    assert store.events.count() == 2
    file(store, deal(valuation=money(3.8e11)), on="2025-02-16")
    [event] = store.events.iter_all()
    assert [store.events.get(id) for id in (early, late)] == [event, event]
    assert len(store.events.mentions(event.id)) == 3
    assert count(store) == 0


@pytest.fixture
def pair(store) -> tuple[str, str]:
    """A seed round and a series A of one company."""
    seed = file(store, deal(round="seed", amount=money(5e6)), on="2025-01-20", url="https://news.example/seed")
    series = file(store, deal(round="series-a", amount=money(4e7)), on="2025-01-25", url="https://news.example/series")
    return seed, series


def test_events_judged_the_same_stay_one(store, pair) -> None:
    seed, series = pair
    plan = judge_same(store, seed, [series], MEI)
    assert dict(plan.gone) == {series: seed}
    rebuild(store, now=NOW)
    assert store.events.count() == 1
    assert store.events.get(series) == store.events.get(seed)
    assert len(store.events.mentions(seed)) == 2


def test_a_rebuild_changes_nothing_after_judgements(store, pair) -> None:
    for day in (26, 27):
        file(store, deal(round="series-a", amount=money(4e7)), on=f"2025-01-{day}")
    judge_same(store, *pair[:1], pair[1:], MEI)
    assert count(store) == 0
    judge_split(store, pair[0], ["https://news.example/seed"], Judge("lin", load_rates(), at=NOW + timedelta(hours=1)))
    assert count(store) == 0
    assert [len(store.events.mentions(event_id)) for event_id in pair] == [1, 3]


def test_what_is_judged_may_be_judged_again(store, pair) -> None:
    seed, series = pair
    judge_same(store, seed, [series], MEI)
    judge_split(store, seed, ["https://news.example/series"], Judge("lin", load_rates(), at=NOW + timedelta(hours=1)))
    assert store.events.count() == 2
    assert [judgement.judged_by for judgement in store.judgements.list()] == ["mei", "lin"]
    assert len(store.events.mentions(seed)) == 1


def test_events_judged_different_stay_two_whatever_comes(store) -> None:
    first = file(store, deal(amount=money(5e6)), url="https://news.example/first")
    assert file(store, deal(amount=money(5e6)), url="https://news.example/second") == first
    judge_split(store, first, ["https://news.example/second"], MEI)
    rebuild(store, now=NOW)
    assert store.events.count() == 2
    ids = [event.id for event in store.events.iter_all()]
    judge_different(store, *ids, MEI)
    assert store.events.count() == 2


def test_an_edit_outlives_later_news_and_a_rebuild(store, pair) -> None:
    judge_edit(store, pair[0], "amount", money(6e6).as_dict(), MEI)
    file(store, deal(round="seed", amount=money(5e6), leads=["GV"]), on="2025-01-21")
    rebuild(store, now=NOW)
    event = store.events.get(pair[0])
    assert (event.amount, event.amount_usd, [party.name for party in event.leads]) == (money(6e6), 6e6, ["GV"])


def test_an_edit_outlives_news_that_know_the_company_by_another_name(store) -> None:
    event_id = file(store, deal(("Bolt.new", "StackBlitz"), amount=money(1.05e8)), on="2025-01-22")
    judge_edit(store, event_id, "round", "series-b", MEI)
    assert file(store, deal("StackBlitz", amount=money(1.05e8)), on="2025-01-23") == event_id
    assert store.events.get(event_id).round == "series-b"


def test_later_news_join_what_a_person_joined(store) -> None:
    lab = file(store, deal("Jeff Bezos' AI lab", valuation=money(3.8e10)), on="2025-01-20")
    named = file(store, deal("Prometheus", amount=money(1e10)), on="2025-01-21")
    judge_same(store, lab, [named], MEI)
    assert file(store, deal("Prometheus", amount=money(1e10)), on="2025-01-22") == lab


def test_a_judgement_that_says_nothing_new_is_refused(store, pair) -> None:
    seed, series = pair
    judge_same(store, seed, [series], MEI)
    for refuse in (judge_same, lambda s, a, b, j: judge_different(s, a, b[0], j)):
        with pytest.raises(BadInput, match="already one event"):
            refuse(store, series, [seed], MEI)
    assert len(store.judgements.list()) == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("colour", "red", "no field that can be edited"),
        ("round", "Series A", "not a round"),
        ("status", "maybe", "none of"),
        ("amount", {"min": -5, "max": 5, "currency": "USD"}, "negative"),
        ("amount", {"min": 5, "max": 5, "currency": "XYZ"}, "unknown currency"),
        ("amount", {"min": 20_000_000_000_000, "max": None, "currency": "USD"}, "beyond belief"),
        ("amount", {"min": float("inf"), "max": None, "currency": "USD"}, "not an amount"),
        ("amount", 5_000_000, "not an amount"),
        ("announced_on", "2031-01-01", "still to come"),
        ("sector", "cooking", "none of"),
        ("country", "Atlantis", "two letters"),
        ("announced_on", "1789-07-14", "before 1990"),
        ("announced_on", "soon", "not a date"),
        ("company", "", "not a text"),
        ("leads", "GV", "not a list"),
    ],
)
def test_a_bad_edit_is_refused_and_not_kept(store, pair, field, value, says) -> None:
    with pytest.raises(BadInput, match=says):
        judge_edit(store, pair[0], field, value, MEI)
    assert store.judgements.list() == []


def test_a_split_needs_articles_of_the_event_and_some_that_stay(store, pair) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        judge_split(store, pair[0], ["https://news.example/nowhere"], MEI)
    with pytest.raises(BadInput, match="one that stays"):
        judge_split(store, pair[0], ["https://news.example/seed"], MEI)
    with pytest.raises(NotFound, match="e404"):
        judge_split(store, "e404", ["https://news.example/seed"], MEI)


def test_what_the_machine_is_unsure_of_waits_until_a_person_judged(store) -> None:
    first = file(store, deal("Tallow AI", amount=money(5e8)), on="2025-01-02")
    file(store, deal("Tallow", amount=money(8e8)), on="2025-01-03")
    [doubt] = store.events.doubts()
    assert doubt.doubt_event_id == first
    judge_different(store, doubt.event_id, doubt.doubt_event_id, MEI)
    assert store.events.doubts() == []
    assert store.events.count() == 2


def test_the_store_can_be_seen_as_it_was_known(store) -> None:
    days = [NOW + timedelta(days=number) for number in range(5)]
    tell(store, deal(status="rumoured", amount=money(8e8)), on="2025-01-06")
    merge(store, now=days[0])
    tell(store, deal(amount=money(1.1e9), leads=["GV"]), on="2025-01-20")
    merge(store, now=days[1])
    tell(store, deal("Quaymont", amount=money(5e6)), on="2025-01-21")
    merge(store, now=days[2])
    known = [[(e.company.name, e.status.value, e.amount.value) for e in store.events.as_of(day)] for day in days]
    loomfield = [("Loomfield", "rumoured", 8e8)], [("Loomfield", "announced", 1.1e9)]
    assert known[:3] == [loomfield[0], loomfield[1], [*loomfield[1], ("Quaymont", "announced", 5e6)]]
    assert store.events.as_of(NOW - timedelta(days=1)) == []
    assert store.events.as_of(days[4]) == list(store.events.iter_all())


def test_what_was_merged_or_withdrawn_is_still_seen_before_that(store, pair) -> None:
    later = NOW + timedelta(days=1)
    judge_same(store, pair[0], [pair[1]], Judge("mei", load_rates(), at=later))
    assert [len(store.events.as_of(at)) for at in (NOW, later)] == [2, 1]
    article_id, _ = store.articles.add(article())
    store.extractions.replace(article_id, "1", [deal("Fleeting")])
    merge(store, now=later)
    store.extractions.replace(article_id, "2", [])
    merge(store, now=later + timedelta(days=1))
    assert [len(store.events.as_of(later + timedelta(days=day))) for day in (0, 1)] == [2, 1]


def test_an_event_says_since_when_it_has_which_status(store) -> None:
    file(store, deal(status="rumoured", amount=money(8e8)), on="2025-01-06")
    file(store, deal(amount=money(8e8)), on="2025-01-20")
    event_id = file(store, deal(status="closed", amount=money(8e8)), on="2025-01-30")
    dates = {name: str(day) for name, day in store.events.get(event_id).status_dates.items()}
    assert dates == {"rumoured": "2025-01-06", "announced": "2025-01-20", "closed": "2025-01-30"}
