"""Tables of other databases: what their cells say, how they are laid out, and the claims that their rows become."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.errors import BadInput
from domain.event import DatePrecision, EventDate, Kind, Status
from domain.money import Money, Precision
from tests.domain.factories import money
from tracker.moving.cells import read_currency, read_date, read_kind, read_money, read_names, read_round, read_status
from tracker.moving.layout import Layout, load_layout, map_columns, name_source
from tracker.moving.rounds import build_round
from tracker.moving.tables import read_csv
from tracker.stages import check_claimable

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def vague(low: float, high: float, currency: str) -> Money:
    return money(low, high, currency, "vague")


@pytest.mark.parametrize(
    ("cell", "currency", "unit", "wanted"),
    [
        ("105,500,000", "USD", 1, money(1.055e8)),
        ("105.5", "EUR", 1_000_000, money(1.055e8, currency="EUR")),
        ("1.055e8", "USD", 1, money(1.055e8)),
        ("$105.5M", None, 1, money(1.055e8)),
        ("€50M", "USD", 1, money(5e7, currency="EUR")),
        ("105.5M", "GBP", 1, money(1.055e8, currency="GBP")),
        ("nearly 5 million", "GBP", 1, money(5e6, currency="GBP", precision="approx")),
        ("1.055亿美元", None, 1, money(1.055e8)),
        ("数千万元", None, 1, vague(1e7, 1e8, "CNY")),
        ("5000万", "USD", 1, money(5e7)),
        ("$30M-$40M", None, 1, money(3e7, 4e7)),
        *((nothing, "USD", 1, None) for nothing in ("", " - ", "Undisclosed", "未披露", "0")),
    ],
)
def test_an_amount_is_read_as_news_writes_it_or_as_a_bare_number(cell, currency, unit, wanted):
    assert read_money(cell, currency, unit) == wanted


@pytest.mark.parametrize(
    ("cell", "currency"),
    [
        ("5", None),
        ("lots", "USD"),
        ("-5", "USD"),
        ("-$5M", None),
        ("US$-5M", None),
        ("$5M and $6M", None),
        ("105.5M", None),
    ],
)
def test_what_is_no_amount_is_refused(cell, currency):
    with pytest.raises(BadInput):
        read_money(cell, currency)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("usd", "USD"), ("US$", "USD"), ("RMB", "CNY"), ("人民币", "CNY"), ("港元", "HKD"), ("€", "EUR"), ("n/a", None)],
)
def test_a_currency_is_read_by_code_sign_or_name(cell, wanted):
    assert read_currency(cell) == wanted


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("Series B", ("series-b", None)),
        ("series_b", ("series-b", None)),
        ("Series A+", ("series-a+", None)),
        ("Pre-Seed", ("pre-seed", None)),
        ("Angel", ("angel", None)),
        ("Secondary Market", ("secondary", None)),
        ("Convertible Note", ("convertible", None)),
        ("A+轮", ("series-a+", None)),
        ("战略投资", ("strategic", None)),
        ("Debt Financing", (None, Kind.DEBT)),
        ("Grant", (None, Kind.GRANT)),
        ("Venture - Series Unknown", (None, None)),
    ],
)
def test_a_round_is_read_under_the_names_that_databases_give_it(cell, wanted):
    assert read_round(cell) == wanted


@pytest.mark.parametrize(
    ("cell", "form", "day", "precision"),
    [
        ("2025-01-22", None, "2025-01-22", "day"),
        ("2025/1/2 00:00:00", None, "2025-01-02", "day"),
        ("22.01.2025", None, "2025-01-22", "day"),
        ("01/02/2025", "%d/%m/%Y", "2025-02-01", "day"),
        ("Jan 22, 2025", None, "2025-01-22", "day"),
        ("January 2025", None, "2025-01-01", "month"),
        ("Q2 2025", None, "2025-04-01", "quarter"),
        ("2025年1月22日", None, "2025-01-22", "day"),
        ("2025", None, "2025-01-01", "year"),
    ],
)
def test_a_date_is_read_with_its_precision(cell, form, day, precision):
    assert read_date(cell, form) == EventDate(date.fromisoformat(day), DatePrecision(precision))


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (read_date, "01/02/2025"),
        (read_date, "2025-13-01"),
        (read_date, "soon"),
        (read_round, "Initial Coin Offering"),
        (read_currency, "shells"),
        (read_status, "perhaps"),
        (read_kind, "barter"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_by_its_words(read, cell):
    with pytest.raises(BadInput, match=cell):
        read(cell)


@pytest.mark.parametrize(
    ("cell", "separator", "wanted"),
    [
        ("GV, Sequoia Capital", None, ("GV", "Sequoia Capital")),
        ("Foo, Inc., Bar", None, ("Foo, Inc.", "Bar")),
        ("红杉中国、高瓴；GV", None, ("红杉中国", "高瓴", "GV")),
        ("One, Two; Three", "; ", ("One, Two", "Three")),
        ("undisclosed", None, ()),
    ],
)
def test_names_are_told_apart_but_not_from_their_legal_forms(cell, separator, wanted):
    assert read_names(cell, separator) == wanted


ROW = {
    "Deal": "t1",
    "Organization": "Loomfield",
    "中文名": "织羽",
    "Type": "Series B",
    "Raised": "$105.5M",
    "Day": "2025-01-22",
    "Leads": "Emergence",
    "All": "Emergence, GV",
    "Notes": "not mapped",
}
LAYOUT = Layout(
    source="dealbook",
    columns={
        "id": ("Deal",),
        "company": ("Organization", "中文名"),
        "round": ("Type",),
        "amount": ("Raised",),
        "announced_on": ("Day",),
        "lead_investors": ("Leads",),
        "investors": ("All",),
    },
)


def test_a_row_becomes_a_claim_whose_words_are_its_cells():
    told = build_round(ROW, LAYOUT.fit(list(ROW)), NOW)
    extraction, article = told.extraction, told.article
    assert (extraction.company, extraction.round, extraction.amount) == (
        ("Loomfield", "织羽"),
        "series-b",
        money(1.055e8),
    )
    assert (extraction.lead_investors, extraction.investors) == (("Emergence",), ("Emergence", "GV"))
    assert (article.published_on, article.source_id) == (date(2025, 1, 22), "dealbook")
    check_claimable(extraction, article)
    quotes = {(evidence.field, evidence.quote) for evidence in extraction.evidence}
    assert quotes >= {("company", "Loomfield"), ("company", "织羽"), ("amount", "$105.5M"), ("investors", "GV")}
    assert "not mapped" not in article.text


def test_a_row_has_the_same_address_for_ever_and_another_one_once_it_changes():
    layout = LAYOUT.fit(list(ROW))
    first, again = (build_round(ROW, layout, at) for at in (NOW, NOW.replace(year=2026)))
    changed = build_round({**ROW, "Raised": "$110M"}, layout, NOW)
    assert first.article.url == again.article.url != changed.article.url
    assert first.row == changed.row is not None
    linked = map_columns(LAYOUT, ["url=Link"]).fit([*ROW, "Link"])
    url = build_round({**ROW, "Link": "https://db.example/t1"}, linked, NOW).article.url
    assert url.startswith("https://db.example/t1#dealbook:t1:")


def test_a_month_is_no_day_on_which_a_round_was_told():
    told = build_round({**ROW, "Day": "2025-01"}, LAYOUT.fit(list(ROW)), NOW)
    assert told.article.published_on is None
    assert told.extraction.announced_on == EventDate(date(2025, 1, 1), DatePrecision.MONTH)


def test_defaults_and_words_stand_for_what_cells_say():
    words = {"round": {"Round of Friends": "angel"}, "status": {"DONE": "closed"}}
    layout = Layout(
        columns={**LAYOUT.columns, "status": ("State",)},
        defaults={"currency": "EUR", "kind": "debt"},
        values=words,
        unit=1000,
    )
    row = {**ROW, "Type": "Round of Friends", "Raised": "250", "State": "DONE"}
    told = build_round(row, layout.fit(list(row)), NOW).extraction
    assert (told.round, told.amount, told.status) == ("angel", money(2.5e5, currency="EUR"), Status.CLOSED)
    assert told.kind is Kind.DEBT


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"Organization": "", "中文名": "-"}, "company"),
        ({"Day": ""}, "announced_on: a round has to have a date"),
        ({"Day": "2025-06-02"}, "announced_on: 2025-06-02 is still to come"),
        ({"Day": "1789-07-14"}, "announced_on: 1789-07-14: a date before 1990"),
        ({"Raised": "$20 trillion"}, "beyond belief"),
        ({"Raised": "lots"}, "amount: 'lots'"),
        ({"Type": "ICO"}, "round: 'ICO'"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_by_its_field(changes, says):
    with pytest.raises(BadInput, match=says):
        build_round({**ROW, **changes}, LAYOUT.fit(list(ROW)), NOW)


def test_columns_that_are_named_as_fields_need_no_mapping():
    row = {
        "company": "Loomfield", "announced_on": "2025-01-01", "date_precision": "quarter", "amount_min": "5000000",
        "amount_max": "", "amount_currency": "USD", "amount_precision": "at_least", "participants": "GV",
    }  # fmt: skip
    told = build_round(row, Layout().fit(list(row)), NOW).extraction
    assert told.amount == Money(5_000_000, None, "USD", Precision.AT_LEAST)
    assert (told.announced_on, told.investors) == (EventDate(date(2025, 1, 1), DatePrecision.QUARTER), ("GV",))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: map_columns(Layout(), ["company"]), "not a field and its column"),
        (lambda: map_columns(Layout(), ["firm=Organization"]), "field 'firm': none of id"),
        (lambda: LAYOUT.fit(["Organization"]), "column 'Deal': not in the table"),
        (lambda: Layout().fit(["a", "b"]), "company and announced_on have to be mapped"),
        (lambda: Layout(source="Deal Book"), "source 'Deal Book'"),
        (lambda: Layout(trust=2), "trust 2"),
        (lambda: list(read_csv(iter(["a,a\n"]), print)), "two columns are named 'a'"),
        (lambda: list(read_csv(iter([""]), print)), "no names of columns"),
    ],
)
def test_a_layout_that_does_not_fit_is_refused(make, says):
    with pytest.raises(BadInput, match=says):
        make()


def test_a_layout_is_read_from_a_file_and_outranked_by_pairs(tmp_path):
    file = tmp_path / "dealbook.toml"
    file.write_text(
        'source = "dealbook"\ntrust = 0.7\nunit = 1000\n[columns]\ncompany = ["A", "B"]\namount = "C"\n'
        '[values.round]\n"ICO" = ""\n',
        "utf-8",
    )
    layout = map_columns(load_layout(file), ["amount=D", "announced_on=E"])
    assert layout.columns == {"company": ("A", "B"), "amount": ("D",), "announced_on": ("E",)}
    assert (layout.source, layout.trust, layout.unit) == ("dealbook", 0.7, 1000)
    assert name_source("/data/Deals 2025 (new).csv") == "deals-2025-new"


@pytest.mark.parametrize("text", ["columns = 3", "colour = 'red'", "[columns]\nfirm = 'A'", "not toml"])
def test_a_file_that_is_no_layout_is_refused(tmp_path, text):
    file = tmp_path / "layout.toml"
    file.write_text(text)
    with pytest.raises(BadInput):
        load_layout(file)


def test_a_table_is_read_whatever_stands_between_its_cells_and_bad_rows_are_told_by_their_line():
    complaints: list[str] = []
    header, rows = read_csv(iter(["a;b\n", '1;"two\n', 'lines"\n', "3\n", "\n", "'=4;5\n"]), complaints.append)
    assert header == ["a", "b"]
    assert list(rows) == [("line 2", {"a": "1", "b": "two\nlines"}), ("line 6", {"a": "=4", "b": "5"})]
    assert complaints == ["line 4: 1 cells in place of 2"]
