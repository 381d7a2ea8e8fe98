"""import, export, decide alias and review, as they are typed."""

from __future__ import annotations

import json

import pytest

from storage.store import open_store
from tests.domain.factories import deal, money
from tests.storage.factories import file
from tests.tracker.test_cli import invoke

DEALS = "Firm,Type,Raised,Day\nLoomfield,Series B,$105.5M,2025-01-22\nQuaymont,Seed,lots,2025-01-23\n"


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def deals(tmp_path) -> str:
    path = tmp_path / "Deals 2025.csv"
    path.write_text(DEALS, "utf-8")
    return str(path)


@pytest.mark.parametrize("option", [["--map"], []], ids=["option", "bare"])
def test_columns_are_mapped_one_after_another(url, deals, option):
    pairs = [*option, "company=Firm", "round=Type", "amount=Raised", "announced_on=Day"]
    shown = invoke("import", deals, *pairs, "--store", url)
    assert shown.exit_code == 1
    assert shown.stderr.splitlines()[:2] == [
        "tracker: line 3: amount: 'lots': no amount with its currency",
        "import: 1 rounds, 1 refused",
    ]
    assert invoke("merge", "--store", url).exit_code == 0
    [event] = [json.loads(line) for line in invoke("export", "--store", url).stdout.splitlines()]
    assert (event["company"]["name"], event["articles"][0]["source"]) == ("Loomfield", "deals-2025")


def test_a_mapping_file_says_how_a_table_is_laid_out(url, deals, tmp_path):
    mapping = tmp_path / "deals.toml"
    mapping.write_text(
        'source = "deals"\n[columns]\ncompany = "Firm"\nround = "Type"\namount = "Raised"\nannounced_on = "Day"\n'
        '[values.amount]\nlots = ""\n',
        "utf-8",
    )
    options = ["--mapping", str(mapping), "--source", "dealbook", "--trust", "0.9", "--store", url]
    assert invoke("import", deals, *options).exit_code == 0
    with open_store(url) as store:
        assert [(record.id, record.trust) for record in store.sources.list()] == [("dealbook", 0.9)]
        assert store.extractions.count_unmerged() == 2


def test_an_export_is_written_as_a_whole_or_not_at_all(url, tmp_path):
    with open_store(url) as store:
        file(store, deal(amount=money(2e7)), on="2025-01-22")
    week = tmp_path / "week.csv"
    assert invoke("export", "--period", "2025-W04", "-o", str(week), "--store", url).exit_code == 0
    assert week.read_text("utf-8").count("\n") == 2
    assert invoke("export", "--since", "2025-02-01", "-o", str(week), "--store", url).exit_code == 0
    assert week.read_text("utf-8").count("\n") == 1
    assert invoke("export", "all", "-o", str(tmp_path / "all.csv"), "--store", url).exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir() if "store" not in path.name) == ["week.csv"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["export", "--since", "2025-02-01", "--until", "2025-01-01"], "the first day comes after the last one"),
        (["export", "--period", "2025-W60"], "2025-W60"),
        (["export", "--as-of", "soon"], "'soon'"),
        (["export", "articles", "--as-of", "2025-01-01"], "as of a time"),
        (["import", "nowhere.csv"], "nowhere.csv: No such file"),
    ],
)
def test_what_cannot_be_moved_is_said_on_one_line(url, arguments, says):
    open_store(url).close()
    shown = invoke(*arguments, "--store", url)
    assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1)
    assert says in shown.stderr


def test_names_are_judged_and_what_is_unclear_about_names_is_listed(url):
    with open_store(url) as store:
        file(store, deal(leads=["Wanwu Ventures"], amount=money(2e7)), on="2025-01-22")
        file(store, deal(leads=["万物创投"], amount=money(2e7), language="zh"), on="2025-01-23", language="zh")
        file(store, deal("织羽", amount=money(9e8), language="zh"), on="2025-01-23", language="zh")
    listed = invoke("review", "--store", url).stdout.splitlines()
    assert (
        listed[1]
        .strip()
        .startswith("decide alias investor 'Wanwu Ventures' '万物创投'   or   decide no-alias investor")
    )
    assert listed[-1] == "1 to review"
    assert invoke("decide", "alias", "investor", "Wanwu Ventures", "万物创投", "--store", url).exit_code == 0
    assert invoke("review", "--store", url).stdout == "0 to review\n"
    shown = invoke("decide", "alias", "company", "Loomfield", "织羽", "--by", "mei", "--store", url)
    assert (shown.exit_code, "Loomfield" in shown.stdout) == (0, True)
    refused = invoke("decide", "no-alias", "company", "Nowhere", "织羽", "--store", url)
    assert refused.stderr == "tracker: company Nowhere: no company of that name is stored\n"
    with open_store(url) as store:
        assert [j.judged_by for j in store.judgements.list()][1:] == ["mei"]
        assert {event.company.key for event in store.events.iter_all()} == {"loomfield"}
