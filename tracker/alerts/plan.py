"""Says where and when an alert goes: the channels of its rule, at the moment that the rule's manners allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from domain.alerting import Alert, Rule, RuleBook
from domain.timing import Digest
from storage.outbox import Address, Delivery


def build_plan(
    book: RuleBook,
    default_channels: Sequence[str],
    clock: Callable[[], datetime],
    receivers: Mapping[str, Iterable[str]] | None = None,
) -> Callable[[Alert], list[Address]]:
    """The function that addresses an alert to each of its channels' receivers, where these have several.

    An alert whose rule is gone goes to the channels of the settings.
    """

    def plan(alert: Alert) -> list[Address]:
        rule = book.get(alert.rule_id)
        channels = (rule.channels if rule else ()) or default_channels
        routes = [route for channel in channels for route in (receivers or {}).get(channel, (channel,))]
        return [_address(alert, rule, route, clock()) for route in dict.fromkeys(routes)]

    return plan


def build_release(book: RuleBook) -> Callable[[Delivery, datetime], datetime]:
    """The function that says when a message may go out: now, or at the end of its rule's quiet hours."""

    def release(delivery: Delivery, now: datetime) -> datetime:
        rule = book.get(delivery.alerts[0].rule_id)
        return rule.timing.release(now) if rule else now

    return release


def _address(alert: Alert, rule: Rule | None, channel: str, now: datetime) -> Address:
    due_at = rule.timing.plan(alert.at, now) if rule else now
    if rule is None or rule.timing.digest is Digest.AT_ONCE:
        return Address(channel, alert.id, f"{channel}/{alert.event_id}", due_at)
    # what is due at one moment is one digest; digests of a rule go out one after another
    message_id = f"digest.{alert.rule_id}.{due_at:%Y%m%dT%H%M}"
    return Address(channel, message_id, f"{channel}/digest/{alert.rule_id}", due_at)
