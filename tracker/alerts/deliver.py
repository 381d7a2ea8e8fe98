"""Takes alerts out of the outbox and hands them over, at least once.

    store.outbox.claim ─→ message.build_message ─→ channel.send ─→ outbox.done
                                                        └ DeliveryError ─→ outbox.failed (again later) or outbox.dead

A process that dies between `send` and `done` leaves the claim to expire: the alert goes out again under the same id.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from domain.errors import DeliveryError, RoundwatchError
from tracker.alerts.compose import build_composer
from tracker.alerts.message import Message

if TYPE_CHECKING:
    from storage.outbox import Delivery
    from storage.store import Store
    from tracker.alerts.channels import Channel
    from tracker.settings import TrackerSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backoff:
    """The waits between tries: `first`, then `factor` times as long each time, at most `longest`, with jitter."""

    attempts: int = 10
    first: timedelta = timedelta(seconds=5)
    factor: float = 4.0
    longest: timedelta = timedelta(hours=6)
    jitter: float = 0.25

    def wait(self, tried: int, retry_after: float | None = None, chance: float = 0.5) -> timedelta | None:
        """The wait after so many tries, None to give up; never shorter than what the receiver asked for.

        `chance` from 0 to 1 places the wait within the jitter, so that many alerts do not come back at one moment.
        """
        if tried >= self.attempts:
            return None
        plain = min(self.first.total_seconds() * self.factor ** (tried - 1), self.longest.total_seconds())
        spread = plain * (1 - self.jitter + 2 * self.jitter * chance)
        return timedelta(seconds=max(spread, retry_after or 0.0))


def deliver_all(store: Store, settings: TrackerSettings) -> dict[str, int]:
    """Delivers everything that is due, on the channels of the settings, and gives the counts."""
    from tracker.alerts.channels import build_channels

    channels = build_channels(settings.alert_channels, settings)
    backoff = Backoff(attempts=settings.alert_attempts)
    return deliver_due(store, channels, build_composer(store, settings), backoff=backoff)


def _now() -> datetime:
    return datetime.now(UTC)


def deliver_due(
    store: Store,
    channels: Mapping[str, Channel],
    build: Callable[[Delivery], Message],
    *,
    backoff: Backoff | None = None,
    clock: Callable[[], datetime] = _now,
    chance: Callable[[], float] = random.random,
    batch: int = 50,
) -> dict[str, int]:
    """Delivers everything that is due on these channels and gives the counts: sent, failed, dead."""
    backoff = backoff or Backoff()
    counts = Counter(sent=0, failed=0, dead=0)
    while deliveries := store.outbox.claim(list(channels), batch, clock()):
        for delivery in deliveries:
            counts[_deliver(store, delivery, channels[delivery.channel], build, backoff, clock, chance)] += 1
    return dict(counts)


def _deliver(
    store: Store,
    delivery: Delivery,
    channel: Channel,
    build: Callable[[Delivery], Message],
    backoff: Backoff,
    clock: Callable[[], datetime],
    chance: Callable[[], float],
) -> str:
    try:
        channel.send(build(delivery))
    except DeliveryError as error:
        wait = backoff.wait(delivery.attempts, error.retry_after, chance())
        if wait is None:
            return _give_up(store, delivery, error)
        log.warning("alert %s: %s; next try in %.0f s", delivery.id, error, wait.total_seconds())
        store.outbox.failed(delivery.id, str(error), clock() + wait)
        return "failed"
    except RoundwatchError as error:
        # the message cannot be written (its event is gone): another try would not help
        return _give_up(store, delivery, error)
    store.outbox.done(delivery.id)
    return "sent"


def _give_up(store: Store, delivery: Delivery, error: RoundwatchError) -> str:
    log.error("alert %s: %s; given up after %d tries", delivery.id, error, delivery.attempts)
    store.outbox.dead(delivery.id, str(error))
    return "dead"
