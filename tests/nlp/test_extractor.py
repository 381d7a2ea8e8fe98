"""What an analyst would file: whole readings of texts of our own."""

from __future__ import annotations

import pytest

from domain.article import Article
from nlp.explain import explain
from nlp.pipes.cues import is_told_plainly
from tests.nlp.factories import extractor, read, read_one


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
    [event] = read("Amazon to invest up to $3 billion in Anthropic beside $9 billion chip lease")
    assert (event.company[0], event.lead_investors) == ("Anthropic", ("Amazon",))


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Dovecote to invest another $3 billion in Anthropic, signs lease", "announced"),
        ("Dovecote to invest $3 billion in Anthropic, sources say", "rumoured"),
        ("Dovecote in talks to invest $3 billion in Anthropic", "rumoured"),
    ],
)
def test_who_is_to_invest_has_said_so_unless_others_say_it(title, status):
    [event] = read(title)
    assert event.status == status


def test_interest_of_investors_is_a_rumour():
    [event] = read("Bramblewood draws VC interest at up to $8 billion valuation, newspaper reports")
    assert event.status == "rumoured"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Harrow raises $50M amid strong investor interest", ""),
        ("Bramblewood raises $12M Series A led by Accel", ""),
        ("Bramblewood opens a plant for $12 million", ""),
        ("", "拓森智能完成3亿元B轮融资，由衡山资本领投。"),
        ("", "核心事件：拓森智能完成3亿元B轮融资，由衡山资本领投。"),
        ("Bramblewood raises $12M Series A and $5M in debt from Halden Bank", ""),
    ],
)
def test_an_explanation_tells_the_events_that_the_extractor_finds(title, text):
    told = explain(Article("a", title, text))
    assert [event for event, _ in told.events] == extractor().extract(Article("a", title, text))


def test_an_explanation_shows_what_every_layer_marked_and_why_a_loan_is_one():
    told = explain(Article("a", "Bramblewood raises $12M Series A and $5M in debt from Halden Bank", ""))
    assert {mark.layer for mark in told.marks} >= {"values", "cues", "rules", "parties"}
    _, (_, reasons) = told.events
    [why] = [reason.why for reason in reasons if reason.evidence.field == "amount"]
    assert "its words say that it is lent" in why


def test_a_round_told_in_plain_words_passes_the_gate():
    [event] = read("Harrow raises $50M amid strong investor interest")
    assert (event.company[0], event.status) == ("Harrow", "announced")


@pytest.mark.parametrize(
    ("language", "body", "plain"),
    [
        ("en", "Harrow raises a new $50M", True),
        ("en", "Halden to invest up to $4 billion in Quillo", True),
        ("en", "Halden to invest $4 billion over three years", False),
        ("en", "Harrow opens a plant for $50M", False),
        ("zh", "拓森智能完成3亿元A轮融资", True),
        ("zh", "拓森智能斥资3亿元建厂", False),
    ],
)
def test_what_says_in_plain_words_that_a_sum_is_raised(language, body, plain):
    assert is_told_plainly(language, body) is plain


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # here the round is the news, and its value follows from it
        ("在完成5亿元A轮融资后，拓森智能估值达到60亿元，正筹备新工厂。", ("series-a", 5e8)),
        ("拓森智能在完成5亿元A轮融资后，估值达到60亿元，并将再次投产。", ("series-a", 5e8)),
        ("在获得3亿元B轮融资后，拓森智能估值达到20亿元，并有意启动下一轮融资。", ("series-b", 3e8)),
        ("在衡山资本领投后，拓森智能完成3亿元B轮融资，再获红杉中国跟投。", ("series-b", 3e8)),
        ("继去年完成2亿元A轮融资后，拓森智能今日宣布完成5亿元B轮融资。", ("series-b", 5e8)),
    ],
)
def test_only_a_newer_round_makes_one_old(text, wanted):
    event = read_one("", text)
    assert (event.round, event.amount and event.amount.value) == wanted


@pytest.mark.parametrize(
    ("title", "company"),
    [
        ("Startup Health raises $50 million Series B", "Startup Health"),
        ("Troubled Waters Brewing raises $20 million", "Troubled Waters Brewing"),
        ("Months after its launch, Bramblewood raises $12 million seed round", "Bramblewood"),
    ],
)
def test_a_word_that_may_begin_a_name_stays_in_it(title, company):
    assert read_one(title).company[0] == company


@pytest.mark.parametrize(
    ("title", "text", "leads"),
    [
        (
            "Quillo raises $40M Series B led by Google, with participation from Google Ventures and Accel",
            "",
            ["Google"],
        ),
        ("", "拓森智能完成3亿元B轮融资，由腾讯领投，腾讯音乐、红杉中国跟投。", ["腾讯"]),
        ("Quillo raises $40 million Series B led by a16z’s Marc Andreessen", "", None),
    ],
)
def test_a_lead_is_not_taken_for_the_firm_that_its_name_begins(title, text, leads):
    event = read_one(title, text)
    assert leads is None or list(event.lead_investors) == leads
    assert leads is not None or {"a16z", "Marc Andreessen"} & set(event.investors)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", "拓森智能宣布终止3亿元B轮融资。"),
        ("Dovecote raises $300 million for two new funds", ""),
        ("Bramblewood plans to invest $50 million in a plant", ""),
    ],
)
def test_what_is_called_off_or_fills_a_fund_or_is_spent_is_no_round(title, text):
    assert read(title, text) == []


@pytest.mark.parametrize(
    "title",
    [
        "Quillo is planning to invest in sales after raising $40 million Series B led by Dovecote",
        "Quillo is preparing to invest heavily in Europe after closing a $40 million Series B led by Dovecote",
    ],
)
def test_who_spends_what_it_raised_has_raised_it(title):
    [event] = read(title)
    assert (event.company[0], event.round, event.amount and event.amount.value) == ("Quillo", "series-b", 4e7)
