from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import pytest

from api.reports.formats import render_table
from api.reports.table import build_table
from api.reports.words import Language
from domain.event import Kind, Status
from tests.api.factories import event, money, party

US, ORACLE, SOFTBANK = party("US government", zh="美国政府"), party("Oracle", zh="甲骨文"), party("SoftBank", zh="软银")
STARGATE = event(
    "Stargate", kind=Kind.COMMITMENT, amount=money(None, 5e11, precision="at_most"),
    participants=(US, party("OpenAI"), ORACLE, SOFTBANK),
    application_types={"zh": "AI基础设施建设", "en": "AI infrastructure"},
)  # fmt: skip
WEILAI = event(
    "未来智能", round="pre-a", amount=money(1e7, 1e8, "CNY", "vague"), leads=(party("万物创投"),),
    application_types={"zh": "AI硬件"},
)  # fmt: skip
BOLT = event(
    "StackBlitz", application="Bolt.new", round="series-b", amount=money(105.5e6),
    leads=(party("Emergence"), party("GV")), application_types={"zh": "AI驱动全栈开发平台"},
)  # fmt: skip
RUMOUR = event("Retrograde", status=Status.RUMOURED, amount=money(1e9))
REFERENCE = (STARGATE, WEILAI, BOLT)


def rows(*events, language="zh"):
    return list(build_table(events, language).rows)


def cell(column, found, language="zh"):
    (line,) = json.loads(render_table(build_table([found], language), "json"))["rows"]
    return line[column]


def test_the_brokers_three_rows_are_printed_to_the_letter():
    table = build_table(REFERENCE, "zh")
    assert table.columns == ("应用", "应用类型", "领投方", "融资轮", "融资额", "目前累计融资额", "目前估值")
    assert table.rows == (
        ("Stargate", "AI 基础设施建设", "美国政府、OpenAI、甲骨文和软银", "——", "5000 亿美元", "——", "——"),
        ("Bolt.new", "AI 驱动全栈开发平台", "Emergence、GV", "B 轮", "1.055 亿美元", "——", "——"),
        ("未来智能", "AI 硬件", "万物创投", "Pre-A 轮", "数千万元人民币", "——", "——"),
    )


def test_the_same_rows_in_english():
    table = build_table(REFERENCE, "en")
    assert table.columns == (
        "Application", "Type", "Lead investors", "Round", "Amount", "Total raised", "Valuation",
    )  # fmt: skip
    assert table.rows == (
        ("Stargate", "AI infrastructure", "US government, OpenAI, Oracle and SoftBank", "——", "$500B", "——", "——"),
        ("Bolt.new", "——", "Emergence and GV", "Series B", "$105.5M", "——", "——"),
        ("未来智能", "——", "万物创投", "Pre-A", "tens of millions of CNY", "——", "——"),
    )


def test_the_largest_amount_in_dollars_comes_first_and_undisclosed_ones_last():
    cheap_yen = event("Yen", amount=money(9e9, currency="JPY"))
    dollars = event("Dollar", amount=money(1e8))
    silent_b, silent_a = event("bravo"), event("Alpha")
    table = rows(silent_b, cheap_yen, STARGATE, silent_a, RUMOUR, dollars, language="en")
    assert [row[0] for row in table] == [
        "Stargate", "Retrograde (rumoured)", "Dollar", "Yen", "Alpha", "bravo",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "zh", "en"),
    [
        (Status.RUMOURED, "Loomfield（传闻）", "Loomfield (rumoured)"),
        (Status.DENIED, "Loomfield（已否认）", "Loomfield (denied)"),
        (Status.ANNOUNCED, "Loomfield", "Loomfield"),
        (Status.CLOSED, "Loomfield", "Loomfield"),
    ],
)
def test_what_is_no_fact_is_marked_in_the_first_cell(status, zh, en):
    found = event(status=status)
    assert rows(found)[0][0] == zh
    assert rows(found, language="en")[0][0] == en
    assert build_table([found], "en").lines[0].cells[0] == "Loomfield"


@pytest.mark.parametrize(
    ("found", "zh", "en"),
    [
        (event(application="Loom Studio"), "Loom Studio", "Loom Studio"),
        (event(party("Moonlit", zh="月灯")), "月灯", "Moonlit"),
        (event(party("Moonlit", zh="月灯"), application="moonlit"), "月灯", "Moonlit"),
        (event(party("Moonlit", zh="月灯"), application="月灯"), "月灯", "Moonlit"),
        (event(party("Moonlit", zh="月灯"), application="Lamp"), "Lamp", "Lamp"),
    ],
)
def test_a_row_is_named_by_its_product_else_by_the_company_in_the_language(found, zh, en):
    assert (cell("application", found), cell("application", found, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("found", "zh", "en"),
    [
        (event(application_types={"zh": "AI语音", "en": "voice agents"}), "AI 语音", "Voice agents"),
        (event(application_types={"en": "voice agents"}), "——", "Voice agents"),
        (event(application_types={"en": "voice agents"}, sector="ai-hardware"), "AI 硬件", "Voice agents"),
        (event(sector="AI hardware"), "AI 硬件", "AI hardware"),
        (event(sector="basket weaving"), "——", "——"),
        (event(), "——", "——"),
    ],
)
def test_the_type_is_told_in_the_language_or_by_the_sector(found, zh, en):
    assert (cell("application_type", found), cell("application_type", found, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("found", "en"),
    [
        (event(leads=(US,), participants=(ORACLE,)), "US government"),
        (event(participants=(ORACLE,)), "——"),
        (event(kind=Kind.COMMITMENT, participants=(ORACLE, US)), "Oracle and US government"),
        (event(kind=Kind.COMMITMENT, leads=(US,), participants=(ORACLE,)), "US government"),
        (event(kind=Kind.DEBT, participants=(ORACLE,)), "——"),
    ],
)
def test_partners_stand_in_for_leads_in_commitments_alone(found, en):
    assert cell("lead_investors", found, "en") == en


@pytest.mark.parametrize(
    ("found", "zh", "en"),
    [
        (event(kind=Kind.DEBT), "债权融资", "Debt"),
        (event(kind=Kind.GRANT), "资助", "Grant"),
        (event(kind=Kind.DEBT, round="convertible"), "可转债", "Convertible"),
        (event(kind=Kind.COMMITMENT), "——", "——"),
        (event(), "——", "——"),
    ],
)
def test_debt_and_grants_are_named_in_the_round_column(found, zh, en):
    assert (cell("round", found), cell("round", found, "en")) == (zh, en)


def test_total_raised_and_valuation_have_columns_of_their_own():
    found = event(total_raised=money(3e8, precision="at_least"), valuation=money(2.1e9))
    assert rows(found)[0][5:] == ("超 3 亿美元", "21 亿美元")
    assert rows(found, language="en")[0][5:] == ("over $300M", "$2.1B")


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([STARGATE], ["not counted as equity: Stargate", "ceiling of the commitment: Stargate"]),
        ([RUMOUR], ["unconfirmed"]),
        ([event(status=Status.DENIED)], ["denied by a party"]),
        ([event("Tess", kind=Kind.DEBT), event("Ura", kind=Kind.DEBT)], ["Debt, not counted as equity: Tess and Ura."]),
        ([WEILAI], ["other currencies"]),
        ([BOLT], []),
        ([], []),
    ],
)
def test_notes_say_what_a_reader_must_know(events, words):
    notes = build_table(events, "en").notes
    assert len(notes) == len(words)
    for note, word in zip(notes, words, strict=True):
        assert word in note


HOSTILE = [
    "<script>alert(1)</script>", 'A "quoted" & <b>bold</b> name', "=HYPERLINK(1)", "+1", "-2", "@SUM(A1)", "a|b",
    "line\nbreak", "[x](javascript:alert(1))", "`code` *star* _under_", "back\\slash", "\t=1+1", "&lt;b&gt;",
]  # fmt: skip


class Cells(HTMLParser):
    def __init__(self):
        super().__init__()
        self.cells, self.tags = [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data):
        if self.cells:
            self.cells[-1] += data


@pytest.mark.parametrize("name", HOSTILE)
def test_names_cannot_break_out_of_any_form(name):
    table = build_table([event(name, leads=(party(name),))], "en")
    page = Cells()
    page.feed(render_table(table, "html"))
    assert page.cells[7].strip() == name.strip()
    assert not {"script", "b"} & page.tags
    first = next(iter(csv.DictReader(io.StringIO(render_table(table, "csv")))))
    assert not first["Application"].startswith(("=", "+", "-", "@", "\t"))
    assert first["Application"].removeprefix("'") == " ".join(name.split())
    assert json.loads(render_table(table, "json"))["rows"][0]["application"] == name
    (line,) = [line for line in render_table(table, "markdown").splitlines() if line.startswith("| ")][2:]
    bare = line.replace("\\\\", "").replace("\\|", "")
    assert bare.count("|") == 8
    assert "<" not in line.replace("\\<", "")
    assert "](" not in line.replace("\\]", "")


def test_markdown_has_title_rows_and_notes():
    text = render_table(build_table([STARGATE], "en", title="Week 4"), "markdown")
    assert text.splitlines()[:5] == [
        "**Week 4**",
        "",
        "| Application | Type | Lead investors | Round | Amount | Total raised | Valuation |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| Stargate | AI infrastructure | US government, OpenAI, Oracle and SoftBank | —— | $500B | —— | —— |",
    ]
    assert "- Amount shown is the ceiling of the commitment: Stargate." in text


def test_csv_has_the_seven_columns_and_a_row_a_round():
    found = list(csv.reader(io.StringIO(render_table(build_table([*REFERENCE, RUMOUR], "zh"), "csv"))))
    assert [len(row) for row in found] == [7] * 5
    assert found[2][0] == "Retrograde（传闻）"


def test_json_keeps_the_facts_behind_each_row():
    found = json.loads(render_table(build_table([STARGATE], "zh"), "json"))
    facts = found["rows"][0]["event"]
    assert facts["amount"] == {"min": None, "max": 500_000_000_000, "currency": "USD", "precision": "at_most"}
    assert (facts["kind"], facts["status"], facts["amount_usd"]) == ("commitment", "announced", 5e11)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("form", ["json", "csv", "markdown", "html"])
def test_every_text_form_renders_an_empty_and_a_full_table(form, language):
    for events in ((), (*REFERENCE, RUMOUR)):
        table = build_table(events, language)
        text = render_table(table, form)
        assert text.endswith("\n")
        for title in table.columns:
            assert title in text
