"""A small world told over three weeks, so that tests know when each article came in and what was known by then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from domain.article import Article
from domain.event import Extraction, Kind, Status
from storage.rates import load_rates
from storage.sources import SourceRecord
from storage.store import Store, open_store
from tests.api.factories import deal, money, witness
from tracker.deciding import Judge, judge_same, judge_split
from tracker.refiling import rebuild
from tracker.stages import merge

SOURCES = [
    SourceRecord("chaoliu", "潮流科技", "zh", "CN", 0.8),
    SourceRecord("harbour", "Harbour Daily", "en", "GB", 0.6),
    SourceRecord("wire", "Release Wire", "en", "US", 0.95),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def tell(store: Store, name: str, when: str, *told: Extraction, source: str = "harbour", **values: Any) -> int:
    """Keeps an article of that day with what is read in it, and files it at that time; gives the article's id."""
    quotes = values.pop("quotes", {})
    language = values.pop("language", "zh" if source == "chaoliu" else "en")
    article = Article(
        url=f"https://{source}.example/{name}",
        title=values.pop("title", f"Story {name}"),
        text=values.pop("text", f"The story {name}."),
        language=language,
        published_on=values.pop("on", at(when).date()),
        fetched_at=at(when),
        source_id=source,
        **values,
    )
    evidence = tuple(witness(article, field, quote) for field, quote in quotes.items())
    seen = [Extraction(**{**{f: getattr(e, f) for f in e.__slots__}, "evidence": evidence}) for e in told]
    article_id, _ = store.articles.add(article)
    store.extractions.replace(article_id, "1", seen)
    merge(store, now=at(when))
    return article_id


def fill_world(store: Store) -> None:
    """Weeks 3 and 4 of 2025 as they were known at the end of week 4."""
    store.sources.sync(SOURCES)
    tell(
        store,
        "synthera",
        "2025-01-15T09:00",
        deal(
            "Synthera",
            round="series-d",
            amount=money(1.8e8),
            lead_investors=("Quaymont",),
            investors=("Quaymont",),
            application_type="avatars",
        ),
        title="Synthera raises $180 million",
        text="Synthera has raised $180 million. Quaymont led the Series D.",
        quotes={"amount": "$180 million", "lead_investors": "Quaymont"},
    )
    tell(store, "retrograde", "2025-01-16T09:00", deal("Retrograde Labs", status=Status.RUMOURED, amount=money(1e9)))
    # known only after week 3 had ended
    tell(
        store,
        "synthera-closes",
        "2025-01-21T09:00",
        deal("Synthera", round="series-d", amount=money(1.95e8), day=date(2025, 1, 15), valuation=money(2.1e9)),
        source="wire",
    )
    tell(store, "late", "2025-01-22T10:00", deal("Belated", round="seed", amount=money(4e6), day=date(2025, 1, 17)))
    _fill_week_4(store)


def _fill_week_4(store: Store) -> None:
    partners = ("美国政府", "OpenAI", "甲骨文", "软银")
    tell(
        store,
        "stargate",
        "2025-01-22T02:00",
        deal(
            "Stargate",
            language="zh",
            kind=Kind.COMMITMENT,
            amount=money(None, 5e11, precision="at_most"),
            investors=partners,
            application_type="AI基础设施建设",
        ),
        source="chaoliu",
        title="Stargate成立",
        text="四方宣布组建。最高将投入5000亿美元，用四年时间建设算力。",
        quotes={"amount": "最高将投入5000亿美元"},
    )
    tell(
        store,
        "weilai",
        "2025-01-22T03:00",
        deal(
            "未来智能",
            language="zh",
            round="pre-a",
            amount=money(1e7, 1e8, "CNY", "vague"),
            lead_investors=("万物创投",),
            investors=("万物创投",),
            application_type="AI硬件",
        ),
        source="chaoliu",
    )
    tell(
        store,
        "bolt",
        "2025-01-22T04:00",
        deal(
            "StackBlitz",
            language="zh",
            round="series-b",
            amount=money(1.055e8),
            application="Bolt.new",
            lead_investors=("Emergence", "GV"),
            investors=("Emergence", "GV"),
            application_type="AI驱动全栈开发平台",
        ),
        source="chaoliu",
    )
    tell(
        store,
        "bolt-en",
        "2025-01-23T04:00",
        deal(
            "StackBlitz",
            round="series-b",
            amount=money(8.5e7),
            application="Bolt.new",
            investors=("Quaymont",),
            valuation=money(7e8),
        ),
    )
    tell(store, "tesserat", "2025-01-24T04:00", deal("Tesserat", kind=Kind.DEBT, amount=money(5.25e9)))
    tell(
        store,
        "pebble",
        "2025-01-24T05:00",
        deal("Pebblewise & Söhne", round="seed", lead_investors=("Quaymont",), investors=("Quaymont", "GV")),
    )
    tell(
        store,
        "rumour",
        "2025-01-24T06:00",
        deal("Lumenfold", status=Status.RUMOURED, amount=money(3e8, currency="EUR", precision="at_least")),
    )
    tell(store, "denied", "2025-01-24T07:00", deal("Quarrel", status=Status.DENIED, amount=money(2e6)))
    tell(store, "chips", "2025-01-24T08:00", title="Export rules for chips are drawn tighter")
    tell(store, "moxing", "2025-01-24T08:30", title="新的推理模型开源", source="chaoliu")
    tell(store, "court", "2025-01-21T08:00", title="Authors sue over books in training data")
    tell(store, "merger", "2025-01-23T08:00", title="Vellum acquires a rival in search")
    tell(store, "week", "2025-01-26T08:00", title="What a week")
    tell(store, "renxing", "2025-01-23T08:30", title="人形机器人进厂拧螺丝", source="chaoliu")
    tell(store, "suanli", "2025-01-22T08:30", title="内蒙古建成十万卡智算中心", source="chaoliu")


def change_the_past(store: Store) -> None:
    """What comes in weeks later: another amount, a denial, another round, a better reading, other news, judgements."""
    tell(
        store,
        "bolt-official",
        "2025-02-10T09:00",
        deal("StackBlitz", round="series-b", amount=money(1.07e8), application="Bolt.new", day=date(2025, 1, 22)),
        source="wire",
    )
    tell(
        store,
        "denial",
        "2025-02-11T09:00",
        deal("Lumenfold", status=Status.DENIED, day=date(2025, 1, 24)),
        source="wire",
    )
    tell(
        store,
        "found",
        "2025-02-12T09:00",
        deal("Overlooked", round="series-a", amount=money(9e7), day=date(2025, 1, 23)),
    )
    _read_again(store, "pebble", deal("Pebblewise & Söhne", round="seed", amount=money(3e6), investors=("GV",)))
    tell(store, "late-news", "2025-02-13T09:00", title="Late news of the week", on=date(2025, 1, 24))
    _judge_the_past(store)


def _judge_the_past(store: Store) -> None:
    """A person parts what stood in one row and joins what stood in two, and everything is filed anew."""
    ids = {event.application or event.company.name: event.id for event in store.events.iter_all()}
    rates = load_rates()
    judge_split(
        store, ids["Bolt.new"], ["https://harbour.example/bolt-en"], Judge("mei", rates, at=at("2025-02-14T09:00"))
    )
    judge_same(store, ids["Tesserat"], [ids["未来智能"]], Judge("mei", rates, at=at("2025-02-15T09:00")))
    rebuild(store, rates=rates, now=at("2025-02-16T09:00"))


def _read_again(store: Store, name: str, *told: Extraction) -> None:
    """A better extractor reads an article once more, and sees something else."""
    numbers = {
        mention.url: mention.article_id
        for event in store.events.iter_all()
        for mention in store.events.mentions(event.id)
    }
    store.extractions.replace(numbers[f"https://harbour.example/{name}"], "2", told)
    merge(store, now=at("2025-02-12T10:00"))


def open_world() -> Store:
    store = open_store("sqlite://")
    fill_world(store)
    return store
