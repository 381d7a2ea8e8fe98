from __future__ import annotations

import pytest

from domain.aliases import PartyKind, Ruling, read_ruling, revise_gazetteer
from domain.claim import company_keys
from domain.errors import BadInput
from domain.fusion import fuse
from domain.gazetteer import Gazetteer, KnownParty, load_gazetteer
from domain.judgement import Judgement, Verdict
from domain.ledger import file_in_order
from tests.domain.days import NOW
from tests.domain.factories import claim, deal
from tests.domain.test_ledger import groups, ids

MOONSHOT = KnownParty("Moonshot AI", "moonshotai", {"zh": "月之暗面"}, ("Kimi",), "CN", "foundation-models")
KIMONO = KnownParty("Kimono", "kimono", aliases=("Kimono Labs",), country="US")
WANWU = KnownParty("Wanwu Ventures", "wanwuventures", group="vc")
BASE = Gazetteer([MOONSHOT, KIMONO], [WANWU])


def company(party: str, name: str, holds: bool = True) -> Ruling:
    return Ruling(PartyKind.COMPANY, party, name, holds)


def investor(party: str, name: str, holds: bool = True) -> Ruling:
    return Ruling(PartyKind.INVESTOR, party, name, holds)


@pytest.mark.parametrize(
    ("rulings", "keys"),
    [
        ([], {"Kimi": "moonshotai", "织羽": "织羽", "Kimono Labs": "kimono"}),
        ([company("Loomfield", "织羽")], {"织羽": "loomfield", "Loomfield, Inc.": "loomfield", "Kimi": "moonshotai"}),
        ([company("月之暗面", "Dark Side")], {"Dark Side": "moonshotai", "Kimi": "moonshotai"}),
        ([company("Moonshot AI", "Kimi", False)], {"Kimi": "kimi", "月之暗面": "moonshotai"}),
        # a name goes from one company to another
        ([company("Kimono", "Kimi")], {"Kimi": "kimono", "月之暗面": "moonshotai", "Kimono Labs": "kimono"}),
        # a company's own name takes the others with it
        ([company("Moonshot AI", "Kimono")], {"Kimono": "moonshotai", "Kimono Labs": "moonshotai"}),
        # the later word counts, whichever of the two is called the party
        ([company("Loomfield", "织羽"), company("织羽", "Loomfield", False)], {"织羽": "织羽"}),
        ([company("Loomfield", "织羽", False), company("Loomfield", "织羽")], {"织羽": "loomfield"}),
        ([company("B", "A"), company("C", "B")], {"A": "c", "B": "c"}),
        ([company("Loomfield", "Loomfield")], {"Loomfield": "loomfield"}),
    ],
    ids=["none", "new", "known", "taken", "moved", "whole", "undone", "redone", "chain", "itself"],
)  # fmt: skip
def test_a_person_gives_and_takes_names_of_companies(rulings, keys) -> None:
    known = revise_gazetteer(BASE, rulings)
    assert {name: known.company_key(name) for name in keys} == keys
    assert BASE.company_key("Kimi") == "moonshotai"


@pytest.mark.parametrize(
    ("rulings", "keys"),
    [
        ([investor("Wanwu Ventures", "万物创投")], {"万物创投": "wanwuventures", "Wanwu Ventures": "wanwuventures"}),
        ([investor("Moonshot AI", "Moonshot Fund")], {"Moonshot Fund": "moonshotai"}),
        ([investor("Moonshot AI", "Kimi", False)], {"Kimi": "kimi", "Moonshot AI": "moonshotai"}),
    ],
    ids=["fund", "corporate", "taken"],
)
def test_a_person_gives_and_takes_names_of_investors(rulings, keys) -> None:
    known = revise_gazetteer(BASE, rulings)
    assert {name: known.investor_key(name) for name in keys} == keys
    assert all(known.company_key(name) == BASE.company_key(name) for name in keys)


def test_a_company_that_invests_stays_one_under_its_new_name() -> None:
    known = revise_gazetteer(BASE, [investor("Moonshot AI", "Moonshot Fund")])
    assert known.is_corporate("Moonshot Fund") and known.is_corporate("Moonshot AI")
    assert not known.is_corporate("Wanwu Ventures")


@pytest.mark.parametrize(
    ("names", "rulings", "keys"),
    [
        (("Scale AI",), [], {"scaleai", "scale"}),
        (("Scale AI",), [company("Scale AI", "Scale", False)], {"scaleai"}),
        (("Scale",), [company("Scale AI", "Scale", False)], {"scale"}),
        (("Loom", "Quaymont"), [company("Loom", "Quaymont", False)], {"loom"}),
        (("Quaymont", "Loom"), [company("Loom", "Quaymont", False)], {"quaymont"}),
        (("织羽",), [company("Loomfield", "织羽")], {"loomfield", "织羽"}),
    ],
)
def test_a_company_is_looked_up_under_no_name_that_was_taken_from_it(names, rulings, keys) -> None:
    assert company_keys(deal(names), revise_gazetteer(BASE, rulings)) == keys


def test_claims_join_under_a_name_that_a_person_gave_and_part_where_one_was_taken() -> None:
    english = claim(deal("Loomfield", amount=2e7), "2025-01-22", language="en")
    chinese = claim(deal("织羽", amount=2e7, language="zh"), "2025-01-23", language="zh")
    both = claim(deal(("Loomfield", "织羽"), amount=2e7), "2025-01-24")
    joined = revise_gazetteer(load_gazetteer(), [company("Loomfield", "织羽")])
    parted = revise_gazetteer(load_gazetteer(), [company("Loomfield", "织羽", False)])
    assert groups(file_in_order([english, chinese])) == {ids(english), ids(chinese)}
    [filed] = file_in_order([english, chinese], gazetteer=joined)
    assert (filed.event.company.name, filed.event.company.names["zh"]) == ("Loomfield", "织羽")
    assert groups(file_in_order([english, chinese, both])) == {ids(english, chinese, both)}
    assert groups(file_in_order([english, chinese, both], gazetteer=parted)) == {ids(english, both), ids(chinese)}


def test_an_investor_with_two_names_is_named_once() -> None:
    told = [
        claim(deal(investors=["Wanwu Ventures", "GV"]), "2025-01-22"),
        claim(deal(investors=["万物创投", "GV"], language="zh"), "2025-01-22", language="zh"),
    ]
    known = revise_gazetteer(load_gazetteer(), [investor("Wanwu Ventures", "万物创投")])
    assert len(fuse(told, event_id="e1").participants) == 3
    parties = fuse(told, event_id="e1", gazetteer=known).participants
    assert {(party.name, party.names.get("zh")) for party in parties} >= {("Wanwu Ventures", "万物创投")}
    assert len(parties) == 2


def test_two_sole_leads_that_the_machine_takes_for_one_are_two_once_a_person_says_so() -> None:
    told = [
        claim(deal(leads=["Wanwu Ventures"]), "2025-01-22"),
        claim(deal(leads=["万物创投"], language="zh"), "2025-01-22", language="zh"),
    ]
    known = revise_gazetteer(load_gazetteer(), [investor("Wanwu Ventures", "万物创投", False)])
    assert len(fuse(told, event_id="e1").leads) == 1
    assert len(fuse(told, event_id="e1", gazetteer=known).leads) == 2


def judgement(**fields) -> Judgement:
    given = {"verdict": Verdict.ALIAS, "field": "company", "value": {"party": "Loomfield", "name": "织羽"}}
    return Judgement(**{"subject": (), "other": (), "judged_by": "mei", "judged_at": NOW, **given, **fields})


def test_a_judgement_holds_a_ruling() -> None:
    assert read_ruling(judgement()) == company("Loomfield", "织羽")
    assert read_ruling(judgement(verdict=Verdict.NO_ALIAS)) == company("Loomfield", "织羽", False)
    assert read_ruling(judgement(verdict=Verdict.SAME)) is None
    assert Judgement.from_dict(judgement().as_dict()) == judgement()


@pytest.mark.parametrize(
    "fields", [{"field": "person"}, {"value": None}, {"value": {"party": "x"}}, {"value": {"party": "x", "name": ""}}]
)
def test_a_judgement_without_names_is_refused(fields) -> None:
    with pytest.raises(BadInput, match="not a name and whose it is"):
        read_ruling(judgement(**fields))


@pytest.mark.parametrize("record", [{}, {"verdict": "maybe"}, {**judgement().as_dict(), "judged_at": "soon"}])
def test_a_record_that_is_no_judgement_is_refused(record) -> None:
    with pytest.raises(BadInput, match="none that can be read"):
        Judgement.from_dict(record)
