"""What the rules for English read out of lists and sentences."""

from __future__ import annotations

import pytest

from domain.event import Kind
from nlp.lang.en.document import read_statements
from nlp.lang.en.names import names_in_list
from nlp.pipes.cues import find_no_new_money
from nlp.reading import read_deals
from tests.nlp.marking import mark


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the Northern Bank and the clean-energy fund Halden Ventures", ["Northern Bank", "Halden Ventures"]),
        ("Sweden’s Halden and the Dutch impact investor Ferro-Bay", ["Halden", "Ferro-Bay"]),
        ("Halden and Dovecote’s Chinese successor Saltmarsh", ["Halden", "Saltmarsh"]),
        ("the customers Halden and Ferro", ["Halden", "Ferro"]),
        ("Halden and an existing investor, Ferro Capital", ["Halden"]),
        ("Halden Express Ventures and Bank of Ferro", ["Halden Express Ventures", "Bank of Ferro"]),
        ("Halden and the founder of Ferro", ["Halden"]),
        ("Founder Bay, Fund for Ferro and Customer Ventures", ["Founder Bay", "Fund for Ferro", "Customer Ventures"]),
        ("French Partners and Dutch Bay Capital", ["French Partners", "Dutch Bay Capital"]),
        ("Halden Energy and Dovecote", ["Halden Energy", "Dovecote"]),
        ("Ministry of Energy and Mines and Dovecote", ["Ministry of Energy and Mines", "Dovecote"]),
    ],
)
def test_what_a_firm_is_belongs_to_no_name(text, names):
    assert [name.text for name in names_in_list(text, 0, len(text))[0]] == names


@pytest.mark.parametrize(
    ("sentence", "company", "leads", "background"),
    [
        ("The money is a $9 million seed round led by Halden.", [], ["Halden"], False),
        ("Cash comes from a recent $9 million round co-led by Halden.", [], ["Halden"], False),
        ("A $9 million seed round for Tindra.", ["Tindra"], [], False),
        ("Its Series C was led by Halden and Ferro.", [], ["Halden", "Ferro"], False),
        ("Its Series C was led by Halden in 2021.", [], ["Halden"], True),
        ("Its last Series C was led by Halden.", [], ["Halden"], True),
    ],
)
def test_who_led_a_round_did_not_raise_it(sentence, company, leads, background):
    [told] = read_statements(f"\n{sentence}")
    assert [name.text for name in told.company] == company
    assert [name.text for name in told.leads] == leads
    assert told.background is background


@pytest.mark.parametrize(
    ("sentence", "leads"),
    [
        ("The money comes from Halden and from Ferro, the firm that led the initial $9 million in March.", []),
        ("Ferro, who led its first round, put in more.", []),
        ("Ferro led the first close of the Series B.", ["Ferro"]),
        ("Ferro led the round with Halden.", ["Ferro"]),
        ("Ferro led its Series B.", ["Ferro"]),
    ],
)
def test_who_led_an_earlier_round_does_not_lead_this_one(sentence, leads):
    assert [name.text for told in read_statements(f"\n{sentence}") for name in told.leads] == leads


@pytest.mark.parametrize(
    ("title", "company", "investors"),
    [
        ("Halden’s Up to $4 Billion Quillo Investment Will Be Convertible", "Quillo", ["Halden"]),
        ("Halden's $4 billion investment in Quillo", "Quillo", ["Halden"]),
        ("Ferro Partners’ new $40 million Tindra stake", "Tindra", ["Ferro Partners"]),
        ("Halden’s $40 million funding round", "Halden", []),
        ("Halden closes $4 billion Quillo investment", "Quillo", ["Halden"]),
    ],
)
def test_whose_stake_is_spoken_of_invests(title, company, investors):
    [told] = read_statements(f"{title}\n")
    assert ([name.text for name in told.company], [name.text for name in told.investors]) == ([company], investors)


def test_a_project_is_nobody_to_have_a_stake_in():
    assert all(not told.investors for told in read_statements("Halden’s $4 billion investment in data centers\n"))


@pytest.mark.parametrize(
    ("title", "old"),
    [
        ("Halden to meet $2 billion commitment to Quillo", True),
        ("Halden races to fulfill $22 billion Quillo funding commitment by June", True),
        ("Quillo raises $20 million to meet climate commitments", False),
        ("Quillo raises $20 million to help banks meet their $5 billion commitments", False),
        ("Quillo meets fundraising goal with $20 million in commitments", False),
        ("Quillo overtakes Tindra as world’s most valuable startup at $65 billion", True),
        ("Quillo tops Tindra as the most valuable startup after $65 billion funding", False),
        ("Quillo passes Tindra in sales", False),
    ],
)
def test_a_promise_kept_and_a_rank_are_no_new_money(title, old):
    assert (find_no_new_money("en", title, 0, len(title)) is not None) is old


@pytest.mark.parametrize(
    "title",
    [
        "Halden gathers €730 million for eighth buyout fund",
        "Pension schemes give Halden $640 million for its timber fund",
        "Halden Ventures raises $18M maiden fund for Baltic founders",
        "Halden raises $90M for deep-tech fund — Dovecote is in again",
        "Halden collects ₹62 crore for angel fund; closes books in May",
        "Halden raises $210M to back seed-stage founders",
        "Halden moves cheese maker into £400m continuation vehicle",
        "Halden holds €85 million first close of its forestry vehicle",
        "Tindra allots shares worth Rs 94 crore to anchor investors before IPO",
        "Tindra files to go public, reveals narrowing loss",
        "Tindra files draft papers for Rs 1,600 crore issue",
        "Watchdog fines Tindra NOK 48 million for leaked recordings",
        "Halden sells its 12% stake in Tindra for $70 million",
        "Tindra weighs selling a majority stake worth ₹450 crore",
        "Tindra inks $31 million supply deal with Dovecote",
        "Tindra bags £6.5m order from coast guard",
    ],
)
def test_money_for_a_fund_for_a_holder_or_for_an_order_is_no_round(title):
    assert find_no_new_money("en", title, 0, len(title))


@pytest.mark.parametrize(
    "title",
    [
        "Tindra raises $20 million from Halden Growth Fund",
        "Tindra raises $20M in round led by Halden Venture Fund",
        "Tindra raises $12M to build software for hedge funds",
        "Tindra raises $5M for hedge fund analytics",
        "Tindra raises $30M for private-equity fund managers",
        "Tindra bags $3M for its fund administration platform",
        "Tindra raises Rs 10 crore in seed funds",
        "Tindra raises $5 million to back up its data",
        "Tindra raises $9M to fund clinical trials",
        "Tindra sells 10% stake to Halden for $20 million",
        "Tindra raises $20M after winning contracts",
        "Tindra secures $20M for contract software",
        "Tindra wins $300M army contract and $175M from Halden",
        "Tindra lands $20 million deal with Halden",
    ],
)
def test_a_round_told_beside_funds_stakes_and_orders_stays_one(title):
    assert not find_no_new_money("en", title, 0, len(title))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ferro announced the acquisition of {c:Quillo} at a {v:$60 billion} valuation", False),
        ("{c:Quillo} raised a round at a {v:$60 billion} valuation", True),
    ],
)
def test_what_a_firm_is_bought_at_values_no_round(text, told):
    assert any(deal.first("valuation") for deal in read_deals(mark(text, "en"))) is told


@pytest.mark.parametrize(
    ("sentence", "background"),
    [
        ("Tindra said on Monday it had raised $9 million in a round led by Halden.", False),
        ("Tindra announced that the company had raised $9 million from Halden.", False),
        ("Tindra said they had raised $9 million in 2021.", True),
        ("Tindra said it previously had raised $9 million from Halden.", True),
        ("Tindra, which had raised $9 million from Halden, said it would close.", True),
        ("Tindra had raised $9 million from Halden.", True),
    ],
)
def test_what_a_firm_says_it_had_raised_is_news(sentence, background):
    [told] = [s for s in read_statements(f"\n{sentence}") if s.amount]
    assert told.background is background


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Halden and Dovecote pledge €1.2 billion to hydrogen venture Quillo", Kind.COMMITMENT),
        ("Halden and Dovecote commit $2 billion to joint venture Quillo", Kind.COMMITMENT),
        ("Halden Venture Partners commits $2 million to Quillo", None),
        ("Halden commits $2 million to venture studio Quillo", None),
    ],
)
def test_what_partners_pledge_to_a_venture_is_a_commitment(title, kind):
    [told] = read_statements(f"{title}\n")
    assert told.kind is kind
