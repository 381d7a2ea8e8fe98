"""What an analyst would file: whole readings of texts of our own."""

from __future__ import annotations

import pytest

from nlp.lang import load_reader
from tests.nlp.factories import read, read_one


def names(event):
    return (event.company[0], event.round, event.amount and event.amount.value, sorted(event.lead_investors))


@pytest.mark.parametrize(
    ("title", "text", "wanted"),
    [
        ("Bramblewood raises $12M Series A led by Accel", "", ("Bramblewood", "series-a", 12e6, ["Accel"])),
        ("Oslo-based Fjordkraft AI lands €9 million seed round", "", ("Fjordkraft AI", "seed", 9e6, [])),
        ("SoftBank invests $500 million in Quillonics", "", ("Quillonics", None, 5e8, ["SoftBank"])),
        ("Tindra secures ₹40 crore in Series B funding", "", ("Tindra", "series-b", 4e8, [])),
        ("「澜图智算」完成近亿元A轮融资，红杉中国领投", "", ("澜图智算", "series-a", 1e8, ["红杉中国"])),
        (
            "",
            "36氪获悉，工业机器人公司「拓森智能」近日完成数千万元Pre-A轮融资，由启明创投领投，梅花创投跟投。",
            ("拓森智能", "pre-a", 1e7, ["启明创投"]),
        ),
    ],
)
def test_a_plain_round_is_read_whole(title, text, wanted):
    assert names(read_one(title, text)) == wanted


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Larkfield Ventures closes $300M fund to back climate startups", ""),
        ("Halden to acquire Pinnate for $1.2 billion in cash", ""),
        ("Venture funding for AI reached $40 billion in the second quarter", ""),
        ("Ferrostack cuts 200 jobs as sales slow", ""),
        ("云岭资本新一期基金完成首关，规模20亿元", ""),
        ("甲辰科技向港交所递交上市申请", ""),
        ("", ""),
    ],
)
def test_what_is_no_round_gives_no_event(title, text):
    assert read(title, text) == []


def test_talks_are_rumoured():
    assert read_one("Vantree in talks to raise $200 million at a $2 billion valuation").status == "rumoured"


@pytest.mark.parametrize("verb", ["is said to", "is reported to", "is understood to", "reportedly wants to"])
def test_what_is_only_reported_is_rumoured(verb):
    assert read_one("", f"Vantree {verb} raise $200 million from Saltmarsh Partners.").status == "rumoured"


def test_a_valuation_is_not_the_amount():
    event = read_one("Vantree raises $200 million at a $2 billion valuation")
    assert event.amount is not None
    assert event.valuation is not None
    assert (event.amount.value, event.valuation.value) == (2e8, 2e9)


def test_two_rounds_named_in_one_breath_are_two_events():
    found = read("", "智能座舱公司「听岚科技」宣布连续完成天使轮和Pre-A轮融资，累计金额数千万元。")
    assert sorted(event.round or "" for event in found) == ["angel", "pre-a"]


def test_a_roundup_gives_an_event_for_each_deal():
    text = (
        "Tessera raised a $20 million Series B led by Index Ventures.\n"
        "Oakhollow raised a $5 million seed round led by Homebrew.\n"
        "Brightmoor raised a $48 million Series C led by Coatue.\n"
        "Pellucid raised a $7 million Series A led by Felicis."
    )
    companies = {event.company[0] for event in read("Four rounds of the day", text)}
    assert companies == {"Tessera", "Oakhollow", "Brightmoor", "Pellucid"}


@pytest.mark.parametrize(
    ("language", "body", "plain"),
    [
        ("en", "Bramblewood closes record-breaking $122 million funding round as anticipation builds for IPO", True),
        ("en", "Bramblewood raises €8.5M in seed round", True),
        ("en", "Bramblewood raises its outlook to $122 million", False),
        ("en", "Bramblewood closes its $40 million plant", False),
        ("zh", "拓森智能完成数千万元B轮融资", True),
        ("zh", "拓森智能获3亿元融资", True),
        ("zh", "拓森智能完成3亿元订单交付", False),
    ],
)
def test_a_round_told_in_plain_words_passes_every_gate(language, body, plain):
    reader = load_reader(language)
    assert reader
    assert reader.tells_plainly(body) is plain


@pytest.mark.parametrize(
    ("title", "companies"),
    [
        ("Bramblewood raises $122 million in record funding round, IPO plans expected", ["Bramblewood"]),
        ("Bramblewood raises $122 million in IPO, ending a long drought", []),
    ],
)
def test_a_listing_that_is_spoken_of_makes_no_round_none(title, companies):
    assert [event.company[0] for event in read(title)] == companies


@pytest.mark.parametrize(
    ("title", "companies"),
    [
        ("Harrow, Tindra backer Dovecote Capital raises $5 billion for big AI bets", []),
        ("Bramblewood in Talks to Invest $200 Million in New Private-Equity Venture", []),
        ("Bramblewood, backed by Dovecote Capital, raises $50 million", ["Bramblewood"]),
        ("Bramblewood in talks to raise $50 million from Dovecote", ["Bramblewood"]),
    ],
)
def test_whose_backer_fills_a_fund_and_who_is_about_to_invest_raises_nothing(title, companies):
    assert [event.company[0] for event in read(title)] == companies


def test_who_puts_money_into_a_company_as_the_rules_read_it_is_its_investor():
    [event] = read("Amazon to invest up to $25 billion in Anthropic as part of $100 billion cloud deal")
    assert (event.company[0], event.lead_investors) == ("Anthropic", ("Amazon",))


def test_interest_of_investors_is_a_rumour():
    [event] = read("Bramblewood draws VC interest at up to $8 billion valuation, newspaper reports")
    assert event.status == "rumoured"
