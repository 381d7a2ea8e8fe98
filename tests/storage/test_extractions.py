from __future__ import annotations

from datetime import date

import pytest

from domain.errors import NotFound
from domain.event import DatePrecision, EventDate, Evidence
from tests.domain.factories import deal, money
from tests.storage.factories import article, tell


@pytest.mark.parametrize(
    "told",
    [
        deal(),
        deal(
            ("Bolt.new", "StackBlitz"), round="series-b", amount=105_500_000, leads=("Emergence", "GV"),
            investors=("Madrona",), valuation=money(7e8, precision="approx"), total_raised=money(1.35e8),
            application="Bolt.new", application_type="full-stack coding", language="en", confidence=0.875,
        ),
        deal("未来智能", amount=money(1e7, 1e8, "CNY", "vague"), language="zh", status="rumoured"),
        deal(amount=money(5e11, precision="at_most"), kind="commitment"),
        deal(announced_on=EventDate(date(2024, 10, 1), DatePrecision.QUARTER)),
        deal(evidence=(Evidence("company", 0, 6, "Report"), Evidence("round", 7, 8, "é"))),
    ],
)  # fmt: skip
def test_an_extraction_comes_back_as_it_was_kept(store, told) -> None:
    assert store.extractions.of_article(tell(store, told)) == [told]


def test_several_events_of_an_article_keep_their_order(store) -> None:
    told = [deal(name) for name in ("Zephyrine", "Alderwood", "Moss")]
    assert store.extractions.of_article(tell(store, *told)) == told


def test_claims_come_oldest_news_first(store) -> None:
    for on in ("2025-01-23", "2025-01-21", "2025-01-22"):
        tell(store, deal(), on=on)
    assert [str(claim.told_on) for claim in store.extractions.iter_unmerged()] == [
        "2025-01-21",
        "2025-01-22",
        "2025-01-23",
    ]


def test_a_claim_knows_its_article_and_the_trust_of_its_source(store) -> None:
    from storage.sources import SourceRecord

    store.sources.sync([SourceRecord("harbour", "Harbour", "en", "GB", 0.8)])
    article_id = tell(store, deal(), title="Loomfield raises")
    ref = next(store.extractions.iter_unmerged()).article
    assert (ref.id, ref.title, ref.trust, ref.published_on) == (article_id, "Loomfield raises", 0.8, date(2025, 1, 22))


def test_an_article_without_a_day_counts_by_the_day_it_was_fetched(store) -> None:
    article_id, _ = store.articles.add(article(published_on=None))
    store.extractions.replace(article_id, "1", [deal()])
    assert next(store.extractions.iter_unmerged()).told_on == date(2025, 2, 1)


def test_reading_again_replaces_what_was_read_but_not_what_is_read_the_same(store) -> None:
    article_id = tell(store, deal("Loomfield"), deal("Quaymont"))
    before = {claim.extraction.company[0]: claim.extraction_id for claim in store.extractions.iter_unmerged()}
    store.extractions.replace(article_id, "2", [deal("Loomfield"), deal("Tesserat")])
    after = {claim.extraction.company[0]: claim.extraction_id for claim in store.extractions.iter_unmerged()}
    assert set(after) == {"Loomfield", "Tesserat"}
    assert after["Loomfield"] == before["Loomfield"]
    assert store.articles.count_pending("2") == 0


def test_reading_twice_by_one_version_is_no_error(store) -> None:
    article_id = tell(store, deal("Loomfield"))
    store.extractions.replace(article_id, "1", [deal("Quaymont")])
    store.extractions.replace(article_id, "1", [deal("Loomfield")])
    assert [told.company[0] for told in store.extractions.of_article(article_id)] == ["Loomfield"]


def test_claims_come_in_chunks_that_lose_none(store, monkeypatch) -> None:
    monkeypatch.setattr("storage.extractions._CHUNK", 2)
    for number in range(5):
        tell(store, deal(f"Company {number}"))
    assert len(list(store.extractions.iter_unmerged())) == store.extractions.count_unmerged() == 5
    assert len(list(store.extractions.iter_unmerged(limit=3))) == 3


def test_what_was_read_in_no_article_is_refused(store) -> None:
    with pytest.raises(NotFound, match="article 404"):
        store.extractions.replace(404, "1", [deal()])
