"""One invented example of each thing that the API says: shown in the OpenAPI document, checked against its schema."""

from __future__ import annotations

from typing import Any

AMOUNT = {
    "min": 105500000,
    "max": 105500000,
    "currency": "USD",
    "precision": "exact",
    "usd": 105500000.0,
    "text": {"zh": "1.055 亿美元", "en": "$105.5M"},
}
LEAD = {"key": "quaymont", "name": "Quaymont Capital", "names": {"zh": "基蒙资本"}}
EVENT: dict[str, Any] = {
    "id": "e7kq2m0x9ta",
    "url": "/api/v1/events/e7kq2m0x9ta",
    "page_url": "/events/e7kq2m0x9ta",
    "company": {"key": "loomfield", "name": "Loomfield", "names": {"en": "Loomfield"}},
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
    "sector": None,
    "country": None,
    "confidence": 0.93,
    "revision": 2,
}
QUOTE = {
    "field": "amount",
    "quote": "$105.5M",
    "start": 17,
    "end": 24,
    "before": "Loomfield raises ",
    "after": " in Series B",
}
SOURCE_REF = {
    "article_id": 41,
    "url": "https://news.example/loomfield-series-b",
    "title": "Loomfield raises $105.5M in Series B",
    "source_id": "news-example",
    "language": "en",
    "published_on": "2025-01-22",
}
SUM = {"events": 9, "disclosed": 8, "usd": 1284500000.0}
WEEK: dict[str, Any] = {
    "week": "2025-W04",
    "monday": "2025-01-20",
    "sunday": "2025-01-26",
    "events": 12,
    "rumoured": 2,
    "mega": 3,
    "sums": {"equity": SUM, "commitment": {"events": 1, "disclosed": 1, "usd": 500000000000.0}},
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
    "articles": 312,
    "latest_on": "2025-01-26",
    "last_success_at": "2025-01-26T21:00:00Z",
    "failures": 0,
    "health": "ok",
    "last_error": None,
    "last_item_at": "2025-01-24T09:30:00Z",
    "usual_gap_days": 1.0,
}
EVENT_DETAIL: dict[str, Any] = dict(
    **EVENT,
    reported=[
        {
            "field": "round",
            "value": "series-b",
            "text": {"zh": "B 轮", "en": "Series B"},
            "shown": True,
            "reported_by": [{"article": SOURCE_REF, "quotes": []}],
        }
    ],
    members=[
        {
            "article": SOURCE_REF,
            "company": ["Loomfield"],
            "kind": "equity",
            "status": "announced",
            "confidence": 0.93,
            "score": 1.42,
            "reasons": [{"feature": "company", "score": 0.4, "text": "both name loomfield"}],
            "quotes": [QUOTE],
        }
    ],
    revisions=[{"number": 1, "at": "2025-01-22T17:02:00Z", "changed": {"round": [None, "series-b"]}, "article_id": 41}],
)
REPORT: dict[str, Any] = {
    "title": "AI start-up funding this week",
    "language": "en",
    "columns": [{"key": "application", "title": "Application"}],
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
                "id": "e7kq2m0x9ta",
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
                "revision": 2,
            },
        }
    ],
    "notes": [],
    "period": "2025-W04",
    "as_of": None,
    "sources_line": "Sources: Harbour",
    "sections": [
        {
            "key": "headline",
            "title": "Headline deal",
            "paragraphs": [
                {
                    "text": "Loomfield Studio announced $105.5M of Series B funding, led by Quaymont Capital.",
                    "event": "e7kq2m0x9ta",
                    "url": None,
                }
            ],
            "tables": [],
            "charts": [],
        }
    ],
    "sources": [],
}
