from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from api.reports.around import build_investors, build_mega, build_totals
from api.reports.corrections import build_corrections
from api.reports.footnotes import write_dollars
from api.reports.headline import find_headline, nest_quotes, quote_sentence, write_facts
from api.reports.house import load_house
from api.reports.select import Selection, describe_selection, select_events
from api.reports.sums import Sum, find_change, write_change
from domain.event import Evidence, Kind, Status
from domain.period import parse_period
from tests.api.factories import event, money, party
from tests.reports.making import build, find_section

ZH, EN = load_house().phrases("zh"), load_house().phrases("en")
W04 = parse_period("2025-W04")
QUAY, OSTLER = party("Quaymont"), party("Ostler")


def texts(section, grid=0):
    return [tuple(cell.text for cell in row) for row in section.grids[grid].rows]


def deals(usd, count=1, disclosed=None):
    return Sum("x", "x", count, count if disclosed is None else disclosed, usd)


@pytest.mark.parametrize(
    ("before", "now", "en", "zh"),
    [
        (deals(100), deals(150), "+50%", "+50%"),
        (deals(100), deals(40), "−60%", "−60%"),
        (deals(100), deals(100), "unchanged", "持平"),
        (deals(100), deals(450), "4.5 times", "4.5 倍"),
        (deals(100), deals(2500), "25 times", "25 倍"),
        (deals(0, 0), deals(5), "none before", "上期无"),
        (deals(5), deals(0, 0), "none now", "本期无"),
        (deals(5), deals(0, 1, 0), "——", "——"),
        (deals(0, 2, 0), deals(5), "——", "——"),
    ],
)
def test_a_change_is_told_as_a_reader_would(before, now, en, zh):
    assert (write_change(before, now, EN), write_change(before, now, ZH)) == (en, zh)
    # a number only where there is something to compare with
    assert find_change(before, now) == (round(now.usd / before.usd - 1, 4) if en[-1] == "%" or en[0] in "24u" else None)


def test_kinds_are_never_added_up_and_rumours_enter_no_sum():
    events = [
        event(amount=money(1e8), round="seed"),
        event(amount=money(2e8), round="series-a+"),
        event(kind=Kind.DEBT, amount=money(5e9)),
        event(status=Status.RUMOURED, amount=money(9e9)),
    ]
    section = build_totals(events, [event(amount=money(1.5e8), round="series-a")], W04, EN)
    assert texts(section) == [
        ("Equity", "2", "2", "$300M", "$150M", "+100%"),
        ("Debt", "1", "1", "$5B", "——", "none before"),
    ]
    assert [row[0] for row in texts(section, 2)] == ["Seed", "Series A"]
    assert build_totals([], events, W04, EN) is None


def test_a_sum_of_nothing_disclosed_is_no_zero():
    (row,) = build_totals([event(round="seed")], [event(amount=money(2e6))], W04, EN).grids[0].rows
    assert [(cell.text, cell.value) for cell in row[3:]] == [("——", None), ("$2M", 2e6), ("——", None)]


@pytest.mark.parametrize(
    ("text", "nested"),
    [
        ("四方启动“星际之门”（Stargate）。", "四方启动‘星际之门’（Stargate）。"),
        ('It is "the largest" of them.', "It is ‘the largest’ of them."),
        ('A 6" screen.', 'A 6" screen.'),
    ],
)
def test_quotes_within_a_quote_are_single(text, nested):
    assert nest_quotes(text) == nested


@pytest.mark.parametrize(
    ("told", "cell"),
    [("voice agents", "Voice agents"), ("iOS testing", "iOS testing"), ("AI chips", "AI chips"), ("", "")],
)
def test_a_cell_begins_with_a_capital_unless_the_word_has_its_own(told, cell):
    assert EN.words.begin(told) == cell
    assert ZH.words.begin("大模型") == "大模型"


def test_an_investor_is_active_from_two_rounds_on():
    events = [
        event("Alpha", leads=(QUAY,), participants=(OSTLER,)),
        event("Bravo", participants=(QUAY,), amount=money(1e6)),
        event("Charlie", leads=(OSTLER,), status=Status.RUMOURED),
    ]
    assert texts(build_investors(events, EN)) == [("Quaymont", "2", "1", "Bravo and Alpha")]
    assert build_investors(events[:1], EN) is None


def test_mega_rounds_are_equity_and_commitments_of_a_hundred_million():
    events = [
        event("Big", amount=money(1e8)),
        event("Small", amount=money(9.9e7)),
        event("Loan", amount=money(1e9), kind=Kind.DEBT),
        event("Vow", amount=money(1e9), kind=Kind.COMMITMENT),
    ]
    assert [row[0] for row in texts(build_mega(events, EN))] == ["Vow", "Big"]


def test_corrections_say_what_was_added_removed_and_changed():
    kept, gone, new = event("Kept", amount=money(1e6)), event("Gone", amount=money(2e6)), event("New", round="seed")
    changed = replace(kept, amount=money(3e6), status=Status.CLOSED)
    section = build_corrections([kept, gone], [changed, new], W04, EN)
    assert texts(section) == [
        ("Gone", "Whole row", "$2M", "removed"),
        ("Kept", "Amount", "$1M", "$3M"),
        ("Kept", "Status", "announced", "closed"),
        ("New", "Whole row", "——", "Seed"),
    ]


def test_no_table_is_corrected_that_cannot_have_been_printed():
    assert build_corrections([], [event()], W04, ZH) is None
    (same,) = build_corrections([event(id="e1")], [event(id="e1")], W04, ZH).paragraphs
    assert "没有更正" in same.text


def test_the_corrections_of_a_week_come_from_the_history(world):
    section = find_section(build(world), "corrections")
    assert ("Synthera", "Amount", "$180M", "$195M") in texts(section)
    assert ("Belated", "Whole row", "——", "Seed, $4M") in texts(section)


@pytest.mark.parametrize(
    ("found", "en", "zh"),
    [
        (
            event("Loom", amount=money(5e7), round="series-a", leads=(QUAY,), participants=(OSTLER,),
                  valuation=money(3e8), total_raised=money(6e7)),
            ["Loom announced $50M of Series A funding, led by Quaymont, with Ostler taking part.",
             "Valuation: $300M; total raised: $60M."],
            ["Loom 宣布 5000 万美元 A 轮融资，由 Quaymont 领投，Ostler 参投。",
             "估值 3 亿美元，累计融资 6000 万美元。"],
        ),
        (
            event("Loom", amount=money(5e7), round="strategic", status=Status.CLOSED),
            ["Loom closed $50M of Strategic funding."],
            ["Loom 完成 5000 万美元战略融资。"],
        ),
        (
            event("Loom", kind=Kind.DEBT, amount=money(1e9), leads=(QUAY,), total_raised=money(2e9)),
            ["Loom announced $1B of debt from Quaymont.", "Total raised: $2B."],
            ["Loom 宣布 10 亿美元债权融资，资金方为 Quaymont。", "累计融资 20 亿美元。"],
        ),
        (
            event("Loom", kind=Kind.GRANT, participants=(OSTLER,)),
            ["Loom was awarded a grant by Ostler."],
            ["Loom 获得资助，资助方为 Ostler。"],
        ),
        (
            event("Loom", kind=Kind.COMMITMENT, amount=money(None, 5e11, precision="at_most")),
            ["Loom announced commitments of up to $500B."],
            ["Loom 宣布最高 5000 亿美元的投资承诺。"],
        ),
    ],
)  # fmt: skip
def test_the_headline_is_told_from_the_facts_alone(found, en, zh):
    assert (write_facts(found, EN), write_facts(found, ZH)) == (en, zh)


def test_the_largest_deal_that_is_a_fact_makes_the_headline():
    rumour, big = event(status=Status.RUMOURED, amount=money(9e9)), event(amount=money(5e6))
    assert find_headline([event(), rumour, big, event(amount=money(4e6))]) is big
    assert find_headline([event(), rumour]) is None


def test_the_headlines_quote_stands_in_its_article_word_for_word(world):
    for language, source in (("zh", "潮流科技"), ("en", None)):
        paragraphs = find_section(build(world, "2025-W04", language), "headline").paragraphs
        if source is None:
            assert len(paragraphs) == 1  # no English article tells it
            continue
        assert paragraphs[1].text == f"{source}报道：“最高将投入5000亿美元，用四年时间建设算力。”"
        assert paragraphs[1].url == "https://chaoliu.example/stargate"


@pytest.mark.parametrize(
    ("body", "quote", "sentence"),
    [
        ("T\nLoom raised $1.5M. It grows.", "$1.5M", "Loom raised $1.5M."),
        (
            "T\nOne is in. Loom Inc. Raised $2 million in the U.S. A lot. Three.",
            "$2 million",
            "Loom Inc. Raised $2 million in the U.S. A lot.",
        ),
        ("题\n甲乙。丙完成5亿元融资！丁。", "5亿元", "丙完成5亿元融资！"),
        ("Loom raises $9M\nText.", "$9M", ""),
        ("T\n" + "word " * 80 + "$5M.", "$5M", ""),
    ],
)
def test_a_quote_is_a_whole_sentence_of_the_text(body, quote, sentence):
    start = body.index(quote)
    assert quote_sentence(body, Evidence("amount", start, start + len(quote), quote)) == sentence
    assert quote_sentence("another text\naltogether", Evidence("amount", 3, 6, quote)) == ""


@pytest.mark.parametrize(
    ("amount", "usd", "en"),
    [
        (money(1e8, currency="CNY"), 1.376e7, "about $13.8M"),
        (money(1e7, 1e8, "CNY", "vague"), 1.376e6, "$1.38M–$13.8M"),
        (money(1e9, currency="CNY", precision="at_least"), 1.376e8, "over $138M"),
        (money(None, 2e8, "CNY", "at_most"), 2.75e7, "up to $27.5M"),
    ],
)
def test_a_converted_amount_keeps_its_bounds(amount, usd, en):
    assert write_dollars(amount, usd, EN.words) == en


EVENTS = [
    event("Alpha", amount=money(2e8), round="series-a+", leads=(QUAY,), sector="voice"),
    event("Bravo", amount=money(5e6), round="seed", participants=(party("红杉中国", en="HongShan"),)),
    event("Charlie", kind=Kind.DEBT, amount=money(1e9)),
    event("Delta", status=Status.RUMOURED),
    event("Echo", status=Status.DENIED, amount=money(3e9)),
]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Selection(), ["Charlie", "Alpha", "Bravo", "Delta"]),
        (Selection(min_usd=1e7), ["Charlie", "Alpha"]),
        (Selection(top=2), ["Charlie", "Alpha"]),
        (Selection(kinds=(Kind.EQUITY,), top=1), ["Alpha"]),
        (Selection(statuses=(Status.DENIED, Status.RUMOURED)), ["Echo", "Delta"]),
        (Selection(rounds=("series-a",)), ["Alpha"]),
        (Selection(rounds=("series-a1",)), []),
        (Selection(sectors=("voice", "robotics")), ["Alpha"]),
        (Selection(investor="quaymont"), ["Alpha"]),
        (Selection(text="红杉"), ["Bravo"]),
        (Selection(text="BRA"), ["Bravo"]),
    ],
)
def test_a_selection_lists_what_is_asked_for(wanted, names):
    assert [found.company.name for found in select_events(EVENTS, wanted, EN)] == names


def test_the_table_says_what_it_leaves_out_and_the_rest_does_not_leave_it_out(world):
    report = build(world, selection=Selection(min_usd=1e9, top=1))
    assert [line.cells[0] for line in report.table.lines] == ["Stargate"]
    assert any("$1B and more, the 1 largest" in note for note in report.table.notes)
    assert len(texts(find_section(report, "totals"))) == 3
    assert describe_selection(Selection(), ZH) == ""


@pytest.mark.parametrize(
    ("period", "title", "span"),
    [
        ("2025-W04", "图表：本周 AI 初创公司的融资动态", "2025-W04（2025 年 1 月 20 日至 26 日）"),
        ("2025-W03..2025-W05", "图表：2025-W03 至 2025-W05 AI 初创公司的融资动态",
         "2025-W03 至 2025-W05（2025 年 1 月 13 日至 2025 年 2 月 2 日）"),
        ("2025-01", "图表：2025 年 1 月 AI 初创公司的融资动态", "2025 年 1 月"),
    ],
)  # fmt: skip
def test_weeks_ranges_and_months_have_titles_of_their_own(world, period, title, span):
    report = build(world, period, "zh")
    assert (report.table.title, report.span) == (title, span)


def test_a_month_holds_its_days_and_no_others(world):
    found = build(world, "2025-01").table.lines
    assert {line.event.announced_on.month for line in found} == {1}
    assert len(found) == 9
    assert build(world, "2025-02").table.lines == ()
    assert all(date(2025, 1, 13) <= line.event.announced_on for line in found)
