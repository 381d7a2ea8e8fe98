"""The examples of the OpenAPI document: what the API says of one invented round, held to that by a test."""

from __future__ import annotations

from typing import Any

EVENT_ID = "ef7x3hj314y"
ARTICLE_ID = 1
AT = "2025-01-22T17:02:00Z"
_MONEY = {"min": 105500000, "max": 105500000, "currency": "USD", "precision": "exact"}
_WORDS = {"zh": "1.055 亿美元", "en": "$105.5M"}
AMOUNT = {**_MONEY, "usd": 105500000.0, "text": _WORDS}
COMPANY = {"key": "loomfield", "name": "Loomfield", "names": {"en": "Loomfield"}}
LEAD = {"key": "quaymontcapital", "name": "Quaymont Capital", "names": {"en": "Quaymont Capital"}}
EVENT: dict[str, Any] = {
    "id": EVENT_ID,
    "url": f"/api/v1/events/{EVENT_ID}",
    "page_url": f"/events/{EVENT_ID}",
    "company": COMPANY,
    "application": "Loomfield Studio",
    "application_types": {"en": "AI video platform"},
    "kind": "equity",
    "status": "announced",
    "round": "series-b",
    "amount": AMOUNT,
    "valuation": None,
    "total_raised": None,
    "lead_investors": [LEAD],
    "participants": [],
    "announced_on": "2025-01-22",
    "date_precision": "day",
    "week": "2025-W04",
    "sector": "video-image",
    "country": None,
    "confidence": 0.93,
    "revision": 1,
}
QUOTE = {
    "field": "amount",
    "quote": "$105.5M",
    "start": 17,
    "end": 24,
    "before": "Loomfield raises ",
    "after": " in Series B",
}
_LEAD_QUOTE = {
    "field": "lead_investors",
    "quote": "Quaymont Capital",
    "start": 37,
    "end": 53,
    "before": "",
    "after": " led the round.",
}
SOURCE_REF = {
    "article_id": ARTICLE_ID,
    "url": "https://news.example/loomfield-series-b",
    "title": "Loomfield raises $105.5M in Series B",
    "source_id": "news-example",
    "language": "en",
    "published_on": "2025-01-22",
}
QUOTES = [QUOTE, _LEAD_QUOTE]
SUM = {"events": 1, "disclosed": 1, "usd": 105500000.0}
WEEK: dict[str, Any] = {
    "week": "2025-W04",
    "monday": "2025-01-20",
    "sunday": "2025-01-26",
    "events": 1,
    "rumoured": 0,
    "mega": 1,
    "sums": {"equity": SUM},
    "url": "/api/v1/weeks/2025-W04",
    "events_url": "/api/v1/weeks/2025-W04/events",
    "page_url": "/weeks/2025-W04",
}
SOURCE: dict[str, Any] = {
    "id": "news-example",
    "name": "News Example",
    "language": "en",
    "country": "GB",
    "trust": 0.7,
    "articles": 1,
    "latest_on": "2025-01-22",
    "last_success_at": "2025-01-26T21:00:00Z",
    "failures": 0,
    "health": "ok",
    "last_error": None,
    "error_kind": None,
    "pending": 0,
    "last_item_at": "2025-01-22T16:40:00Z",
    "usual_gap_days": 1.0,
}


def _reported(field: str, value: Any, zh: str, en: str, *quotes: dict[str, Any]) -> dict[str, Any]:
    told = [{"article": SOURCE_REF, "quotes": list(quotes)}]
    return {"field": field, "value": value, "text": {"zh": zh, "en": en}, "shown": True, "reported_by": told}


REVISION: dict[str, Any] = {
    "number": 1,
    "at": AT,
    "changed": {
        "company": [None, "Loomfield"],
        "kind": [None, "equity"],
        "status": [None, "announced"],
        "announced_on": [None, "2025-01-22"],
        "date_precision": [None, "day"],
        "round": [None, "series-b"],
        "amount": [None, _MONEY],
        "amount_usd": [None, 105500000.0],
        "leads": [None, ["Quaymont Capital"]],
        "application": [None, "Loomfield Studio"],
        "application_types": [None, {"en": "AI video platform"}],
        "sector": [None, "video-image"],
    },
    "article_id": ARTICLE_ID,
}
REPORTED_AMOUNT = _reported("amount", _MONEY, "1.055 亿美元", "$105.5M", QUOTE)
EVENT_DETAIL: dict[str, Any] = dict(
    **EVENT,
    reported=[
        _reported("company", "Loomfield", "Loomfield", "Loomfield"),
        _reported("status", "announced", "已宣布", "announced"),
        _reported("kind", "equity", "股权融资", "Equity"),
        _reported("round", "series-b", "B 轮", "Series B"),
        REPORTED_AMOUNT,
        _reported("application", "Loomfield Studio", "Loomfield Studio", "Loomfield Studio"),
        _reported("application_type", "AI video platform", "AI video platform", "AI video platform"),
        _reported("lead_investors", "Quaymont Capital", "Quaymont Capital", "Quaymont Capital", _LEAD_QUOTE),
    ],
    members=[
        {
            "article": SOURCE_REF,
            "company": ["Loomfield"],
            "kind": "equity",
            "status": "announced",
            "confidence": 0.93,
            "score": 0.0,
            "reasons": [],
            "quotes": QUOTES,
        }
    ],
    revisions=[REVISION],
)
REPORT: dict[str, Any] = {
    "title": "AI start-up funding this week",
    "language": "en",
    "columns": [
        {"key": "application", "title": "Application"},
        {"key": "application_type", "title": "Type"},
        {"key": "lead_investors", "title": "Lead investors"},
        {"key": "round", "title": "Round"},
        {"key": "amount", "title": "Amount"},
        {"key": "total_raised", "title": "Total raised"},
        {"key": "valuation", "title": "Valuation"},
    ],
    "rows": [
        {
            "application": "Loomfield Studio",
            "application_type": "AI video platform",
            "lead_investors": "Quaymont Capital",
            "round": "Series B",
            "amount": "$105.5M",
            "total_raised": "——",
            "valuation": "——",
            "event": {
                "id": EVENT_ID,
                "company": "Loomfield",
                "kind": "equity",
                "status": "announced",
                "round": "series-b",
                "amount": {"min": 105500000, "max": 105500000, "currency": "USD", "precision": "exact"},
                "amount_usd": 105500000.0,
                "total_raised": None,
                "valuation": None,
                "valuation_usd": None,
                "announced_on": "2025-01-22",
                "date_precision": "day",
                "week": "2025-W04",
                "revision": 1,
            },
        }
    ],
    "notes": [],
    "period": "2025-W04",
    "as_of": None,
    "sources_line": "Sources: News Example",
    "sections": [
        {
            "key": "headline",
            "title": "Headline deal",
            "paragraphs": [
                {
                    "text": (
                        "Loomfield Studio (AI video platform) announced $105.5M of Series B funding, "
                        "led by Quaymont Capital."
                    ),
                    "event": EVENT_ID,
                    "url": None,
                },
                {
                    "text": "News Example: “Quaymont Capital led the round.”",
                    "event": None,
                    "url": SOURCE_REF["url"],
                },
            ],
            "tables": [],
            "charts": [],
        }
    ],
    "sources": [
        {
            "name": "News Example",
            "title": SOURCE_REF["title"],
            "url": SOURCE_REF["url"],
            "published_on": "2025-01-22",
            "events": [EVENT_ID],
        }
    ],
}
