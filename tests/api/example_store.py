"""A store in which the API's examples are true: what the reference shows is what the API says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from api import examples
from domain.alerting import Alert
from domain.event import Status
from storage.desk import Desk
from storage.search import Search
from storage.sources import SourceRecord, SourceState
from storage.store import Store
from tests.api.factories import deal, file, money

TODAY = date(2025, 1, 28)
AT = datetime.fromisoformat(examples.AT)


def fill_examples(store: Store) -> None:
    """Files the round of the examples, with all that they show around it."""
    store.sources.sync([SourceRecord("news-example", "News Example", "en", "GB", 0.7)])
    store.sources.save(
        SourceState(
            "news-example",
            last_success_at=datetime(2025, 1, 26, 21, tzinfo=UTC),
            last_item_at=datetime(2025, 1, 22, 16, 40, tzinfo=UTC),
            usual_gap=86_400.0,
        )
    )
    told = deal(
        "Loomfield", round="series-b", amount=money(105.5e6), lead_investors=("Quaymont Capital",),
        investors=("Quaymont Capital",), application="Loomfield Studio", application_type="AI video platform",
        confidence=0.93,
    )  # fmt: skip
    event_id = file(
        store, told, url=examples.SOURCE_REF["url"], title=examples.SOURCE_REF["title"], source="news-example",
        text="Quaymont Capital led the round.", quotes={"amount": "$105.5M", "lead_investors": "Quaymont Capital"},
        author="R. Ferro", published_at=datetime(2025, 1, 22, 16, 40, tzinfo=UTC),
        fetched_at=datetime(2025, 1, 22, 16, 55, 3, tzinfo=UTC), at=AT,
    )  # fmt: skip
    store.outbox.put([Alert("mega-round", event_id, 1, AT, status=Status.ANNOUNCED, amount_usd=105.5e6)])
    Desk(store).put_watch_list("rivals", {"companies": ["Loomfield"], "investors": [], "sectors": ["video-image"]})
    Desk(store).note("desk", "source.off", "news-example", {"enabled": False})
    Search(store).refresh()
