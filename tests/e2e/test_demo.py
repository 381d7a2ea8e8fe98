from __future__ import annotations

import re
from collections import Counter

import pytest

from domain.alert_rules import DEFAULT_RULES
from domain.subjects import build_subject
from tests.api.factories import open_client

BROKERAGE = [
    ["Stargate", "AI 基础设施建设", "美国政府、OpenAI、甲骨文和软银", "——", "5000 亿美元", "——", "——"],
    ["未来智能", "AI 硬件", "万物创投", "Pre-A 轮", "数千万元人民币", "——", "——"],
    ["Bolt.new", "AI 驱动全栈开发平台", "Emergence、GV", "B 轮", "1.055 亿美元", "——", "——"],
]


def mega_rounds(demo) -> list[str]:
    """The events that the shipped rule is true of."""
    return [event.id for event in demo.store.events.iter_all() if DEFAULT_RULES[0].is_true_of(build_subject(event))]


def test_the_demo_goes_the_whole_road_and_shows_its_progress(demo):
    assert demo.status == 0, demo.progress
    for stage in ("crawl", "extract", "merge", "alert"):
        assert f"{stage} …" in demo.progress
    assert "9 outlets with 100 pages" in demo.progress
    assert demo.store.articles.count() >= 95


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_row_of_the_table_stands_on_one_line_with_seven_cells(demo, language):
    rows = demo.rows(language)
    assert len(rows) >= 15
    assert {len(row) for row in rows} == {7}


@pytest.mark.parametrize("row", BROKERAGE, ids=lambda row: row[0])
def test_the_rows_of_the_brokerages_own_table_are_right_in_all_columns(demo, row):
    assert row in demo.rows("zh")


def test_every_mega_round_gives_one_alert_on_the_console_and_one_at_the_receiver(demo):
    mega = mega_rounds(demo)
    assert len(mega) >= 5
    told = Counter(alert.event_id for _, alert in demo.store.outbox.after(0, limit=1000) if not alert.correction)
    assert told == Counter(mega)
    counts = demo.store.outbox.counts()
    assert counts["waiting"] == counts["dead"] == 0
    arrived = re.search(r"receiver: (\d+) signed webhooks arrived, 0 refused", demo.progress)
    assert arrived and int(arrived[1]) == counts["done"] / 2 == demo.output.count("\nMore: ")


def test_the_page_of_the_week_shows_the_printed_table(demo):
    with open_client(demo.store) as client:
        page = client.get("/weeks/2025-W04?lang=zh").text
        assert client.get("/api/v1/weeks/2025-W04/events").json()["items"]
    for row in demo.rows("zh"):
        assert row[0].removesuffix("（传闻）") in page
