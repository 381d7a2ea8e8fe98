"""A small stream of news for tests that run workers: some companies, several rounds each, told by several outlets."""

from __future__ import annotations

import json
from datetime import date, timedelta
from random import Random

from domain.event import Extraction
from storage.export import iter_records
from storage.store import Store
from tests.domain.factories import deal
from tests.storage.factories import tell

_ROUNDS = ("seed", "series-a", "series-b", "series-c")
_BACKERS = ("Quaymont", "Harrowgate", "Selby Partners", "红杉中国", "GV")


def build_news(companies: int, seed: int = 7) -> list[tuple[date, Extraction]]:
    """Two rounds a company, three articles a round."""
    random = Random(seed)
    news = []
    for company in range(companies):
        day = date(2024, 1, 1) + timedelta(days=random.randrange(200))
        for name in random.sample(_ROUNDS, 2):
            amount = random.randrange(2, 400) * 1_000_000
            for _ in range(3):
                known = {"round": random.choice([None, name]), "amount": random.choice([amount, amount, None])}
                told = deal(f"Company {company}", leads=[random.choice(_BACKERS)], **known)
                news.append((day + timedelta(days=random.randrange(4)), told))
            day += timedelta(days=random.randrange(120, 300))
    random.shuffle(news)
    return news


def fill_store(store: Store, news: list[tuple[date, Extraction]]) -> None:
    """Keeps the news, not yet filed."""
    for number, (on, told) in enumerate(news):
        tell(store, told, on=on, url=f"https://news.example/{number}", title=f"Report {number}", text=f"Text {number}")


def export_store(store: Store) -> bytes:
    """All records as bytes."""
    return b"\n".join(json.dumps(record, sort_keys=True).encode() for record in iter_records(store))
