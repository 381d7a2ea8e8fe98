from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.article import Article
from domain.errors import BadExtraction, BadMoney, RoundwatchError
from domain.event import DatePrecision, EventDate, Evidence, Extraction, Party, check_extraction
from tests.domain.factories import deal, money

ARTICLE = Article("https://news.example/1", "Loomfield raises $5M", "Led by Quaymont.", "en", date(2025, 1, 22))


def test_the_body_is_title_line_feed_text() -> None:
    assert ARTICLE.body == "Loomfield raises $5M\nLed by Quaymont."


def test_the_hash_goes_by_the_words_and_not_by_their_spacing_or_address() -> None:
    same = replace(ARTICLE, url="https://mirror.example/1", text="Led  by\n Quaymont. ")
    assert same.content_hash == ARTICLE.content_hash
    assert replace(ARTICLE, text="Led by others.").content_hash != ARTICLE.content_hash


def test_half_a_surrogate_pair_does_not_break_the_hash() -> None:
    assert len(replace(ARTICLE, text="\ud83d").content_hash) == 64


def test_an_extraction_whose_quotes_stand_is_accepted() -> None:
    check_extraction(
        deal(evidence=(Evidence("company", 0, 9, "Loomfield"), Evidence("leads", 28, 36, "Quaymont"))), ARTICLE
    )


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (Extraction(company=()), "without a company"),
        (deal(evidence=(Evidence("amount", 0, 3, "$5M"),)), "amount: the quote"),
        (deal(evidence=(Evidence("amount", 5, 5, ""),)), "amount: the quote"),
        (deal(evidence=(Evidence("company", 900, 909, "Loomfield"),)), "company: the quote"),
    ],
)
def test_an_extraction_without_its_witness_is_refused_with_its_article(told: Extraction, says: str) -> None:
    with pytest.raises(BadExtraction, match=says) as caught:
        check_extraction(told, ARTICLE)
    assert caught.value.subject == ARTICLE.url


@pytest.mark.parametrize(
    "told",
    [
        deal(),
        deal(("Bolt.new", "StackBlitz"), round="series-b", amount=105_500_000, leads=("Emergence", "GV")),
        deal("未来智能", amount=money(1e7, 1e8, "CNY", "vague"), language="zh", application="讯飞会议耳机"),
        deal(status="rumoured", kind="debt", valuation=money(5e11, precision="at_most"), confidence=0.25),
        deal(
            announced_on=EventDate(date(2024, 12, 1), DatePrecision.MONTH),
            evidence=(Evidence("company", 0, 9, "Loomfield"),),
        ),
    ],
)
def test_an_extraction_comes_back_from_its_interchange_form(told: Extraction) -> None:
    assert Extraction.from_dict(told.as_dict()) == told


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"company": ["A"], "status": "maybe"},
        {"company": ["A"], "kind": "barter"},
        {"company": ["A"], "announced_on": {"date": "2025-13-01", "precision": "day"}},
        {"company": ["A"], "announced_on": {"date": "2025-01-01"}},
        {"company": ["A"], "evidence": [{"quote": "A"}]},
        {"company": ["A"], "evidence": [{"field": "company", "start": "0", "end": "1", "quote": "A"}]},
        {"company": "Atlas"},
        {"company": ["A"], "investors": [7]},
        {"company": ["A"], "application": 7},
        {"company": ["A"], "confidence": 7},
    ],
)
def test_what_is_no_event_is_refused(data) -> None:
    with pytest.raises(BadExtraction, match="not an event"):
        Extraction.from_dict(data)


def test_a_bad_amount_is_told_as_such() -> None:
    with pytest.raises(BadMoney):
        Extraction.from_dict({"company": ["A"], "amount": {"min": -1, "max": 1, "currency": "USD"}})


def test_a_party_is_shown_in_the_language_wanted_where_it_has_a_name_in_it() -> None:
    party = Party("Moonshot AI", "moonshotai", {"zh": "月之暗面"})
    assert [party.in_language(language) for language in ("zh", "en")] == ["月之暗面", "Moonshot AI"]


def test_every_error_names_its_subject() -> None:
    error = BadExtraction("https://news.example/1", "does not stand")
    assert isinstance(error, RoundwatchError)
    assert str(error) == "https://news.example/1: does not stand"
