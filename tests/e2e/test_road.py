from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from api.reports.table import build_table
from domain.week import parse_week
from tracker.demo.pages import Newsroom, Outlet, Page, load_newsroom

WEEK = parse_week("2025-W04")


def outlet(id: str, way: str, layout: str, language: str = "en", **fields: object) -> Outlet:
    facts = {
        "name": id.title(),
        "country": "GB" if language == "en" else "CN",
        "timezone": "Europe/London" if language == "en" else "Asia/Shanghai",
        "trust": 0.6,
        "path": "news/{year}/{slug}",
        "tagline": "Business news",
    }
    return Outlet(id=id, language=language, way=way, layout=layout, **{**facts, **fields})


def page(slug: str, title: str, body: str, day: int = 22) -> Page:
    return Page(slug, title, body, datetime(2025, 1, day, 9, tzinfo=UTC), summary=title)


LOOM = page(
    "loom",
    "Tarnbrook raises $37 million Series A led by Quaymont Ventures",
    "Tarnbrook, which makes AI software for shipyards, has raised $37 million in a Series A round led by Quaymont "
    "Ventures, the company said on Wednesday.\n\nHarbour Seed Capital also took part in the round.",
)
LOOM_ZH = replace(
    page(
        "tarnbrook-a-lun",
        "Tarnbrook完成3700万美元A轮融资，Quaymont Ventures领投",
        "1月22日，Tarnbrook宣布完成3700万美元A轮融资，由Quaymont Ventures领投。\n\n该公司开发面向船厂的AI软件。",
    ),
    published_at=datetime(2025, 1, 22, 20, tzinfo=timezone(timedelta(hours=8))),
)
HARBOUR = outlet("harbour", "rss-summary", "semantic").with_page(LOOM)
QUAY = outlet("quay", "listing", "soup").with_page(replace(LOOM, slug="second", title=f"{LOOM.title}, filing shows"))
CHAO = outlet("chao", "atom", "jsonld", "zh", charset="gb18030").with_page(LOOM_ZH)


def table(store, language: str = "en") -> dict[str, tuple[str, ...]]:
    return {row[0]: row for row in map(tuple, build_table(store.events.in_week(WEEK), language).rows)}


def test_what_a_feed_tells_of_becomes_a_row_of_the_table(go):
    store = go(Newsroom({"harbour": HARBOUR}))
    row = table(store)["Tarnbrook"]
    assert row[2:5] == ("Quaymont Ventures", "Series A", "$37M")


def test_one_round_told_by_three_outlets_in_two_languages_is_one_event_with_every_quote(go):
    store = go(Newsroom({"harbour": HARBOUR, "quay": QUAY, "chao": CHAO}))
    assert list(table(store)) == ["Tarnbrook"]
    assert table(store, "zh")["Tarnbrook"][3:5] == ("A 轮", "3700 万美元")
    [event] = store.events.in_week(WEEK)
    mentions = store.events.mentions(event.id)
    assert {mention.source_id for mention in mentions} == {"harbour", "quay", "chao"}
    for mention in mentions:
        article = store.articles.get(mention.article_id)
        assert mention.extraction.evidence
        assert all(article.body[e.start : e.end] == e.quote for e in mention.extraction.evidence)


def test_going_the_road_again_changes_nothing_and_tells_nobody_twice(go, tmp_path):
    big = replace(LOOM, title=LOOM.title.replace("37", "370"), body=LOOM.body.replace("37", "370"))
    newsroom = Newsroom({"harbour": HARBOUR.with_page(big)})
    before = table(go(newsroom))
    assert table(go(newsroom)) == before
    assert next(iter(before.values()))[4] == "$370M"
    [told] = map(json.loads, (tmp_path / "alerts.jsonl").read_text("utf-8").splitlines())
    assert told["data"]["event"]["company"] == "Tarnbrook"


CHANGES = {
    # the brokerage's three rows under other names and figures: nothing in the program knows them
    "未来智能": "远山回声",
    "万物创投": "九桥创投",
    "Weilai Zhineng": "Yuanshan Huisheng",
    "Wanwu Ventures": "Jiuqiao Ventures",
    "数千万元人民币": "数亿元人民币",
    "tens of millions of yuan": "hundreds of millions of yuan",
    "StackBlitz": "PebbleForge",
    "Bolt.new": "Anvil.dev",
    "Emergence": "Larchmont",
    "105.5": "88.2",
    "1.055亿": "8820万",
    "Stargate": "Moonbridge",
    "星际之门": "月桥",
    "5000亿美元": "3000亿美元",
    "5,000亿美元": "3,000亿美元",
    "$500 billion": "$300 billion",
    "500 billion": "300 billion",
}


def change(text: str) -> str:
    for old, new in CHANGES.items():
        text = text.replace(old, new)
    return text


@pytest.fixture
def renamed(go):
    return table(go(load_newsroom(transform=change)), "zh")


def test_other_names_and_amounts_in_the_pages_are_found_in_the_table(renamed):
    assert renamed["远山回声"][2:5] == ("九桥创投", "Pre-A 轮", "数亿元人民币")
    assert renamed["Anvil.dev"][2:5] == ("Larchmont、GV", "B 轮", "8820 万美元")
    assert renamed["Moonbridge"][4] == "3000 亿美元"
    assert not {"未来智能", "Bolt.new", "Stargate"} & renamed.keys()
