from __future__ import annotations

from datetime import UTC, date, datetime

from domain.article import Article
from storage.frontier import MAX_TRIES, Pending
from storage.sources import SourceState
from storage.store import Store


def told(*urls: str) -> list[Pending]:
    return [Pending(url, {"title": f"About {url}"}) for url in urls]


def urls(pending: list[Pending]) -> list[str]:
    return [one.url for one in pending]


def test_an_address_is_told_once_whoever_tells_it(store: Store) -> None:
    assert urls(store.frontier.add("one", told("a", "b", "a"))) == ["a", "b"]
    assert urls(store.frontier.add("two", told("b", "c"))) == ["c"]
    assert urls(store.frontier.pending("one")) == ["a", "b"]
    assert store.frontier.pending("one", 1) == told("a")
    assert store.frontier.find_known(["a", "c", "d"]) == {"a", "c"}
    assert (store.frontier.count_pending(), store.frontier.count_pending("two")) == (3, 1)


def test_what_was_told_last_comes_first(store: Store) -> None:
    store.frontier.add("one", told("old-1", "old-2"))
    store.frontier.add("one", told("new-1", "new-2"))
    assert urls(store.frontier.pending("one")) == ["new-1", "new-2", "old-1", "old-2"]


def test_what_is_finished_is_never_told_again_and_what_fails_only_a_few_times(store: Store) -> None:
    store.frontier.add("one", told("good", "bad", "ugly"))
    store.frontier.finish(["good"])
    store.frontier.finish(["ugly"], "not_html")
    for _ in range(MAX_TRIES):
        assert urls(store.frontier.pending("one")) == ["bad"]
        store.frontier.fail("bad", "timeout")
    assert store.frontier.pending("one") == []
    assert store.frontier.add("one", told("good", "bad", "ugly")) == []


def test_many_addresses_are_no_trouble(store: Store) -> None:
    many = told(*(f"https://news.example/{number}" for number in range(2500)))
    assert len(store.frontier.add("one", many)) == 2500
    store.frontier.finish(urls(many[:2000]))
    assert store.frontier.count_pending("one") == 500


def test_what_a_transaction_breaks_off_is_not_there(store: Store) -> None:
    class Broken(Exception):
        pass

    try:
        with store.transaction() as tx:
            tx.frontier.add("one", told("a"))
            tx.sources.save(SourceState("one", "feed", etag='"1"'))
            raise Broken
    except Broken:
        pass
    assert store.frontier.count_pending() == 0
    assert store.sources.state("one", "feed").etag is None


def make_article(number: int, **facts: object) -> Article:
    given = {"url": f"https://news.example/{number}", "title": f"Round {number}", "text": f"Text {number}"} | facts
    return Article(**given)  # type: ignore[arg-type]


def test_many_articles_are_kept_as_one_by_one(store: Store) -> None:
    store.articles.add(make_article(1))
    batch = [make_article(1), make_article(2), make_article(2), make_article(3, title="Round 2", text="Text 2")]
    assert store.articles.add_many([*batch, make_article(4, source_id="one")]) == [False, True, False, False, True]
    assert store.articles.count() == 3
    assert store.articles.add_many([]) == []


def test_the_days_of_a_sources_items_are_known_the_newest_first(store: Store) -> None:
    days = [date(2025, 1, day) for day in (3, 1, 3, 2)]
    at = datetime(2025, 1, 3, 12, tzinfo=UTC)
    for number, day in enumerate(days):
        store.articles.add(make_article(number, source_id="one", published_on=day, published_at=at, fetched_at=at))
    assert store.sources.get_item_times("one") == ([date(2025, 1, 3), date(2025, 1, 2), date(2025, 1, 1)], at)
    assert store.sources.get_item_times("two") == ([], None)
