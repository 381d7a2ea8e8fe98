"""Names that persons give and take: kept as judgements, in force at once, for ever, and on both databases."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from api.evidence import collect_reported
from domain.aliases import PartyKind, Ruling
from domain.errors import BadInput, NotFound
from storage.event_filter import EventFilter
from storage.export import iter_records
from storage.party_queries import PartyQueries
from storage.queries import open_queries
from storage.rates import load_rates
from storage.store import Store, open_store
from tests.domain.days import NOW
from tests.domain.factories import deal, money
from tests.storage.factories import file, tell
from tracker.deciding import Judge, judge_alias, judge_edit
from tracker.refiling import rebuild
from tracker.stages import merge

MEI = Judge("mei", load_rates(), at=NOW)


def later(hours: int) -> Judge:
    return Judge("lin", load_rates(), at=NOW + timedelta(hours=hours))


def company(party: str, name: str, holds: bool = True) -> Ruling:
    return Ruling(PartyKind.COMPANY, party, name, holds)


def investor(party: str, name: str, holds: bool = True) -> Ruling:
    return Ruling(PartyKind.INVESTOR, party, name, holds)


def export(store: Store) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False, sort_keys=True) for record in iter_records(store)).encode()


def check_rebuilt(store: Store) -> None:
    """A rebuild is a no-op, so what is there hangs on nothing but articles and judgements."""
    before = export(store)
    assert rebuild(store, now=NOW)["changed"] == 0
    assert export(store) == before


@pytest.fixture
def told_twice(store) -> tuple[str, str]:
    """One round, told in English and in Chinese under names that nothing ties together."""
    english = file(store, deal("Loomfield", amount=money(2e7)), on="2025-01-22", url="https://news.example/en")
    chinese = file(
        store,
        deal("织羽", amount=money(2e7), language="zh"),
        on="2025-01-23",
        language="zh",
        url="https://news.example/zh",
    )
    assert english != chinese
    return english, chinese


def test_a_given_name_makes_one_event_of_two_now_and_after_a_rebuild(store, told_twice) -> None:
    english, chinese = told_twice
    plan = judge_alias(store, company("Loomfield", "织羽"), MEI)
    assert dict(plan.gone) == {chinese: english}
    event = store.events.get(chinese)
    assert (event.id, event.company.name, event.company.names["zh"]) == (english, "Loomfield", "织羽")
    check_rebuilt(store)
    [judgement] = store.judgements.list()
    assert (judgement.verdict, judgement.judged_by, judgement.value["name"]) == ("alias", "mei", "织羽")


def test_news_that_come_later_go_by_the_given_name(store, told_twice) -> None:
    judge_alias(store, company("Loomfield", "织羽"), MEI)
    late = file(store, deal("织羽", amount=money(2e7), language="zh"), on="2025-01-24", language="zh")
    assert late == told_twice[0]
    other = file(
        store, deal("织羽", round="series-c", amount=money(9e8), language="zh"), on="2025-09-01", language="zh"
    )
    assert store.events.get(other).company.key == "loomfield"
    check_rebuilt(store)


def test_a_name_that_was_given_can_be_taken_back(store, told_twice) -> None:
    judge_alias(store, company("Loomfield", "织羽"), MEI)
    judge_alias(store, company("Loomfield", "织羽", False), later(1))
    assert [event.company.name for event in store.events.iter_all()] == ["Loomfield", "织羽"]
    assert len(store.judgements.list()) == 2
    check_rebuilt(store)
    profile = PartyQueries(store).company("Loomfield")
    assert {alias.name for alias in profile.aliases} == {"Loomfield"}
    assert len(PartyQueries(store).company("织羽").events) == 1


def test_a_name_that_an_article_gave_can_be_taken(store) -> None:
    loom = file(store, deal("Loom", amount=money(2e7)), on="2025-01-22")
    assert file(store, deal(("Loom", "Quaymont"), amount=money(2e7)), on="2025-01-23") == loom
    assert file(store, deal("Quaymont", amount=money(2e7)), on="2025-01-24") == loom
    judge_alias(store, company("Loom", "Quaymont", False), MEI)
    assert [event.company.name for event in store.events.iter_all()] == ["Loom", "Quaymont"]
    assert {alias.name for alias in PartyQueries(store).company("Loom").aliases} == {"Loom"}
    check_rebuilt(store)


def test_a_shipped_alias_can_be_taken_and_its_judged_events_keep_their_edits(store) -> None:
    ssi = file(store, deal("SSI", amount=money(2e7)), on="2025-01-22")
    assert store.events.get(ssi).company.name == "Safe Superintelligence"
    judge_edit(store, ssi, "round", "series-b", MEI)
    judge_alias(store, company("Safe Superintelligence", "SSI", False), later(1))
    assert (store.events.get(ssi).company.name, store.events.get(ssi).round) == ("SSI", "series-b")
    check_rebuilt(store)
    assert PartyQueries(store).company("SSI").party.key == "ssi"


def test_companies_are_found_by_the_names_that_persons_gave(store, told_twice) -> None:
    file(store, deal("Loomfield", round="series-c", amount=money(9e8)), on="2025-09-01")
    judge_alias(store, company("Loomfield", "织羽"), MEI)
    queries, parties = open_queries(store), PartyQueries(store)
    assert len(queries.find_events(EventFilter(company="织羽")).events) == 2
    assert parties.company("织羽").party.key == "loomfield"
    assert [row.party.key for row in parties.find_companies()[0]] == ["loomfield"]


def test_the_words_of_either_name_bear_the_company_out(store, told_twice) -> None:
    judge_alias(store, company("Loomfield", "织羽"), MEI)
    event = store.events.get(told_twice[0])
    reported = collect_reported(event, store.events.reported(event.id), store.events.mentions(event.id), {})
    assert {value.value for value in reported if value.field == "company"} == {"Loomfield", "织羽"}


@pytest.fixture
def backed_twice(store) -> list[str]:
    """Two companies backed by one fund, named in English here and in Chinese there."""
    return [
        file(store, deal("Loomfield", leads=["GV"], investors=["Wanwu Ventures"], amount=money(2e7))),
        file(store, deal("织羽", investors=["万物创投", "GV"], amount=money(5e7), language="zh"), language="zh"),
    ]


def test_an_investor_goes_by_a_given_name_wherever_it_invests(store, backed_twice) -> None:
    judge_alias(store, investor("Wanwu Ventures", "万物创投"), MEI)
    keys = [{party.key for party in store.events.get(id).participants} for id in backed_twice]
    assert all("wanwuventures" in found for found in keys)
    parties = PartyQueries(store)
    assert len(parties.investor("万物创投").events) == len(parties.investor("Wanwu Ventures").events) == 2
    assert len(open_queries(store).find_events(EventFilter(investor="万物创投")).events) == 2
    late = file(store, deal("Quaymont", investors=["万物创投"], language="zh"), language="zh")
    assert store.events.get(late).participants[0].key == "wanwuventures"
    check_rebuilt(store)


def test_an_investor_that_only_a_rumour_names_is_filed_anew_as_well(store) -> None:
    tell(store, deal(status="rumoured", investors=["万物创投"], amount=money(2e7)), on="2025-01-20")
    tell(store, deal(investors=["GV"], amount=money(2e7)), on="2025-01-22")
    merge(store, now=NOW)
    judge_alias(store, investor("GV", "万物创投"), MEI)
    check_rebuilt(store)


def test_an_investors_name_can_be_taken_back(store, backed_twice) -> None:
    judge_alias(store, investor("Wanwu Ventures", "万物创投"), MEI)
    judge_alias(store, investor("Wanwu Ventures", "万物创投", False), later(1))
    assert "万物创投" in {party.key for party in store.events.get(backed_twice[1]).participants}
    assert len(PartyQueries(store).investor("万物创投").events) == 1
    check_rebuilt(store)


def test_names_of_known_investors_are_noted_with_the_article_that_used_them(store) -> None:
    file(store, deal(investors=["a16z"]))
    known = store.aliases.gazetteer().find_investor("a16z")
    assert known is not None and known.name != "a16z"
    assert PartyQueries(store).investor("a16z").party.key == known.key
    with store._access.reading() as connection:
        rows = connection.exec_driver_sql("SELECT name, learnt_from IS NOT NULL FROM investor_alias").all()
    assert [(name, bool(learnt)) for name, learnt in rows] == [("a16z", True)]


@pytest.mark.parametrize(
    ("ruling", "error", "says"),
    [
        (company("Nowhere", "织羽"), NotFound, "no company of that name"),
        (investor("Loomfield", "Loom Fund"), NotFound, "no investor of that name"),
        (company("Loomfield", "Loomfield, Inc."), BadInput, "already a name of Loomfield"),
        (company("Loomfield", "Loomfield", False), BadInput, "the name of Loomfield"),
        (company("Loomfield", " "), BadInput, "not a name"),
    ],
)
def test_a_word_on_names_that_cannot_be_is_refused_and_not_kept(store, told_twice, ruling, error, says) -> None:
    with pytest.raises(error, match=says):
        judge_alias(store, ruling, MEI)
    assert store.judgements.list() == []


def test_names_that_companies_share_are_asked_for_until_somebody_says_what_they_are(store) -> None:
    file(store, deal(("Bolt", "Loom"), round="seed", amount=money(5e6)), on="2025-01-06")
    file(store, deal(("Stack", "Loom"), round="series-b", amount=money(9e7)), on="2025-06-01")
    [question] = store.aliases.questions()
    assert (question.party, question.name, question.shared) == ("Bolt", "Stack", "Loom")
    judge_alias(store, company("Bolt", "Stack"), MEI)
    assert store.aliases.questions() == []
    assert {event.company.key for event in store.events.iter_all()} == {"bolt"}
    judge_alias(store, company("Bolt", "Stack", False), later(1))
    judge_alias(store, company("Stack", "Loom", False), later(2))
    assert store.aliases.questions() == []
    check_rebuilt(store)


def test_investors_that_were_taken_for_one_are_asked_for_until_somebody_says_so(store) -> None:
    told = deal(leads=["Wanwu Ventures"], amount=money(2e7)), deal(leads=["万物创投"], amount=money(2e7), language="zh")
    event_id = file(store, told[0], on="2025-01-22")
    assert file(store, told[1], on="2025-01-23", language="zh") == event_id
    [question] = store.aliases.questions()
    assert (question.party, question.name, question.shared) == ("Wanwu Ventures", "万物创投", None)
    judge_alias(store, investor("Wanwu Ventures", "万物创投", False), MEI)
    assert store.aliases.questions() == []
    assert len(store.events.get(event_id).leads) == 2
    judge_alias(store, investor("Wanwu Ventures", "万物创投"), later(1))
    assert store.aliases.questions() == []
    assert len(store.events.get(event_id).leads) == 1
    check_rebuilt(store)


def test_the_order_in_which_names_and_news_come_does_not_matter(tmp_path) -> None:
    news = [("Loomfield", "2025-01-22"), ("织羽", "2025-01-23"), ("Loomfield", "2025-03-01"), ("织羽", "2025-03-02")]
    exports = set()
    for before in range(1, len(news) + 1):
        with open_store(f"sqlite:///{tmp_path / str(before)}.sqlite") as store:
            for number, (name, on) in enumerate(news):
                if number == before:
                    judge_alias(store, company("Loomfield", "织羽"), MEI)
                amount = money(2e7 if number < 2 else 9e7)
                address = {"url": f"https://news.example/{number}", "title": f"Report {number}", "text": str(number)}
                file(store, deal(name, amount=amount), on=on, **address)
            if before == len(news):
                judge_alias(store, company("Loomfield", "织羽"), MEI)
            check_rebuilt(store)
            exports.add(export(store))
    assert len(exports) == 1
