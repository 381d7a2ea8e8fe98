from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.event import DatePrecision, EventDate, Kind, Status
from domain.fusion import fuse, fuse_status, list_reported, name_event
from tests.domain.factories import claim, deal, money


def fused(*members):
    return fuse(members, event_id="e1")


def month(text: str) -> EventDate:
    return EventDate(date.fromisoformat(f"{text}-01"), DatePrecision.MONTH)


@pytest.mark.parametrize(
    ("members", "shown"),
    [
        # an announcement outranks however many rumours
        ([claim(amount=8e8, status="rumoured"), claim(amount=8e8, status="rumoured"), claim(amount=1.1e9)], 1.1e9),
        # a definite value outranks a vague one
        ([claim(amount=money(1e7, 1e8, "CNY", "vague"), trust=0.9), claim(amount=money(5e7, currency="CNY"))], 5e7),
        # an official release outranks the majority
        ([claim(amount=3e8), claim(amount=3e8), claim(amount=2.93e8, trust=0.95)], 2.93e8),
        # a trusted source outranks the rest
        ([claim(amount=3e8), claim(amount=3e8), claim(amount=2.9e8, trust=0.7)], 2.9e8),
        # then the majority
        ([claim(amount=3e8), claim(amount=2.9e8), claim(amount=2.9e8), claim(amount=3.1e8)], 2.9e8),
        # then the latest
        ([claim(amount=3e8, on="2025-01-24"), claim(amount=2.9e8, on="2025-01-22")], 3e8),
    ],
    ids=["announced", "definite", "official", "trusted", "majority", "latest"],
)
def test_the_shown_amount_is_chosen_by_the_stated_rule(members, shown) -> None:
    assert fused(*members).amount.value == shown
    assert fused(*reversed(members)).amount.value == shown


def test_every_value_is_kept_with_who_reported_it() -> None:
    first, second, third = claim(amount=3e8, round="series-b"), claim(amount=2.9e8), claim(amount=2.9e8)
    reported = list_reported([first, second, third])
    amounts = [value for value in reported if value.field == "amount"]
    assert [(value.value.value, value.shown) for value in amounts] == [(2.9e8, True), (3e8, False)]
    assert [len(value.claims) for value in amounts] == [2, 1]
    assert {claim for value in reported if value.field == "round" for claim in value.claims} == {first}


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([("rumoured", "01-01")], "rumoured"),
        ([("rumoured", "01-01"), ("announced", "01-20")], "announced"),
        ([("announced", "01-20"), ("rumoured", "01-21")], "announced"),
        ([("announced", "01-20"), ("closed", "02-20"), ("announced", "02-21")], "closed"),
        ([("rumoured", "01-01"), ("denied", "01-03")], "denied"),
        ([("rumoured", "01-01"), ("denied", "01-03"), ("rumoured", "01-04")], "denied"),
        ([("denied", "01-03"), ("announced", "02-03")], "announced"),
    ],
)
def test_the_status_goes_as_far_as_the_news_goes(told, status) -> None:
    members = [claim(status=status, on=f"2025-{day}") for status, day in told]
    assert fuse_status(members) is Status(status)


@pytest.mark.parametrize(
    ("members", "day", "precision"),
    [
        ([claim(on="2025-01-23"), claim(on="2025-01-22")], "2025-01-22", "day"),
        ([claim(on="2025-01-10", status="rumoured"), claim(on="2025-01-22")], "2025-01-22", "day"),
        ([claim(on="2025-01-25", announced_on=date(2025, 1, 21)), claim(on="2025-01-22")], "2025-01-21", "day"),
        ([claim(on="2025-03-01", announced_on=month("2024-12"))], "2024-12-01", "month"),
        ([claim(on="2025-01-22", announced_on=month("2025-01"))], "2025-01-22", "day"),
    ],
    ids=["first-article", "not-the-rumour", "stated", "month-long-past", "month-of-the-article"],
)
def test_the_date_is_the_one_stated_else_that_of_the_first_announcement(members, day, precision) -> None:
    event = fused(*members)
    assert (event.announced_on.isoformat(), event.date_precision.value) == (day, precision)


def test_leads_and_participants_do_not_overlap_and_one_house_stands_once() -> None:
    event = fused(
        claim(leads=["a16z"], investors=["GV"]),
        claim(leads=["Andreessen Horowitz"], investors=["谷歌风投", "Quaymont"], language="zh"),
    )
    assert [party.name for party in event.leads] == ["Andreessen Horowitz"]
    assert sorted(party.name for party in event.participants) == ["GV", "Quaymont"]


def test_the_company_is_no_investor_of_its_own_round() -> None:
    assert fused(claim(investors=["Loomfield", "GV"])).participants[0].name == "GV"


def test_what_only_a_rumour_says_of_investors_is_dropped_once_it_is_announced() -> None:
    event = fused(claim(status="rumoured", investors=["GV"]), claim(leads=["Quaymont"]))
    assert [p.name for p in (*event.leads, *event.participants)] == ["Quaymont"]


def test_a_company_has_a_name_in_each_language_that_told_of_it() -> None:
    event = fused(claim(deal("月之暗面"), language="zh"), claim(deal("Moonshot AI")))
    assert event.company.key == "moonshotai"
    assert [event.company.in_language(language) for language in ("zh", "en")] == ["月之暗面", "Moonshot AI"]


def test_what_the_company_does_is_kept_by_language() -> None:
    event = fused(
        claim(application_type="AI 硬件", language="zh"), claim(application_type="AI hardware", language="en")
    )
    assert event.application_types == {"zh": "AI 硬件", "en": "AI hardware"}


def test_confidence_grows_with_articles_but_never_to_certainty() -> None:
    one = fused(claim(deal(confidence=0.8))).confidence
    two = fused(claim(deal(confidence=0.8)), claim(deal(confidence=0.8))).confidence
    many = fused(*(claim(deal(confidence=1.0)) for _ in range(50))).confidence
    assert one < two < many < 1


def test_an_event_is_named_by_its_founder_alone() -> None:
    founder = claim(number=7, url="https://news.example/a", amount=5e6)
    again = replace(founder, extraction_id=99)
    assert name_event(founder) == name_event(again)
    assert name_event(founder) != name_event(founder, attempt=1)
    assert name_event(founder) != name_event(replace(founder, extraction=deal("Other", amount=5e6)))


DEALS = st.builds(
    deal,
    st.sampled_from(["Loomfield", "Loomfield AI", "织野科技"]),
    status=st.sampled_from(["rumoured", "announced", "closed", "denied"]),
    kind=st.sampled_from(list(Kind)),
    round=st.sampled_from([None, "seed", "series-a"]),
    amount=st.sampled_from([None, 5e6, 5.1e6, 6e6]),
    valuation=st.sampled_from([None, 5e7]),
    leads=st.lists(st.sampled_from(["GV", "a16z"]), max_size=2),
    investors=st.lists(st.sampled_from(["Quaymont", "红杉中国", "谷歌风投"]), max_size=3),
    application_type=st.sampled_from([None, "AI weaving"]),
)
CLAIMS = st.builds(
    claim,
    DEALS,
    st.dates(date(2025, 1, 1), date(2025, 2, 1)),
    trust=st.sampled_from([0.5, 0.7, 0.9]),
    language=st.sampled_from(["en", "zh"]),
)


@given(st.lists(CLAIMS, min_size=1, max_size=6), st.randoms())
def test_the_order_of_the_claims_does_not_matter(members, random) -> None:
    shuffled = list(members)
    random.shuffle(shuffled)
    assert fused(*shuffled) == fused(*members)


@given(st.lists(CLAIMS, min_size=1, max_size=6))
def test_every_shown_value_was_reported_by_somebody(members) -> None:
    event = fused(*members)
    told = [member.extraction for member in members]
    for name in ("status", "kind", "round", "amount", "valuation", "total_raised", "application"):
        assert getattr(event, name) in {getattr(e, name) for e in told}
    assert not {party.key for party in event.leads} & {party.key for party in event.participants}
