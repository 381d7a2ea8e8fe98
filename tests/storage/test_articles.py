from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from domain.errors import NotFound
from tests.storage.factories import article


def test_an_article_comes_back_as_it_was_kept(store) -> None:
    kept = article(title="月之暗面完成新一轮融资", author="王小明", published_at=datetime(2025, 1, 22, 8, tzinfo=UTC))
    article_id, is_new = store.articles.add(kept)
    assert is_new
    assert store.articles.get(article_id) == kept


def test_an_article_is_kept_with_its_topic(store) -> None:
    told = [article(title="机器人进厂"), article(title="Nothing of note"), article(title="Robots", topic="people")]
    kept = [store.articles.get(store.articles.add(one)[0]).topic for one in told]
    store.articles.add_many([article(url="https://news.example/court", title="Court rules on copyright")])
    last = [one.topic for _, one in store.articles.iter_pending("none")][-1]
    assert [*kept, last] == ["robots", None, "people", "policy"]


def test_times_come_back_in_utc(store) -> None:
    there = timezone(timedelta(hours=8))
    article_id, _ = store.articles.add(article(published_at=datetime(2025, 1, 22, 1, 30, tzinfo=there)))
    assert store.articles.get(article_id).published_at == datetime(2025, 1, 21, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize("change", [{"text": "Other words."}, {"url": "https://mirror.example/1"}])
def test_the_same_address_or_the_same_words_are_one_article(store, change) -> None:
    first = article()
    article_id, _ = store.articles.add(first)
    assert store.articles.add(replace(first, **change)) == (article_id, False)
    assert store.articles.count() == 1


def test_what_a_database_cannot_hold_is_taken_out(store) -> None:
    article_id, _ = store.articles.add(article(title="Nul\x00 and half \ud83d a pair"))
    assert store.articles.get(article_id).title == "Nul and half ? a pair"


def test_an_article_without_day_language_and_source_is_kept(store) -> None:
    bare = article(published_on=None, language=None, source_id=None, fetched_at=None)
    assert store.articles.get(store.articles.add(bare)[0]) == bare


def test_a_missing_article_is_named(store) -> None:
    with pytest.raises(NotFound, match="article 404"):
        store.articles.get(404)


def test_every_article_is_pending_until_that_version_has_read_it(store) -> None:
    ids = [store.articles.add(article(published_on=date(2025, 1, day)))[0] for day in (3, 1, 2)]
    store.extractions.replace(ids[1], "1", [])
    assert [id for id, _ in store.articles.iter_pending("1")] == [ids[0], ids[2]]
    assert [id for id, _ in store.articles.iter_pending("1", limit=1)] == [ids[0]]
    assert (store.articles.count_pending("1"), store.articles.count_pending("2")) == (2, 3)


def test_pending_articles_come_in_chunks_that_lose_none(store, monkeypatch) -> None:
    monkeypatch.setattr("storage.articles._CHUNK", 2)
    ids = [store.articles.add(article())[0] for _ in range(5)]
    seen = []
    for article_id, _ in store.articles.iter_pending("1"):
        store.extractions.replace(article_id, "1", [])
        seen.append(article_id)
    assert seen == ids


def test_two_that_add_one_article_at_once_get_one_id(store) -> None:
    same, ids = article(), []
    threads = [threading.Thread(target=lambda: ids.append(store.articles.add(same)[0])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4
    assert len(set(ids)) == store.articles.count() == 1
