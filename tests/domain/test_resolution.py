"""The hard cases of real news: which reports tell one round, and which do not."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.claim import Claim
from domain.closeness import compare_money
from domain.event import Evidence, Extraction
from domain.features import FEATURES
from domain.ledger import file_in_order
from domain.money import Money
from domain.profile import Knowledge
from domain.resolution import UNSURE_AT, Join, New, Unsure, decide, decide_all, score_pair
from storage.rates import load_rates
from tests.domain.factories import candidate, claim, deal, file_all, money

KNOWN = Knowledge(rates=load_rates())
# what the features must not look at: copies of a report that differ in nothing else are weighed once
BESIDES = {
    "lead_investors": (),
    "total_raised": money(9e9),
    "application": "Loom",
    "application_type": "weaving",
    "language": "zh",
    "evidence": (Evidence("amount", 0, 4, "five"),),
    "confidence": 0.1,
}
M, B = 1e6, 1e9


def joined(first: dict, second: dict, days: int = 1) -> bool:
    """Whether the second report, so many days later, is filed with the first."""
    one = claim(deal(**first), "2025-03-03")
    other = claim(deal(**second), date(2025, 3, 3) + timedelta(days=days))
    return isinstance(decide(other, [candidate(one)], known=KNOWN), Join)


def yuan(low: float, high: float | None = None) -> Money:
    return money(low, high, "CNY", "vague" if high else None)


SAME = {
    "only-a-valuation-against-only-an-amount": ({"valuation": 1.5 * B}, {"amount": 280 * M}, 0),
    "nothing-but-the-name-on-one-day": ({}, {"amount": 280 * M}, 1),
    "rounded": ({"amount": 293 * M}, {"amount": 300 * M}, 1),
    "rounded-down": ({"amount": 293 * M}, {"amount": 290 * M}, 2),
    "over": ({"amount": money(100 * M, precision="at_least")}, {"amount": 105 * M}, 1),
    "up-to": ({"amount": money(25 * B, precision="at_most")}, {"amount": 25 * B}, 1),
    "tens-of-millions": ({"amount": yuan(1e7, 1e8)}, {"amount": yuan(5e7)}, 1),
    "two-currencies": ({"amount": money(50 * M, currency="EUR")}, {"amount": 53 * M}, 1),
    "dollars-and-yuan": ({"amount": 100 * M, "round": "series-b"}, {"amount": yuan(7.3e8), "round": "series-b"}, 1),
    "rumour-then-closing": ({"status": "rumoured", "amount": 800 * M}, {"amount": 800 * M, "round": "series-c"}, 40),
    "rumour-then-another-figure": ({"status": "rumoured", "amount": 800 * M}, {"amount": 1.1 * B}, 14),
    "rumour-then-another-valuation": (
        {"status": "rumoured", "valuation": 4 * B}, {"valuation": 3.6 * B, "amount": 56 * M}, 4),
    "rumours-of-one-week": (
        {"status": "rumoured", "valuation": 7.5 * B}, {"status": "rumoured", "valuation": 8.3 * B}, 2),
    "stale-repost": ({"amount": 66 * M, "round": "series-a"}, {"amount": 66 * M, "round": "series-a"}, 80),
    "product-and-company": ({"company": ("Bolt.new", "StackBlitz"), "amount": 105 * M}, {"company": "StackBlitz"}, 1),
    "a-product-in-the-company's-place": (
        {"company": "OpenAI", "amount": 110 * B}, {"company": "ChatGPT", "amount": 110 * B}, 1),
    "one-investor's-part": (
        {"amount": 110 * B, "leads": ["Amazon", "Nvidia", "SoftBank"]}, {"amount": 30 * B, "leads": ["Nvidia"]}, 1),
    "one-backer's-pledge-in-parts": (
        {"amount": money(25 * B, precision="at_most"), "leads": ["Amazon"]}, {"amount": 5 * B, "leads": ["Amazon"]}, 0),
    "one-backer's-odd-sum-fulfilled-weeks-later": (
        {"amount": 22.5 * B, "leads": ["Amazon"]}, {"status": "rumoured", "amount": 22.5 * B, "leads": ["Amazon"]}, 55),
    "a-small-part-days-later": ({"amount": 122 * M}, {"amount": 3 * M}, 4),
    "a-slip-of-the-unit": ({"amount": 1.22e11, "leads": ["GV"]}, {"amount": 1.22e10}, 2),
    "a-retrospect": ({"amount": 675 * M, "round": "series-b"}, {"amount": 675 * M}, 200),
    "a-round-of-its-own-name-months-later": ({"round": "series-b", "valuation": 350 * M}, {"round": "series-b"}, 240),
    "the-company-among-its-investors": (
        {"company": "Anthropic", "amount": 3.5 * B}, {"company": "Anthropic", "leads": ["Claude"]}, 1),
    "traditional-characters": ({"company": "銀河通用", "amount": B}, {"company": "银河通用机器人", "amount": B}, 1),
}  # fmt: skip
APART = {
    "another-round": ({"round": "seed", "amount": 5 * M}, {"round": "series-a", "amount": 20 * M}, 3),
    "another-round-within-days": ({"round": "angel"}, {"round": "pre-a", "amount": yuan(3e7)}, 2),
    "extension": ({"amount": 350 * M, "round": "series-a"}, {"amount": 520 * M, "round": "series-a"}, 90),
    "extension-plus": ({"amount": yuan(1e8), "round": "series-a"}, {"amount": yuan(2e8), "round": "series-a+"}, 30),
    "debt": ({"amount": 500 * M}, {"amount": 1.5 * B, "kind": "debt"}, 5),
    "a-year-later": ({"amount": 40 * M}, {"amount": 90 * M}, 365),
    "two-backers": ({"amount": 25 * B, "leads": ["Amazon"]}, {"amount": 40 * B, "leads": ["Google"]}, 4),
    "one-backer's-further-sum": ({"amount": 40 * B, "leads": ["Amazon"]}, {"amount": 30 * B, "leads": ["Amazon"]}, 29),
    "one-backer-again": ({"amount": 4 * B, "leads": ["Amazon"]}, {"amount": 4.5 * B, "leads": ["Amazon"]}, 400),
    "talk-of-a-backer's-round-sum-months-after-the-news": (
        {"amount": 30 * B, "leads": ["Amazon"]}, {"status": "rumoured", "amount": 30 * B, "leads": ["Amazon"]}, 92),
    "talk-of-more-than-double": ({"status": "rumoured", "amount": 10 * M}, {"status": "rumoured", "amount": 23 * M}, 2),
    "much-money-days-after-little": ({"amount": 3 * M}, {"amount": 122 * M}, 4),
    "a-small-sum-of-another-backer": ({"amount": 122 * M}, {"amount": 3 * M, "leads": ["Quaymont"]}, 4),
    "new-talk-after-the-news": (
        {"amount": 13 * B, "valuation": 183 * B}, {"status": "rumoured", "amount": 25 * B}, 120),
    "new-talk-of-another-figure": (
        {"status": "rumoured", "valuation": 800 * B}, {"status": "rumoured", "valuation": 930 * B}, 15),
    "namesake": ({"round": "seed", "amount": 6 * M, "leads": ["Accel"]},
                 {"round": "series-b", "amount": 90 * M, "leads": ["Khosla Ventures"]}, 6),
    "a-company-named-like-a-product": (
        {"company": "StepFun", "amount": 70 * M}, {"company": "Step", "amount": 9 * M}, 1),
    "another-company": ({"company": "Loomfield", "amount": 5 * M}, {"company": "Quaymont", "amount": 5 * M}, 0),
    "a-fund-and-its-house": ({"company": "Scale AI", "amount": 1 * B}, {"company": "Scaleway", "amount": 1 * B}, 0),
}  # fmt: skip


@pytest.mark.parametrize(("first", "second", "days"), SAME.values(), ids=SAME)
def test_reports_of_one_round_are_filed_together(first, second, days) -> None:
    assert joined(first, second, days)


@pytest.mark.parametrize(("first", "second", "days"), APART.values(), ids=APART)
def test_reports_of_two_rounds_are_filed_apart(first, second, days) -> None:
    assert not joined(first, second, days)


def test_two_rounds_that_one_article_tells_with_one_sum_are_two() -> None:
    page = "https://harbour.example/a"
    angel, pre_a = (claim(deal(round=name, amount=3e7), url=page) for name in ("angel+", "pre-a"))
    assert score_pair(angel, pre_a, Knowledge())[0] < UNSURE_AT


def test_a_rumour_after_the_news_is_not_held_against_the_talk_before_it() -> None:
    talk = claim(status="rumoured", amount=10e9, on="2025-08-22")
    news = claim(amount=13e9, valuation=183e9, on="2025-09-03")
    new_talk = claim(status="rumoured", amount=10e9, valuation=350e9, on="2026-01-07")
    assert [len(event.members) for event in file_all([talk, news, new_talk])] == [2, 1]


def test_one_company_with_four_stories_in_two_weeks_has_four_events() -> None:
    stories = [
        claim(amount=25e9, leads=["Amazon"], on="2026-04-21"),
        claim(amount=money(40e9, precision="at_most"), leads=["Google"], on="2026-04-25"),
        claim(status="rumoured", valuation=9e11, on="2026-04-30"),
        claim(kind="debt", amount=2e9, on="2026-05-02"),
    ]
    again = [claim(told.extraction, told.told_on + timedelta(days=1)) for told in stories]
    in_order = [told for pair in zip(stories, again, strict=True) for told in pair]
    assert [len(event.members) for event in file_all(in_order)] == [2, 2, 2, 2]


TALK = [claim(status="rumoured", valuation=9e9, on=f"2025-01-1{day}") for day in range(5)]
AS_A_WHOLE = {
    "a-valuation-alone-does-not-hide-another-sum": (
        [claim(status="rumoured", amount=1e7), claim(status="rumoured", valuation=9e8)],
        claim(status="rumoured", amount=3e7), False),
    "of-several-sums-one-that-agrees-is-enough": (
        [claim(status="rumoured", amount=1e7), claim(status="rumoured", valuation=9e8), claim(amount=3.1e7)],
        claim(status="rumoured", amount=3e7), True),
    "a-valuation-alone-does-not-hide-another-round": (
        [claim(valuation=5e8), claim(round="series-b", amount=3e7)], claim(round="series-a", amount=1.5e7), False),
    "nobody-else-told-a-sum": ([claim(valuation=5e8), claim(valuation=5e8)], claim(amount=3e7), True),
    "talk-taken-for-news-does-not-hide-the-talk": (
        [*TALK, claim(status="rumoured", amount=5e8, on="2025-01-15"), claim(valuation=9e9, on="2025-01-16")],
        claim(status="rumoured", amount=money(2e8, precision="at_most"), on="2025-01-19"), False),
}  # fmt: skip


@pytest.mark.parametrize(("members", "told", "joins"), AS_A_WHOLE.values(), ids=AS_A_WHOLE)
def test_a_claim_has_to_fit_what_an_event_tells_as_a_whole(members, told, joins) -> None:
    assert isinstance(decide(told, [candidate(*members)], known=KNOWN), Join) is joins


def test_what_an_event_holds_against_a_claim_is_among_the_reasons() -> None:
    event = candidate(claim(valuation=5e8), claim(round="series-b", amount=3e7))
    decision = decide(claim(round="series-a", amount=1.5e7), [event], known=KNOWN)
    assert {"round": "series-a against series-b"}.items() <= {r.feature: r.text for r in decision.reasons}.items()
    assert sum(reason.score for reason in decision.reasons) == pytest.approx(decision.score)


def test_a_report_without_figures_goes_where_most_reports_are() -> None:
    often = candidate(*(claim(amount=9e7, on=f"2025-01-{day}") for day in (12, 12, 12, 20)), id="e1")
    once = candidate(claim(amount=3e7, on="2025-01-20"), id="e2")
    for found in permutations((often, once)):
        assert decide(claim(on="2025-01-21"), found, known=KNOWN).event_id == "e1"


def test_a_report_does_not_pass_by_the_nearest_event_to_one_that_tells_none_of_its_figures() -> None:
    talk = candidate(claim(status="rumoured", valuation=8e9, on="2025-01-04"), id="e1")
    new_talk = candidate(claim(status="rumoured", amount=5e8, on="2025-01-20"), id="e2")
    told = claim(status="rumoured", amount=money(1.2e8, precision="at_most"), on="2025-01-22")
    assert decide(told, [talk], known=KNOWN).event_id == "e1"
    for found in permutations((talk, new_talk)):
        decision = decide(told, found, known=KNOWN)
        assert not isinstance(decision, Join)
        assert decision.reasons[-1].feature == "nearer"
        assert sum(reason.score for reason in decision.reasons) == pytest.approx(decision.score)


def test_a_report_without_figures_ties_no_events_whose_figures_differ() -> None:
    talk = [
        claim(status="rumoured", amount=amount, on=day) for amount, day in ((3.8e7, "2025-01-10"), (1e7, "2025-01-29"))
    ]
    bridge = claim(status="rumoured", valuation=7.5e8, on="2025-01-29")
    assert sorted(len(event.filings) for event in file_in_order([*talk, bridge])) == [1, 2]


TIED = {
    "talk-of-two-figures-and-the-news-between-them": [
        claim(status="rumoured", valuation=1e10, on="2025-03-07"),
        claim(status="rumoured", valuation=9e9, on="2025-05-04"),
        claim(valuation=9.9e9, on="2025-06-05"),
    ],
    "talk-of-less-money-and-a-valuation-close-to-it": [
        claim(status="rumoured", amount=1e10, valuation=3.5e11, on="2025-01-10"),
        claim(amount=3e10, on="2025-02-13"),
        claim(valuation=3.8e11, on="2025-02-16"),
    ],
}


@pytest.mark.parametrize("told", TIED.values(), ids=TIED)
def test_events_become_one_when_a_report_fits_both_and_they_fit_each_other(told) -> None:
    assert [len(event.filings) for event in file_in_order(told[:2])] == [1, 1]
    assert [len(event.filings) for event in file_in_order(told)] == [3]


def test_the_order_in_which_events_are_found_does_not_matter() -> None:
    value, talk, backer = (
        candidate(claim(valuation=9e7, on="2025-01-03"), id="ea"),
        candidate(claim(status="rumoured", round="seed", amount=5e6, on="2025-01-15"), id="eb"),
        candidate(claim(leads=["a16z"], on="2025-01-03"), id="ec"),
    )
    told = claim(status="rumoured", on="2025-01-04")
    # the later talk fits the backer and the report alone, but not once the valuation, which fits better, is there
    decisions = {decide_all(told, found) for found in permutations((value, talk, backer))}
    assert [tied for _, tied in decisions] == [("ea",)]


def test_one_stray_report_does_not_pull_another_deal_into_an_event() -> None:
    talk = [claim(status="rumoured", valuation=8e11, on=f"2025-04-1{day}") for day in range(3)]
    stray = claim(amount=5e9, on="2025-04-15")
    deals = [claim(amount=amount, leads=["Amazon"], on="2025-04-21") for amount in (2.5e10, 5e9, 5e9)]
    events = file_in_order([*talk, stray, *deals])
    assert {len(event.filings) for event in events if event.event.leads} == {3}


def test_the_reasons_of_a_decision_add_up_to_its_score() -> None:
    event = candidate(claim(amount=5e6, round="seed"), claim(amount=9e6), claim(valuation=5e7))
    decision = decide(claim(amount=5e6, round="seed", on="2025-01-23"), [event], known=KNOWN)
    assert decision.reasons[-1].feature == "others"
    assert sum(reason.score for reason in decision.reasons) == pytest.approx(decision.score)


def test_every_decision_explains_itself() -> None:
    first = candidate(claim(amount=5e6, round="seed"))
    decision = decide(claim(amount=5e6, round="seed", on="2025-01-23"), [first], known=KNOWN)
    assert isinstance(decision, Join)
    assert {reason.feature: reason.text for reason in decision.reasons} == {
        "company": "both name loomfield",
        "round": "both tell seed",
        "amount": "amounts agree: exact 5,000,000 USD, exact 5,000,000 USD",
        "dates": "1 days apart",
    }


def test_what_is_neither_clear_is_left_to_a_person() -> None:
    decision = decide(
        claim(deal("Tallow", amount=8e8), "2025-01-03"),
        [candidate(claim(deal("Tallow AI", amount=5e8), "2025-01-02"), id="e7")],
    )
    assert isinstance(decision, Unsure)
    assert decision.event_id == "e7"


def test_without_candidates_a_claim_is_new() -> None:
    assert decide(claim(amount=5e6), []) == New()


def test_of_two_events_the_better_one_is_joined() -> None:
    seed, series = candidate(claim(round="seed"), id="e1"), candidate(claim(round="series-a"), id="e2")
    assert decide(claim(round="series-a", on="2025-01-23"), [seed, series]).event_id == "e2"


AMOUNTS = st.builds(
    lambda value, precision: money(value, precision=precision),
    st.integers(1, 10**12),
    st.sampled_from(["exact", "approx", "at_least", "at_most"]),
)


@given(AMOUNTS, AMOUNTS)
def test_closeness_does_not_hang_on_the_order_and_stays_in_bounds(a: Money, b: Money) -> None:
    assert compare_money(a, b) == compare_money(b, a)
    assert -1 <= compare_money(a, b) <= 1
    assert compare_money(a, a) == 1


@given(st.integers(10**6, 10**11), st.floats(1, 3), st.floats(1, 3))
def test_the_further_apart_the_less_close(value: int, one: float, other: float) -> None:
    near, far = sorted((one, other))
    exact = money(value)
    assert compare_money(exact, money(value * near)) >= compare_money(exact, money(value * far))


def test_amounts_in_two_currencies_without_rates_say_nothing() -> None:
    pair = claim(amount=money(5e7, currency="EUR")), claim(amount=5.3e7)
    assert "amount" not in {reason.feature for reason in score_pair(*pair, Knowledge())[1]}
    assert "amount" in {reason.feature for reason in score_pair(*pair, KNOWN)[1]}


def test_a_pair_scores_the_same_either_way_round() -> None:
    for first, second, days in (*SAME.values(), *APART.values()):
        one = claim(deal(**first), "2025-03-03")
        other = claim(deal(**second), date(2025, 3, 3) + timedelta(days=days))
        assert score_pair(one, other, KNOWN)[0] == score_pair(other, one, KNOWN)[0]


def test_features_have_names_of_their_own() -> None:
    assert len({name for name, _, _ in FEATURES}) == len(FEATURES)


def test_what_copies_of_a_report_may_differ_in_weighs_nothing() -> None:
    told = {"company", "status", "kind", "round", "amount", "valuation", "investors", "announced_on"}
    assert {field.name for field in fields(Extraction)} == told | BESIDES.keys()
    for first, second, days in SAME.values():
        one, other = claim(deal(**first), "2025-03-03"), claim(deal(**second), date(2025, 3, 3) + timedelta(days=days))
        copy = Claim(
            other.extraction_id + 1, replace(other.extraction, **BESIDES), replace(other.article, url="urn:copy")
        )
        for pair in ((one, copy), (copy, one)):
            originals = [other if told is copy else told for told in pair]
            assert score_pair(*pair, Knowledge(rates=load_rates())) == score_pair(*originals, KNOWN)
