"""Turns what the outbox hands out into the message to send: the events as they stand now, with all who tell them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api.alerts.message import Facts, Message, build_digest, build_message
from domain.alerting import Alert, RuleBook

if TYPE_CHECKING:
    from storage.outbox import Delivery
    from storage.store import Store
    from tracker.settings import TrackerSettings


def build_composer(store: Store, book: RuleBook, settings: TrackerSettings) -> Callable[[Delivery], Message]:
    """The function that writes the message of a delivery; it raises NotFound where an event is gone."""

    def gather(alert: Alert) -> Facts:
        rule = book.get(alert.rule_id)
        return Facts(
            alert_id=alert.id,
            rule=alert.rule_id,
            rule_name=rule.name if rule else alert.rule_id,
            event=store.events.get(alert.event_id),
            mentions=store.events.mentions(alert.event_id),
            public_url=settings.public_url,
            correction=alert.correction,
            before=store.outbox.corrected_by(alert) if alert.correction else None,
        )

    def compose(delivery: Delivery) -> Message:
        rule = book.get(delivery.alerts[0].rule_id)
        language = (rule.language if rule else None) or settings.alert_language
        gathered = [gather(alert) for alert in delivery.alerts]
        now = datetime.now(UTC)
        if delivery.message_id == gathered[0].alert_id:
            return build_message(gathered[0], language, now)
        return build_digest(delivery.message_id, gathered, language, now)

    return compose
