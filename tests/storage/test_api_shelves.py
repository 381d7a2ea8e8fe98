"""What the API stands on, on both databases: search, changes, companies and investors, figures, keys, the desk."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from domain.errors import NotFound
from domain.event import Kind
from domain.gazetteer import load_gazetteer
from domain.week import Week
from storage.access_keys import AccessKeys
from storage.changes import Changes, ChangeType
from storage.desk import Desk
from storage.event_filter import EventFilter
from storage.event_writing import write_end
from storage.listing import list_event
from storage.models import ArticleRow, EventRow, InvestorAliasRow, InvestorRow
from storage.parties import INVESTOR_NAMED_ANEW, keep_aliases, note_anew
from storage.party_queries import PartyQueries
from storage.queries import open_queries
from storage.rates import load_rates
from storage.rows import table
from storage.search import Search
from storage.sources import SourceRecord
from storage.stats import find_percentile, find_stats
from tests.api.factories import NOW, deal, file, fill_week, money
from tracker.deciding import Judge, judge_edit

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


def test_search_follows_events_that_are_merged_and_withdrawn(store):
    search = Search(store)
    kept, gone, lost = (file(store, deal(name, round="seed")) for name in ("Loomfield", "Kestrel", "Quaymont"))
    search.refresh()
    assert {hit.ref for hit in search.find("seed", ["event"])[0]} == {kept, gone, lost}
    with store.transaction() as tx:
        write_end(tx._access._connection, store.events.get(gone), kept, NOW)
        write_end(tx._access._connection, store.events.get(lost), None, NOW)
    assert search.refresh() == 2
    assert {hit.ref for hit in search.find("seed", ["event"])[0]} == {kept}


def test_search_learns_a_name_that_changes_no_event(store):
    search = Search(store)
    event_id = file(store, deal("Loomfield", round="seed"))
    search.refresh()
    revision = store.events.get(event_id).revision
    article_id = int(search.find("report", ["article"])[0][0].ref)
    company = select(table(EventRow).c.company_id).where(table(EventRow).c.id == event_id)
    with store._access.writing() as connection:
        keep_aliases(connection, connection.scalar(company), dict.fromkeys(("Loomfield", "织田科技"), article_id))
    assert search.refresh() == 1 and search.refresh() == 0
    assert store.events.get(event_id).revision == revision
    assert [hit.kind for hit in search.find("织田科技")[0]] == ["company"]


def test_search_learns_the_other_names_of_investors(store):
    search = Search(store)
    file(store, deal("Loomfield", round="seed", investors=("GV",)))
    search.refresh()
    assert search.find("嘉华资本", ["investor"])[0] == []
    investor, alias = table(InvestorRow), table(InvestorAliasRow)
    with store._access.writing() as connection:
        known = connection.scalar(select(investor.c.id))
        connection.execute(insert(alias).values(investor_id=known, name="嘉华资本", key="嘉华资本"))
        note_anew(connection, INVESTOR_NAMED_ANEW, [known])
    assert search.refresh() == 1 and search.refresh() == 0
    assert [hit.ref for hit in search.find("嘉华资本")[0]] == [load_gazetteer().investor_key("GV")]


def test_search_finds_an_article_that_was_kept_after_one_of_a_higher_number(store):
    search = Search(store)
    first, second = (file(store, deal(name)) and name for name in ("Loomfield", "Kestrel"))
    article = table(ArticleRow)
    with store._access.writing() as connection:
        # as where two crawls write at once: the higher number is there first
        low = connection.execute(select(article).order_by(article.c.id)).mappings().first()
        late = {
            **low,
            "id": low["id"] + 900,
            "url": "https://news.example/late",
            "content_hash": "late",
            "title": "Far",
        }
        connection.execute(insert(article).values(late))
    search.refresh()
    with store._access.writing() as connection:
        low = {**late, "id": late["id"] - 1, "url": "https://news.example/low", "content_hash": "low", "title": "Tidal"}
        connection.execute(insert(article).values(low))
    assert search.refresh() == 1
    assert [hit.title for hit in search.find("tidal")[0]] == ["Tidal"]
    assert first and second


def read_pages(search: Search, query: str, limit: int, between=lambda: None) -> list[str]:
    """The titles of all pages, one after the other; `between` happens after each."""
    seen, after = [], None
    while True:
        hits, after = search.find(query, limit=limit, after=after)
        seen += [f"{hit.kind} {hit.ref}" for hit in hits]
        if after is None:
            return seen
        between()


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_pages_of_a_search_follow_each_other_without_loss_or_repetition(store, ids, limit):
    search = Search(store)
    search.refresh()
    for query in ("raises", "stackblitz", "融资"):
        whole = read_pages(search, query, 100)
        assert len(whole) > 1
        assert read_pages(search, query, limit) == whole


def test_what_comes_in_meanwhile_shifts_no_page_of_a_search(store):
    for number in range(9):
        # of different length, so that they score differently, and two of each, so that some score the same
        file(store, deal(f"Loomfield {'x' * (number // 2)}"), text="about looms " * (1 + number // 2))
    search = Search(store)
    search.refresh()
    whole = read_pages(search, "looms", 100)

    def come_in() -> None:
        file(store, deal("Kestrel"), title="Looms: looms", text="looms", on=date(2025, 1, 30))
        file(store, deal("Kestrel"), title="On other things", text="of much length, and without that word " * 20)
        search.refresh()

    seen = read_pages(search, "looms", 2, come_in)
    assert [one for one in seen if one in whole] == whole


def test_a_search_goes_on_where_its_last_hit_is_gone(store):
    ids = [file(store, deal(f"Loomfield {letter}", round="seed")) for letter in "abcd"]
    search = Search(store)
    search.refresh()
    first, after = search.find("loomfield", ["event"], limit=2)
    with store.transaction() as tx:
        write_end(tx._access._connection, store.events.get(first[-1].ref), None, NOW)
    search.refresh()
    rest, end = search.find("loomfield", ["event"], limit=4, after=after)
    # the event before it may come once more, none is missed
    assert {hit.ref for hit in rest} >= set(ids) - {hit.ref for hit in first}
    assert end is None


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


def test_a_company_shows_what_its_known_rounds_leave_of_the_stated_total(store) -> None:
    file(store, deal("Tallow", round="seed", amount=money(5e6)), on=date(2024, 3, 1))
    file(store, deal("Tallow", round="series-a", amount=money(3e7), total_raised=money(5e7)), on=date(2025, 1, 10))
    file(store, deal("Tallow", round="series-b", amount=money(9e7)), on=date(2025, 11, 10))
    found = PartyQueries(store).company("Tallow")
    assert (found.stated[0], found.computed_usd, found.gap_usd) == (money(5e7), 1.25e8, 1.5e7)


def test_companies_of_one_name_that_a_person_told_apart_are_each_found_by_what_they_are_called(store) -> None:
    books = file(store, deal("Atlas", round="seed", amount=money(6e6)))
    robots = file(store, deal("Atlas", round="series-b", amount=money(1e8)))
    judge_edit(store, robots, "company", "Atlas (robots)", Judge("mei", load_rates(), at=NOW))
    queries = PartyQueries(store)
    for name, event_id in (("Atlas", books), ("Atlas (robots)", robots), ("Atlas (maps)", books)):
        assert [event.id for event in queries.company(name).events] == [event_id]


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
@pytest.mark.parametrize("limit", [1, 3])
def test_companies_and_investors_are_listed_in_pages(store, ids, sort, limit):
    queries = PartyQueries(store)
    with store.transaction() as tx:
        # a company without any event that can be seen
        write_end(tx._access._connection, store.events.get(ids["seed"]), None, NOW)
    for find in (queries.find_companies, queries.find_investors):
        whole, end = find(sort=sort, limit=100)
        assert whole and end is None
        paged, after = [], None
        while True:
            rows, after = find(sort=sort, limit=limit, after=after)
            paged += rows
            if after is None:
                break
        assert paged == whole
    rows, _ = queries.find_companies(text="blitz")
    assert [(row.party.key, row.events, row.usd) for row in rows] == [(BOLT, 1, pytest.approx(105.5e6, rel=0.01))]


@pytest.mark.parametrize("sort", ["name", "-usd", "-events", "-latest_on"])
def test_a_company_that_comes_in_meanwhile_shifts_no_page(store, ids, sort):
    queries = PartyQueries(store)
    whole = [row.party.key for row in queries.find_companies(sort=sort)[0]]
    seen, after = [], None
    while True:
        rows, after = queries.find_companies(sort=sort, limit=2, after=after)
        seen += [row.party.key for row in rows]
        if after is None:
            break
        file(store, deal(f"Aaa {'b' * len(seen)}", amount=money(9e11)), on=date(2025, 1, 31))
    assert [key for key in seen if key in whole] == whole


def test_figures_keep_kinds_apart(store, ids):
    stats = {(stat.group, stat.kind): stat for stat in find_stats(store, EventFilter(), "week")}
    equity = stats["2025-W04", Kind.EQUITY]
    assert (equity.events, equity.disclosed) == (3, 2)
    assert stats["2025-W04", Kind.COMMITMENT].usd == 5e11
    assert stats["2025-W03", Kind.EQUITY].median == 1.8e8
    for by in ("month", "quarter", "year", "round", "sector", "country", "investor", "none"):
        assert sum(stat.events for stat in find_stats(store, EventFilter(), by) if by != "investor") in (0, 6)
    assert {stat.group for stat in find_stats(store, EventFilter(), "quarter")} == {"2025-Q1"}


@pytest.mark.parametrize("sort", ["-amount_usd", "company", "-announced_on"])
def test_a_listing_gives_what_whole_events_give(store, ids, sort):
    file(store, deal("Loomfield", total_raised=money(3e7), valuation=money(1e8, 2e8, "EUR")))
    queries = open_queries(store)
    page = queries.find_events(EventFilter(), sort=sort, limit=4)
    listed = queries.list_events(EventFilter(), sort=sort, limit=4)
    assert listed.next == page.next
    assert [one._replace(leads=list(one.leads), participants=list(one.participants)) for one in listed.events] == [
        list_event(event) for event in page.events
    ]
    rest = queries.list_events(EventFilter(), sort=sort, after=listed.next).events
    assert {one.id for one in (*listed.events, *rest)} == {e.id for e in queries.find_events(EventFilter()).events}


def test_the_span_of_a_store_reaches_from_its_first_to_its_last_week(store):
    assert open_queries(store).span() is None
    file(store, deal("Loomfield"), on=date(2025, 1, 22))
    file(store, deal("Kestrel"), on=date(2024, 12, 30))
    assert open_queries(store).span() == (Week(2025, 1), Week(2025, 4))


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
