"""Turns what the outbox hands out into the message to send: the event as it stands now, with all who tell it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tracker.alerts.message import Facts, Message, build_message
from tracker.settings import TrackerSettings

if TYPE_CHECKING:
    from storage.outbox import Delivery
    from storage.store import Store


def build_composer(store: Store, settings: TrackerSettings) -> Callable[[Delivery], Message]:
    """The function that writes the message of a delivery; it raises NotFound where the event is gone."""

    def compose(delivery: Delivery) -> Message:
        alert = delivery.alert
        facts = Facts(
            alert_id=alert.id,
            rule=alert.rule_id,
            event=store.events.get(alert.event_id),
            mentions=store.events.mentions(alert.event_id),
            public_url=settings.public_url,
        )
        return build_message(facts, settings.alert_language, datetime.now(UTC))

    return compose
