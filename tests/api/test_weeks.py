from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from api.reports.build import Request
from api.reports.formats import BY_EXTENSION
from api.reports.make import make_report
from domain.period import period_of
from domain.week import Week
from tests.api.factories import open_client

WEEKS = "/api/v1/weeks"


def test_weeks_are_listed_with_counts_and_sums(client):
    found = client.get(WEEKS).json()["items"]
    assert [week["week"] for week in found] == ["2025-W04", "2025-W03"]
    assert found[1]["sums"]["equity"] == {"events": 1, "disclosed": 1, "usd": 1.8e8}
    assert (found[0]["monday"], found[0]["sunday"]) == ("2025-01-20", "2025-01-26")


@pytest.mark.parametrize(
    ("query", "weeks"),
    [
        ("from=2025-W04", ["2025-W04"]),
        ("to=2025-W03", ["2025-W03"]),
        ("from=latest", ["2025-W04"]),
        ("from=2025-01-15&to=2025-01-15", ["2025-W03"]),
        ("from=2025-W04&to=2025-W03", []),
        ("to=9999-W52", ["2025-W04", "2025-W03"]),
    ],
)
def test_weeks_are_listed_by_range(client, query, weeks):
    assert [week["week"] for week in client.get(f"{WEEKS}?{query}").json()["items"]] == weeks


@pytest.mark.parametrize(
    ("asked", "week"),
    [
        ("2025-W04", "2025-W04"),
        ("2025W04", "2025-W04"),
        ("2025-w4", "2025-W04"),
        ("2025-01-20", "2025-W04"),
        ("2025-01-26", "2025-W04"),
        ("latest", "2025-W04"),
        ("LATEST", "2025-W04"),
        ("current", "2025-W05"),
        ("2025-W05", "2025-W05"),
    ],
)
def test_a_week_goes_by_several_names(client, asked, week):
    assert client.get(f"{WEEKS}/{asked}").json()["week"] == week


def test_a_week_knows_its_neighbours_and_a_quiet_one_is_empty(client):
    assert client.get(f"{WEEKS}/2025-W04").json()["previous"] == "2025-W03"
    assert client.get(f"{WEEKS}/2025-W03").json()["next"] == "2025-W04"
    quiet = client.get(f"{WEEKS}/current").json()
    assert (quiet["events"], quiet["sums"], quiet["previous"], quiet["next"]) == (0, {}, "2025-W04", None)
    assert client.get(f"{WEEKS}/current/events").json() == {"items": [], "next": None}


def test_the_events_of_a_week_are_those_of_its_table(client, store):
    found = [event["id"] for event in client.get(f"{WEEKS}/2025-W04/events").json()["items"]]
    assert found == [event.id for event in store.events.in_week(Week(2025, 4))]


@pytest.mark.parametrize("path", ["", "/events", "/report.csv"])
@pytest.mark.parametrize(
    ("week", "status", "words"),
    [
        ("2019-W02", 404, "the store has 2025-W03 to 2025-W04"),
        ("2031-W02", 404, "the store has 2025-W03 to 2025-W04"),
        ("9999-W52", 404, "no funding event"),
        ("0001-W01", 404, "no funding event"),
        ("2025-W54", 400, "no such ISO week"),
        ("2025-W00", 400, "no such ISO week"),
        ("0000-W01", 400, "no such ISO week"),
        ("january", 400, "not an ISO week such as 2025-W04"),
        ("2025-13-01", 400, "not an ISO week"),
        ("W" * 500, 400, "32"),
        ("%00", 400, "not an ISO week"),
        ("٢٠٢٥-W04", 400, "not an ISO week"),
    ],
)
def test_a_week_that_is_none_or_unknown_is_told(client, path, week, status, words):
    answer = client.get(f"{WEEKS}/{week}{path}")
    assert answer.status_code == status
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", [f"{WEEKS}/latest", f"{WEEKS}/current", f"{WEEKS}/2025-W04/report.md", "/weeks/latest"]
)
def test_an_empty_store_says_how_to_fill_it(path):
    with open_client() as client:
        answer = client.get(path)
        assert answer.status_code == 404
        assert "./run demo" in answer.json()["hint"]


def test_an_empty_store_still_serves_its_front_page_and_lists():
    with open_client() as client:
        assert "python -m tracker run" in client.get("/").text
        assert client.get("/weeks").status_code == 200
        assert client.get(WEEKS).json() == {"items": []}
        assert client.get("/api/v1/events").json() == {"items": [], "next": None}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("extension", BY_EXTENSION)
def test_a_report_has_the_bytes_that_the_command_prints(client, store, extension, lang):
    answer = client.get(f"{WEEKS}/2025-W04/report.{extension}?lang={lang}")
    form = BY_EXTENSION[extension]
    assert answer.content == make_report(store, Request(period_of(Week(2025, 4)), lang), form)
    assert answer.headers["content-type"] == form.media_type
    assert answer.headers["content-disposition"] == f'inline; filename="roundwatch-2025-W04-{lang}.{extension}"'


def test_the_reference_rows_come_out_of_the_store_to_the_letter(client):
    found = list(csv.reader(io.StringIO(client.get(f"{WEEKS}/2025-W04/report.csv?lang=zh").text)))
    rows = {row[0]: row[1:] for row in found}
    assert rows["Stargate"] == ["AI 基础设施建设", "美国政府、OpenAI、甲骨文和软银", "——", "5000 亿美元", "——", "——"]
    assert rows["未来智能"] == ["AI 硬件", "万物创投", "Pre-A 轮", "数千万元人民币", "——", "——"]
    assert rows["Bolt.new"][0] == "AI 驱动全栈开发平台"
    assert rows["Bolt.new"][2:4] == ["B 轮", "1.055 亿美元"]


def test_the_browsers_language_decides_where_the_address_does_not(client):
    path = f"{WEEKS}/2025-W04/report.md"
    assert "融资额" in client.get(path, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}).text
    assert "Amount" in client.get(path, headers={"Accept-Language": "de,en;q=0.5,zh;q=0.2"}).text
    assert "Amount" in client.get(f"{path}?lang=en", headers={"Accept-Language": "zh"}).text


@pytest.mark.parametrize("extension", ["exe", "JSON", "csv.gz", "%00"])
def test_an_unknown_form_names_the_known_ones(client, extension):
    answer = client.get(f"{WEEKS}/2025-W04/report.{extension}")
    assert answer.status_code == 404
    assert "report.csv" in answer.json()["hint"]


def test_the_current_week_moves_with_the_day(store):
    with open_client(store, today=date(2025, 1, 22)) as client:
        assert client.get(f"{WEEKS}/current").json()["week"] == "2025-W04"
        assert client.get(f"{WEEKS}/2025-W05").status_code == 404


def test_a_report_in_json_fits_its_schema(client):
    from api.schemas import Report

    found = json.loads(client.get(f"{WEEKS}/2025-W04/report.json").text)
    assert Report.model_validate(found).model_dump(mode="json") == found
