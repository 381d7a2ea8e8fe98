"""What the API stands on, on both databases: search, changes, companies and investors, figures, keys, the desk."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.errors import NotFound
from domain.event import Kind
from domain.gazetteer import load_gazetteer
from storage.access_keys import AccessKeys
from storage.changes import Changes, ChangeType
from storage.desk import Desk
from storage.event_filter import EventFilter
from storage.party_queries import PartyQueries
from storage.queries import open_queries
from storage.search import Search
from storage.sources import SourceRecord
from storage.stats import find_percentile, find_stats
from tests.api.factories import deal, file, fill_week, money

BOLT = load_gazetteer().company_key("StackBlitz")


@pytest.fixture
def ids(store) -> dict[str, str]:
    store.sources.sync([SourceRecord("harbour", "Harbour"), SourceRecord("chaoliu", "潮流", "zh")])
    return fill_week(store)


def changes_of(store):
    return Changes(store._access)


def test_search_finds_names_and_texts_in_both_languages(store, ids):
    search = Search(store)
    assert search.refresh() > 0
    assert search.refresh() == 0

    def found(query, *kinds):
        return {(hit.kind, hit.ref) for hit in search.find(query, kinds)[0]}

    assert ("event", ids["weilai"]) in found("未来智能")
    assert ("company", BOLT) in found("stackblitz", "company")
    assert {kind for kind, _ in found("甲骨文")} == {"article", "event", "investor"}
    assert len(found("投入5000亿", "article")) == 1
    assert found("能未") == set()
    assert found('"led by Emergence"', "article") and not found('"by led Emergence"')
    assert found("a16z") == set()
    for odd in ('"', "' OR 1=1", "NEAR(", "a*", "&|!", "", "-x:y"):
        search.find(odd)


def test_search_follows_what_changes(store, ids):
    search = Search(store)
    search.refresh()
    again = file(store, deal("Pebblewise", round="seed", lead_investors=("Tidepool",), investors=("Tidepool",)))
    assert again == ids["seed"]
    search.refresh()
    assert again in {hit.ref for hit in search.find("Tidepool", ["event"])[0]}
    hits, more = search.find("2025", limit=3)
    assert len(hits) == 3 or not more


def test_changes_come_once_each_in_order(store, ids):
    changes = changes_of(store)
    seen, seq = [], 0
    while page := changes.since(seq, limit=3):
        seen += page
        seq = page[-1].seq
    assert [change.seq for change in seen] == sorted({change.seq for change in seen})
    assert {change.event_id for change in seen if change.type is ChangeType.CREATED} == set(ids.values())
    assert any(change.type is ChangeType.UPDATED for change in seen)
    assert all(change.event and change.event.id == change.event_id for change in seen)
    assert changes.last_seq() == seq
    assert changes.seq_at(datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert changes.seq_at(datetime.now(UTC) + timedelta(days=1)) == seq


def test_no_change_is_missed_while_several_write(store):
    companies = [f"Maker{chr(65 + number)}" for number in range(12)]
    failures = []

    def write(names):
        from domain.filing import file_claim
        from storage.rates import load_rates
        from tests.api.factories import NOW

        try:
            for claim in [c for c in claims if c.extraction.company[0] in names]:
                with store.transaction() as tx:
                    change = file_claim(
                        claim, tx.events.candidates(claim), now=NOW, rates=load_rates(), is_taken=tx.events.exists
                    )
                    tx.events.apply(change)
        except Exception as error:
            failures.append(error)

    from tests.storage.factories import article

    for number, name in enumerate(companies):
        article_id, _ = store.articles.add(article(url=f"https://news.example/{number}", title=f"{name} raises"))
        store.extractions.replace(article_id, "test", [deal(name, amount=money(1e6 * (number + 1)))])
    claims = list(store.extractions.iter_unmerged())
    threads = [threading.Thread(target=write, args=(companies[part::3],)) for part in range(3)]
    for thread in threads:
        thread.start()
    seen, seq = [], 0
    while any(thread.is_alive() for thread in threads) or changes_of(store).since(seq):
        page = changes_of(store).since(seq, limit=2)
        seen += [change.event_id for change in page]
        seq = page[-1].seq if page else seq
    assert failures == []
    assert len(seen) == len(set(seen)) == len(companies)


def test_a_company_has_its_rounds_investors_and_names(store, ids):
    queries = PartyQueries(store)
    found = queries.company("StackBlitz, Inc.")
    assert [event.id for event in found.events] == [ids["bolt"]]
    assert found.computed_usd == pytest.approx(105.5e6, rel=0.01)
    assert {party.name for party, _, _ in found.investors} >= {"GV", "Madrona"}
    assert any(alias.url for alias in found.aliases)
    with pytest.raises(NotFound, match="nobody"):
        queries.company("nobody")


def test_an_investor_has_its_deals_and_who_invests_beside_it(store, ids):
    found = PartyQueries(store).investor("GV")
    assert [event.id for event in found.events] == [ids["bolt"]]
    assert "Madrona" in {party.name for party, _, _ in found.co_investors}
    assert found.party.key not in {party.key for party, _, _ in found.co_investors}


@pytest.mark.parametrize("sort", ["name", "-usd", "-events", "-latest_on"])
def test_companies_and_investors_are_listed_in_pages(store, ids, sort):
    queries = PartyQueries(store)
    for find in (queries.find_companies, queries.find_investors):
        whole, more = find(sort=sort, limit=100)
        assert whole and not more
        paged = [find(sort=sort, limit=1, offset=number)[0][0] for number in range(len(whole))]
        assert paged == whole
    rows, _ = queries.find_companies(text="blitz")
    assert [(row.party.key, row.events, row.usd) for row in rows] == [(BOLT, 1, pytest.approx(105.5e6, rel=0.01))]


def test_figures_keep_kinds_apart(store, ids):
    stats = {(stat.group, stat.kind): stat for stat in find_stats(store, EventFilter(), "week")}
    equity = stats["2025-W04", Kind.EQUITY]
    assert (equity.events, equity.disclosed) == (3, 2)
    assert stats["2025-W04", Kind.COMMITMENT].usd == 5e11
    assert stats["2025-W03", Kind.EQUITY].median == 1.8e8
    for by in ("month", "quarter", "year", "round", "sector", "country", "investor", "none"):
        assert sum(stat.events for stat in find_stats(store, EventFilter(), by) if by != "investor") in (0, 6)
    assert {stat.group for stat in find_stats(store, EventFilter(), "quarter")} == {"2025-Q1"}


def test_percentiles_lie_between_neighbours():
    assert find_percentile([1, 2, 3, 4], 50) == 2.5
    assert find_percentile([7], 99) == 7


def test_a_key_opens_until_it_is_revoked_and_is_kept_as_a_digest(store):
    keys = AccessKeys(store)
    key, word = keys.add("desk", "write")
    found = keys.find(word)
    assert found and found.may("read") and found.may("write") and not found.may("admin")
    assert keys.find(word + "x") is None and keys.find("") is None
    with store._access.reading() as connection:
        assert word not in str(connection.exec_driver_sql("SELECT * FROM api_key").all())
    assert keys.revoke(key.id) and not keys.revoke(key.id)
    assert keys.find(word) is None
    assert keys.list()[0].revoked_at


def test_the_desk_keeps_lists_switches_and_who_did_what(store, ids):
    desk = Desk(store)
    desk.put_watch_list("mine", {"companies": ["StackBlitz"]})
    desk.put_watch_list("mine", {"companies": ["Tesserat"]})
    assert desk.watch_lists() == {"mine": {"companies": ["Tesserat"]}}
    desk.remove_watch_list("mine")
    with pytest.raises(NotFound):
        desk.remove_watch_list("mine")
    desk.switch_source("harbour", False)
    desk.switch_source("harbour", True)
    assert desk.switches() == {"harbour": True}
    with pytest.raises(NotFound):
        desk.switch_source("nowhere", True)
    desk.note("ada", "source.off", "harbour", {"enabled": False})
    (entry,) = desk.journal()
    assert (entry.actor, entry.action, entry.subject) == ("ada", "source.off", "harbour")


def test_filters_of_sector_country_lead_and_days(store, ids):
    queries = open_queries(store)

    def found(**wanted):
        return {event.id for event in queries.find_events(EventFilter(**wanted)).events}

    assert found(lead="Emergence") == {ids["bolt"]}
    assert found(first_day=date(2025, 1, 24), last_day=date(2025, 1, 24)) == {ids["debt"]}
    assert found(max_usd=2e8, min_usd=1.5e8) == {ids["before"]}
    assert found(sectors=frozenset({"no-such"})) == set()
    assert queries.count_events(EventFilter()) == len(ids) - 1
