"""What cannot be true is refused before it is kept, and counted; the rest goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

import pytest

from domain.article import Article
from domain.event import EventDate, Evidence, Extraction
from tests.domain.factories import deal, money
from tests.storage.factories import article
from tracker.stages import extract

GOOD = deal("Loomfield", amount=money(5e6))
BAD = {
    "a quote that does not stand": deal(evidence=(Evidence("amount", 0, 4, "five"),)),
    "no company": Extraction(company=()),
    "more than ten trillion": deal(amount=money(2e13)),
    "a valuation beyond belief": deal(valuation=money(2e13)),
    "pounds worth more than ten trillion dollars": deal(amount=money(9e12, currency="GBP")),
    "an unknown round": deal(round="series-zz"),
    "an unknown currency": deal(amount=money(5e6, currency="XYZ")),
    "a day after the article": deal(announced_on=EventDate(date(2025, 3, 1))),
    "a day before 1990": deal(announced_on=EventDate(date(1989, 12, 31))),
}


class Reader:
    version = "1"

    def __init__(self, *found: Extraction) -> None:
        self.found = list(found)

    def extract_many(self, articles: Iterable[Article]) -> Iterator[list[Extraction]]:
        for _ in articles:
            yield self.found


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_reading_that_cannot_be_true_is_refused_and_counted(store, bad, caplog) -> None:
    kept = article()
    article_id, _ = store.articles.add(kept)
    assert extract(store, Reader(bad, GOOD)) == {"articles": 1, "events": 1, "refused": 1}
    assert store.extractions.of_article(article_id) == [GOOD]
    assert kept.url in caplog.text
    assert store.runs.latest(1)[0].counts["refused"] == 1


def test_what_another_currency_calls_trillions_is_kept(store) -> None:
    told = deal("Loomfield", amount=money(2e13, currency="JPY"))
    store.articles.add(article())
    assert extract(store, Reader(told, deal(valuation=money(4e14, currency="VND")))) == {
        "articles": 1, "events": 2, "refused": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "day",
    [
        {"published_on": date(2999, 1, 1)},
        {"published_on": date(1989, 12, 31)},
        {"published_on": None, "fetched_at": datetime(2999, 1, 1, tzinfo=UTC)},
    ],
)
def test_an_article_of_a_day_that_cannot_be_tells_nothing(store, day) -> None:
    store.articles.add(article(**day))
    dated = deal(announced_on=EventDate(date(2025, 1, 22)))
    assert extract(store, Reader(GOOD, dated)) == {"articles": 1, "events": 0, "refused": 2}


def test_a_day_in_the_future_is_refused_where_the_article_has_no_day(store) -> None:
    store.articles.add(article(published_on=None))
    assert extract(store, Reader(deal(announced_on=EventDate(date(2999, 1, 1)))))["refused"] == 1
