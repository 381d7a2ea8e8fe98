"""Moving in and out, on both databases: what leaves a store comes up in another one as the same events."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from domain.aliases import PartyKind, Ruling
from domain.article import Article
from domain.errors import BadInput
from domain.event import Evidence
from storage.export import Days
from storage.rates import load_rates
from storage.sources import SourceRecord
from storage.store import Store, open_store
from tests.domain.days import NOW
from tests.domain.factories import deal, money
from tests.storage.factories import file, tell
from tracker.deciding import Judge, judge_alias, judge_edit
from tracker.moving.intake import take_in
from tracker.moving.layout import Layout, map_columns
from tracker.moving.outlet import Wanted, write_out
from tracker.refiling import rebuild
from tracker.stages import extract, merge

MEI = Judge("mei", load_rates(), at=NOW)
COLUMNS = ["id=Deal", "company=Firm", "round=Type", "amount=Raised", "announced_on=Day", "investors=Backers"]


def export(store: Store, what: str = "events", form: str = "jsonl", **wanted) -> bytes:
    out = io.BytesIO()
    write_out(store, Wanted(what, **wanted), form, out)
    return out.getvalue()


def take(store: Store, path: Path, *pairs: str, **layout) -> tuple[dict[str, int], list[str]]:
    complaints: list[str] = []
    given = map_columns(Layout(**{"source": "dealbook", **layout}), pairs)
    return take_in(store, str(path), given, MEI, complaints.append), complaints


def write_deals(folder: Path, *rows: tuple[str, ...]) -> Path:
    path = folder / "deals.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("Deal", "Firm", "Type", "Raised", "Day", "Backers"), *rows])
    return path


LOOM = ("d1", "Loomfield", "Series B", "$105,500,000", "2025-01-22", "Emergence, GV")
QUAY = ("d2", "Quaymont", "Seed", "undisclosed", "2024-05", "")


@pytest.fixture
def filled(store) -> Store:
    """A store with sources of different trust, two languages, an edit, a name that was given, and a quiet article."""
    store.sources.sync([SourceRecord("wire", "Wire", "en", "US", 0.95)])
    body = {"title": "Loomfield raises $20M", "text": "GV led.", "url": "https://news.example/first"}
    quote = Evidence("company", 0, 9, "Loomfield")
    first = file(store, deal(amount=2e7, leads=["GV"], evidence=(quote,)), on="2025-01-22", source_id="wire", **body)
    file(store, deal(amount=2.1e7), on="2025-01-23")
    file(store, deal("织羽", amount=9e7, round="series-c", language="zh"), on="2025-06-01", language="zh")
    tell(store, deal("Quaymont", status="rumoured"), on="2025-03-01", published_at=NOW, author="Lin")
    tell(store, on="2025-03-02")
    store.articles.add(Article("https://news.example/undated", "Undated", "Nothing is known.", fetched_at=NOW))
    merge(store, now=NOW)
    judge_edit(store, first, "round", "series-b", MEI)
    judge_alias(store, Ruling(PartyKind.COMPANY, "Loomfield", "织羽", True), Judge("lin", load_rates(), at=NOW))
    return store


def test_a_store_that_is_moved_holds_the_same_events_and_says_the_same_when_it_is_moved_on(filled, tmp_path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_bytes(export(filled, "all"))
    with open_store(f"sqlite:///{tmp_path / 'other.sqlite'}") as other:
        counts, complaints = take(other, path)
        assert (counts["articles"], counts["judgements"], complaints) == (6, 2, [])
        merge(other, now=NOW)
        assert export(other, "all") == path.read_bytes()
        assert export(other) == export(filled)
        assert rebuild(other, now=NOW)["changed"] == 0
        assert take(other, path)[0] == {"articles": 0, "rounds": 0, "judgements": 0, "known": 8, "refused": 0}
        assert other.extractions.count_unmerged() == 0
        assert other.articles.count_pending("1") == 1


def test_judgements_that_come_after_the_news_are_acted_on(filled, tmp_path) -> None:
    articles, judgements = tmp_path / "articles.jsonl", tmp_path / "judgements.jsonl"
    articles.write_bytes(export(filled, "articles"))
    judgements.write_bytes(export(filled, "judgements"))
    with open_store("sqlite://") as other:
        take(other, articles)
        merge(other, now=NOW)
        assert export(other) != export(filled)
        assert take(other, judgements)[0]["judgements"] == 2
        assert export(other) == export(filled)


def test_an_article_that_a_store_has_read_itself_keeps_that_reading(filled, tmp_path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(export(filled, "articles"))
    with open_store("sqlite://") as other:
        article_id = tell(other, deal("Loomfield", amount=5e7), version="2", url="https://news.example/first")
        take(other, path)
        assert [found.amount for found in other.extractions.of_article(article_id)] == [money(5e7)]


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_events_of_another_store_come_in_as_known_rounds(filled, tmp_path, form) -> None:
    path = tmp_path / f"events.{form}"
    path.write_bytes(export(filled, form=form))
    with open_store("sqlite://") as other:
        counts, complaints = take(other, path, source="before")
        assert (counts["rounds"], complaints) == (3, [])
        merge(other, now=NOW)
        told = [
            [(e.company.key, e.status, e.round, e.amount, e.announced_on, e.leads) for e in store.events.iter_all()]
            for store in (filled, other)
        ]
        assert told[0] == told[1]
        assert {m.source_id for e in other.events.iter_all() for m in other.events.mentions(e.id)} == {"before"}


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_every_form_is_the_same_bytes_each_time_and_holds_the_same_rows(filled, tmp_path, form) -> None:
    for what, rows in (("events", 3), ("articles", 6)):
        written = export(filled, what, form)
        assert written == export(filled, what, form)
        if form == "parquet":
            assert parquet.read_table(io.BytesIO(written)).num_rows == rows
        elif form == "csv":
            assert len(list(csv.reader(io.StringIO(written.decode())))) == rows + 1
        else:
            assert len([json.loads(line) for line in written.splitlines()]) == rows


def test_an_export_is_cut_to_days_and_to_what_was_known(filled) -> None:
    def keys(**wanted) -> list[str]:
        return [json.loads(line)["company"]["key"] for line in export(filled, **wanted).splitlines()]

    march = Days(date(2025, 3, 1), date(2025, 3, 31))
    assert keys() == ["loomfield", "quaymont", "loomfield"]
    assert keys(days=march) == keys(days=march, as_of=NOW) == ["quaymont"]
    assert keys(as_of=NOW - timedelta(days=1)) == []
    assert [json.loads(line)["published"] for line in export(filled, "articles", days=march).splitlines()] == [
        "2025-03-01",
        "2025-03-02",
    ]


@pytest.mark.parametrize(
    ("what", "form", "as_of"), [("judgements", "csv", None), ("all", "parquet", None), ("articles", "jsonl", NOW)]
)
def test_an_export_that_no_form_can_hold_is_refused(store, what, form, as_of) -> None:
    with pytest.raises(BadInput):
        export(store, what, form, as_of=as_of)


def test_known_rounds_join_the_events_that_news_tell(store, tmp_path) -> None:
    news = file(store, deal(amount=money(1.06e8, precision="approx"), round="series-b"), on="2025-01-22")
    counts, complaints = take(store, write_deals(tmp_path, LOOM, QUAY), *COLUMNS, trust=0.8)
    assert (counts["rounds"], complaints) == (2, [])
    merge(store, now=NOW)
    assert store.events.count() == 2
    event = store.events.get(news)
    assert (event.amount, [party.key for party in event.participants]) == (money(1.055e8), ["emergencecapital", "gv"])
    assert [mention.source_id for mention in store.events.mentions(news)] == ["harbour", "dealbook"]
    assert {record.id: record.trust for record in store.sources.list()}["dealbook"] == 0.8
    assert rebuild(store, now=NOW)["changed"] == 0


def test_what_was_given_is_not_read_over_by_an_extractor(store, tmp_path) -> None:
    class Blank:
        version = "7"

        def extract_many(self, articles):
            yield from ([] for _ in articles)

    take(store, write_deals(tmp_path, LOOM), *COLUMNS)
    assert extract(store, Blank())["articles"] == 0
    merge(store, now=NOW)
    assert store.events.count() == 1


def test_a_table_that_is_taken_in_again_adds_nothing_and_a_row_that_changed_takes_its_own_place(
    store, tmp_path
) -> None:
    path = write_deals(tmp_path, LOOM, QUAY)
    take(store, path, *COLUMNS)
    merge(store, now=NOW)
    before = export(store)
    assert take(store, path, *COLUMNS)[0] == {"articles": 0, "rounds": 0, "judgements": 0, "known": 2, "refused": 0}
    assert merge(store, now=NOW)["claims"] == 0
    assert export(store) == before
    changed = (*LOOM[:3], "$110,000,000", *LOOM[4:])
    assert take(store, write_deals(tmp_path, changed, QUAY), *COLUMNS)[0]["rounds"] == 1
    merge(store, now=NOW)
    amounts = {event.company.name: event.amount for event in store.events.iter_all()}
    assert amounts == {"Loomfield": money(1.1e8), "Quaymont": None}
    take(store, write_deals(tmp_path, LOOM, QUAY), *COLUMNS)
    merge(store, now=NOW)
    assert {event.amount for event in store.events.iter_all()} == {money(1.055e8), None}


def test_bad_rows_are_told_by_their_line_and_the_rest_is_kept_and_counted(store, tmp_path) -> None:
    path = write_deals(tmp_path, LOOM, ("d3", "Tallow", "Seed", "lots", "2025-01-22", ""), ("d4", "Short"), QUAY)
    counts, complaints = take(store, path, *COLUMNS)
    assert (counts["rounds"], counts["refused"]) == (2, 2)
    assert [complaint.split(":")[0] for complaint in complaints] == ["line 3", "line 4"]
    with store._access.reading() as connection:
        [(stage, found)] = connection.exec_driver_sql("SELECT stage, counts FROM run").all()
    assert (stage, (json.loads(found) if isinstance(found, str) else found)["refused"]) == ("import", 2)


def test_lines_that_hold_nothing_of_use_are_told_and_the_rest_is_kept(store, tmp_path) -> None:
    path = tmp_path / "mixed.jsonl"
    lines = [
        {"id": 1, "title": "Loomfield raises $20M", "text": "", "published": "2025-01-22", "lang": "en"},
        {"id": 1, "title": "Another article of another file", "source": "harbour", "fetched_at": "2025-01-22T09:30"},
        {"id": 2, "title": " "},
        {"judgement": {"verdict": "perhaps"}},
        {
            "judgement": {
                "verdict": "edit",
                "subject": [],
                "other": [],
                "judged_by": "mei",
                "judged_at": "2025-02-01T00:00:00+00:00",
                "field": "amount",
                "value": -5,
            }
        },
        {"company": "Loomfield", "announced_on": "2025-01-22"},
        {"id": 3, "title": "Told", "text": "x", "read": {"version": "1", "events": [{"company": ["Told"]}, {}]}},
        {"id": 4, "title": "Timeless", "published_at": "soon"},
        {"id": 5, "title": "Trusted", "source": {"id": "x", "trust": 7}},
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n{half", "utf-8")
    counts, complaints = take(store, path)
    assert (counts["articles"], counts["refused"]) == (3, 8)
    assert [complaint.split(":")[0] for complaint in complaints] == [f"line {n}" for n in (3, 4, 5, 6, 7, 8, 9, 10)]
    assert store.extractions.count_unmerged() == 1


def test_a_table_in_another_encoding_is_read_once_it_is_named(store, tmp_path) -> None:
    path = tmp_path / "deals.csv"
    path.write_bytes("公司,轮次,金额,日期\n织羽,A轮,数千万元,2025年3月1日\n".encode("gb18030"))
    pairs = ("company=公司", "round=轮次", "amount=金额", "announced_on=日期")
    with pytest.raises(BadInput, match="name its encoding"):
        take(store, path, *pairs)
    assert take(store, path, *pairs, encoding="gb18030")[0]["rounds"] == 1
    merge(store, now=NOW)
    [event] = store.events.iter_all()
    assert (event.company.name, event.round, event.announced_on) == ("织羽", "series-a", date(2025, 3, 1))


def test_articles_in_a_table_are_taken_in_to_be_read(store, tmp_path) -> None:
    path = tmp_path / "articles.csv"
    tell(store, on="2025-03-02", author="Lin", published_at=datetime(2025, 3, 2, 8, tzinfo=UTC))
    path.write_bytes(export(store, "articles", "csv"))
    with open_store("sqlite://") as other:
        assert take(other, path)[0]["articles"] == 1
        [(_, article)] = other.articles.iter_pending("1")
        assert (article.author, article.source_id, article.published_on) == ("Lin", "harbour", date(2025, 3, 2))
