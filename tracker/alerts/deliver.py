"""Takes alerts out of the outbox and hands them over, at least once, each channel in a thread of its own.

    outbox.address ─→ outbox.claim ─→ compose ─→ channel.send ─→ outbox.done
                                                     └ DeliveryError ─→ outbox.failed (again later) or outbox.dead

One message is claimed at a time, and its receipt is written as soon as the receiver has answered: a process that dies
in between leaves one claim a channel to expire, and that message goes out again under the same id.
"""

from __future__ import annotations

import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from api.alerts.message import Message
from domain.alerting import Alert
from domain.errors import DeliveryError, RoundwatchError
from storage.outbox import LEASE, Address, Delivery
from tracker.alerts.channels import Route
from tracker.alerts.compose import build_composer
from tracker.alerts.plan import build_plan, build_release
from tracker.alerts.setup import AlertSetup, load_setup

if TYPE_CHECKING:
    from storage.store import Store
    from tracker.settings import TrackerSettings

log = logging.getLogger(__name__)
# a receiver that failed so often in a row is left alone until its first failure is due again
PATIENCE = 3


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


def get_now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Everything that handing over needs; `deliver` may be called again and again."""

    store: Store
    plan: Callable[[Alert], list[Address]]
    compose: Callable[[Delivery], Message]
    routes: Mapping[str, Route]
    backoff: Backoff = Backoff()
    lease: timedelta = LEASE
    clock: Callable[[], datetime] = get_now
    chance: Callable[[], float] = random.random
    # when a message may go out that could go out at that moment
    release: Callable[[Delivery, datetime], datetime] = lambda delivery, now: now
    stop: threading.Event = field(default_factory=threading.Event)

    def deliver(self) -> dict[str, int]:
        """Delivers everything that is due and gives the counts: sent, failed (due again later), dead, quiet."""
        self.store.outbox.address(self.plan)
        counts = Counter(sent=0, failed=0, dead=0)
        if len(self.routes) == 1:
            counts.update(self._deliver_on(*self.routes))
        elif self.routes:
            with ThreadPoolExecutor(len(self.routes), "alerts") as pool:
                for found in pool.map(self._deliver_on, self.routes):
                    counts.update(found)
        return dict(counts)

    def _deliver_on(self, name: str) -> Counter[str]:
        counts: Counter[str] = Counter()
        failures = 0
        while failures < PATIENCE and not self.stop.is_set() and self._has_room(name):
            claimed = self.store.outbox.claim(name, 1, self.clock(), self.lease)
            if not claimed:
                break
            outcome = self._hand_over(claimed[0])
            counts[outcome] += 1
            failures = failures + 1 if outcome in ("failed", "dead") else 0
        if failures >= PATIENCE:
            self.store.outbox.postpone(name, self.clock() + self.backoff.first)
        return counts

    def _has_room(self, name: str) -> bool:
        rate = self.routes[name].rate
        return rate is None or self.store.outbox.count_tried(name, self.clock() - rate.period) < rate.count

    def _hand_over(self, delivery: Delivery) -> str:
        now = self.clock()
        # a second try, or one that had to wait for others, may have come into quiet hours
        if (later := self.release(delivery, now)) > now:
            self.store.outbox.failed(delivery, delivery.error or "waits for the end of quiet hours", later)
            return "quiet"
        try:
            self.routes[delivery.channel].channel.send(self.compose(delivery))
        except DeliveryError as error:
            return self._try_later(delivery, error)
        except RoundwatchError as error:
            # the message cannot be written (its event is gone): another try would not help
            return self._give_up(delivery, error)
        self.store.outbox.done(delivery)
        return "sent"

    def _try_later(self, delivery: Delivery, error: DeliveryError) -> str:
        wait = None if error.final else self.backoff.wait(delivery.attempts, error.retry_after, self.chance())
        if wait is None:
            return self._give_up(delivery, error)
        log.warning("alert %s: %s; next try in %.0f s", delivery.message_id, error, wait.total_seconds())
        self.store.outbox.failed(delivery, str(error), self.clock() + wait)
        if error.retry_after:
            self.store.outbox.postpone(delivery.channel, self.clock() + timedelta(seconds=error.retry_after))
        return "failed"

    def _give_up(self, delivery: Delivery, error: RoundwatchError) -> str:
        log.error("alert %s: %s; given up after %d tries", delivery.message_id, error, delivery.attempts)
        self.store.outbox.dead(delivery, str(error))
        return "dead"


def build_deliverer(
    store: Store, settings: TrackerSettings, setup: AlertSetup | None = None, stop: threading.Event | None = None
) -> Deliverer:
    """A deliverer by the settings and rules as they are now; SettingsError where a channel cannot be used."""
    setup = setup or load_setup(settings, store)
    channels = setup.build_routes()
    return Deliverer(
        store,
        build_plan(setup.book, settings.alert_channels, get_now, channels),
        build_composer(store, setup.book, settings),
        {name: route for routes in channels.values() for name, route in routes.items()},
        Backoff(attempts=settings.alert_attempts),
        release=build_release(setup.book),
        stop=stop or threading.Event(),
    )


def deliver_all(store: Store, settings: TrackerSettings) -> dict[str, int]:
    """Delivers everything that is due, on the channels of settings and rules, and gives the counts."""
    return build_deliverer(store, settings).deliver()


def deliver_until(stop: threading.Event, store: Store, settings: TrackerSettings, pause: float = 1.0) -> Counter[str]:
    """Delivers what falls due until `stop` is set, looking every so many seconds; gives the counts."""
    counts: Counter[str] = Counter()
    said = ""
    while not stop.is_set():
        try:
            # built anew each time, so that a rule that was changed meanwhile counts
            counts.update(build_deliverer(store, settings, stop=stop).deliver())
        except RoundwatchError as error:
            # a slip in alerts.toml, a database that is away: worth one line, and no reason to end
            if str(error) != said:
                log.error("alerts: %s", said := str(error))
        stop.wait(pause)
    return counts
