"""Makes events, and stores filled by the real road: article → extraction → filing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from starlette.testclient import TestClient

from api.app import build_app
from api.settings import ApiSettings
from domain.article import Article
from domain.event import Event, EventDate, Evidence, Extraction, Kind, Party, Status
from domain.filing import file_claim
from domain.money import Money, Precision
from storage.rates import load_rates
from storage.store import Store, open_store

NOW = datetime(2025, 2, 1, 12, tzinfo=UTC)
TODAY = date(2025, 2, 1)
_numbers = itertools.count(1)


def money(low: float | None, high: float | None = None, currency: str = "USD", precision: str | None = None) -> Money:
    """`money(5e6)` is exact; two bounds are a range unless told otherwise."""
    if precision is None:
        precision = "exact" if high is None else "range"
    high = low if high is None and precision in ("exact", "approx") else high
    return Money(
        None if low is None else round(low), None if high is None else round(high), currency, Precision(precision)
    )


def party(name: str, **names: str) -> Party:
    return Party(name, name.casefold(), names)


def event(company: str = "Loomfield", **values: Any) -> Event:
    amount: Money | None = values.get("amount")
    usd = load_rates().to_usd(amount, date(2025, 1, 22)) if amount else None
    fields = {
        "id": f"e{next(_numbers):09}",
        "company": party(company) if isinstance(company, str) else company,
        "kind": Kind.EQUITY,
        "status": Status.ANNOUNCED,
        "announced_on": date(2025, 1, 22),
        "amount_usd": usd,
    }
    return Event(**{**fields, **values})


def witness(article: Article, field: str, quote: str) -> Evidence:
    start = article.body.index(quote)
    return Evidence(field, start, start + len(quote), quote)


def file(store: Store, extraction: Extraction, **values: Any) -> str:
    """Files one extraction from an article of its own, and gives the event's id."""
    number = next(_numbers)
    quotes: dict[str, str] = values.pop("quotes", {})
    title = values.pop("title", f"{extraction.company[0]} raises money, report {number}")
    article = Article(
        url=values.pop("url", f"https://news.example/{number}"),
        title=title,
        text=values.pop("text", f"Story number {number}."),
        language=values.pop("language", extraction.language or "en"),
        published_on=values.pop("on", date(2025, 1, 22)),
        fetched_at=values.pop("fetched_at", NOW),
        source_id=values.pop("source", "harbour"),
        author=values.pop("author", None),
        published_at=values.pop("published_at", None),
    )
    at = values.pop("at", NOW)
    assert not values, values
    evidence = tuple(witness(article, field, quote) for field, quote in quotes.items())
    article_id, _ = store.articles.add(article)
    told = Extraction(**{**{f: getattr(extraction, f) for f in extraction.__slots__}, "evidence": evidence})
    store.extractions.replace(article_id, "test", [told])
    return merge(store, at)


def merge(store: Store, at: datetime = NOW) -> str:
    filed = ""
    for claim in store.extractions.iter_unmerged():
        with store.transaction() as tx:
            change = file_claim(
                claim, tx.events.candidates(claim), now=at, rates=load_rates(), is_taken=tx.events.exists
            )
            tx.events.apply(change)
            filed = change.after.id
    return filed


def deal(company: str = "Loomfield", *, day: date | None = None, **values: Any) -> Extraction:
    return Extraction(
        company=(company,),
        language=values.pop("language", "en"),
        announced_on=EventDate(day) if day else None,
        **values,
    )


@contextmanager
def open_client(store: Store | None = None, today: date = TODAY, **settings: Any) -> Iterator[TestClient]:
    """A client of an app over the store, an empty one where none is given."""
    own = store is None
    store = store or open_store("sqlite://")
    app = build_app(store, ApiSettings(**settings))
    app.state.today = lambda: today
    try:
        yield TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    finally:
        if own:
            store.close()


def fill_week(store: Store) -> dict[str, str]:
    """The demo's kind of week: the three reference rows, a rumour, debt, and a round told by two outlets."""
    ids = {}
    partners = ("美国政府", "OpenAI", "甲骨文", "软银")
    ids["stargate"] = file(
        store,
        deal(
            "Stargate", language="zh", kind=Kind.COMMITMENT, amount=money(None, 5e11, precision="at_most"),
            investors=partners, application_type="AI基础设施建设",
        ),
        title="美国政府、OpenAI、甲骨文和软银组建Stargate", text="四方最高投入5000亿美元。",
        quotes={"amount": "最高投入5000亿美元", "company": "Stargate", "investors": "甲骨文"}, source="chaoliu",
    )  # fmt: skip
    ids["weilai"] = file(
        store,
        deal(
            "未来智能", language="zh", round="pre-a", amount=money(1e7, 1e8, "CNY", "vague"),
            lead_investors=("万物创投",), investors=("万物创投",), application_type="AI硬件",
        ),
        title="未来智能完成数千万元Pre-A轮融资", quotes={"amount": "数千万元", "round": "Pre-A轮"}, source="chaoliu",
    )  # fmt: skip
    ids["bolt"] = file(
        store,
        deal(
            "StackBlitz", language="zh", round="series-b", amount=money(105.5e6), application="Bolt.new",
            lead_investors=("Emergence", "GV"), investors=("Emergence", "GV"), application_type="AI驱动全栈开发平台",
        ),
        title="Bolt.new母公司StackBlitz完成1.055亿美元B轮融资", quotes={"amount": "1.055亿美元"}, source="chaoliu",
    )  # fmt: skip
    file(
        store,
        deal(
            "StackBlitz", round="series-b", amount=money(105e6, precision="approx"), application="Bolt.new",
            lead_investors=("Emergence",), investors=("Emergence", "GV", "Madrona"), valuation=money(7e8),
            application_type="full-stack coding platform",
        ),
        title="StackBlitz, the maker of Bolt.new, raises about $105M",
        text="The round was led by Emergence. It values the company at $700M.",
        quotes={"amount": "about $105M", "lead_investors": "Emergence", "valuation": "$700M"}, on=date(2025, 1, 23),
    )  # fmt: skip
    ids["rumour"] = file(
        store,
        deal("Retrograde Labs", status=Status.RUMOURED, amount=money(1e9)),
        title="Retrograde Labs is in talks to raise $1B", quotes={"amount": "$1B", "status": "in talks"},
    )  # fmt: skip
    ids["debt"] = file(store, deal("Tesserat", kind=Kind.DEBT, amount=money(5.25e9)), on=date(2025, 1, 24))
    ids["seed"] = file(store, deal("Pebblewise", round="seed", lead_investors=("Quaymont",), investors=("Quaymont",)))
    ids["denied"] = file(store, deal("Quarrel", status=Status.DENIED, amount=money(2e6)))
    ids["before"] = file(
        store, deal("Synthera", round="series-d", amount=money(1.8e8)), on=date(2025, 1, 15), source="quay"
    )
    return ids
