"""Alerts on their way: put once per rule and event, delivered at least once per channel.

    put, correct ─→ address ─→ claim ─→ done
                                 ├────→ failed ─→ (later) claim
                                 └────→ dead ─→ (when a person says so) revive

`address` fixes an alert's channels once: one that is switched on later does not get old alerts. Alerts that share a
message go out together. Within a lane (all about one event on one channel) the next message waits for the one before.
A claimed message that nobody ends comes back when its lease is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, or_, select, update
from sqlalchemy.engine import RowMapping

from domain.alerting import Alert, Told
from domain.errors import NotFound
from domain.event import Status
from storage.engine import Access
from storage.models import AlertDeliveryRow, AlertRow, EventRow
from storage.rows import table
from storage.upsert import insert_missing

_ALERT = table(AlertRow)
_DELIVERY = table(AlertDeliveryRow)
_EVENT = table(EventRow)
_EARLIER = _DELIVERY.alias("earlier")
LEASE = timedelta(minutes=5)
_CHUNK = 200
WAITING, DONE, DEAD = "waiting", "done", "dead"


@dataclass(frozen=True, slots=True)
class Address:
    """Where and when an alert goes: alerts with one `message_id` on one channel are one message."""

    channel: str
    message_id: str
    lane: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to hand over to a channel; `attempts` counts this try, `message_id` stays the same over all tries."""

    message_id: str
    channel: str
    attempts: int
    alerts: tuple[Alert, ...]
    error: str | None = None
    ended_at: datetime | None = None


class Outbox:
    """The alerts that wait, and those that are gone."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def put(self, alerts: Iterable[Alert]) -> int:
        """Puts alerts that were never put before, and gives how many these were."""
        rows = [_write_alert(alert) for alert in alerts]
        if not rows:
            return 0
        with self._access.writing() as connection:
            return insert_missing(connection, _ALERT, rows)

    def told(self, event_id: str) -> list[Told]:
        """What each rule said last of the event, or of one that was merged into it."""
        merged = select(_EVENT.c.id).where(_EVENT.c.merged_into == event_id)
        wanted = (
            select(_ALERT)
            .where(or_(_ALERT.c.event_id == event_id, _ALERT.c.event_id.in_(merged)))
            .order_by(_ALERT.c.seq)
        )
        with self._access.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        last = {row["rule_id"]: _read_told(row) for row in rows}
        # an event that was merged into this one counted for itself: the next number is to be a new one
        return [
            replace(told, number=max(row["number"] for row in rows if row["rule_id"] == told.rule_id))
            for told in last.values()
        ]

    def corrected_by(self, alert: Alert) -> Told | None:
        """What the alert corrects; None where it is no correction, or of an event that was merged since."""
        here = and_(
            _ALERT.c.rule_id == alert.rule_id, _ALERT.c.event_id == alert.event_id, _ALERT.c.number == alert.number - 1
        )
        with self._access.reading() as connection:
            row = connection.execute(select(_ALERT).where(here)).mappings().first()
        return None if row is None else _read_told(row)

    def correct(self, corrections: Iterable[Alert]) -> int:
        """Puts corrections; where nobody was told yet, the waiting alert says the new state instead."""
        put = 0
        with self._access.writing() as connection:
            for alert in corrections:
                before = _find_untold(connection, alert)
                if before is None:
                    put += insert_missing(connection, _ALERT, [_write_alert(alert)])
                else:
                    new = {"status": alert.status.value, "amount_usd": alert.amount_usd, "revision": alert.revision}
                    connection.execute(update(_ALERT).where(_ALERT.c.seq == before).values(new))
        return put

    def follow(self, event_id: str, heir: str) -> None:
        """Lets what nobody was told yet of a merged event be told of its heir, once a rule."""
        untold = and_(_ALERT.c.event_id == event_id, ~_ALERT.c.addressed)
        known = select(_ALERT.c.rule_id).where(_ALERT.c.event_id == heir).scalar_subquery()
        with self._access.writing() as connection:
            connection.execute(delete(_ALERT).where(untold, _ALERT.c.rule_id.in_(known)))
            connection.execute(update(_ALERT).where(untold).values(event_id=heir))

    def address(self, plan: Callable[[Alert], Sequence[Address]]) -> int:
        """Fixes where the new alerts go, and gives how many these were."""
        total = 0
        while addressed := self._address_some(plan):
            total += addressed
        return total

    def _address_some(self, plan: Callable[[Alert], Sequence[Address]]) -> int:
        unaddressed = select(_ALERT).where(~_ALERT.c.addressed).order_by(_ALERT.c.seq).limit(_CHUNK)
        with self._access.writing(alone=True) as connection:
            new = connection.execute(unaddressed).mappings().all()
            for row in new:
                rows = [_write_delivery(row["seq"], address) for address in plan(_read_alert(row))]
                insert_missing(connection, _DELIVERY, rows)
            if new:
                here = _ALERT.c.seq.in_([row["seq"] for row in new])
                connection.execute(update(_ALERT).where(here).values(addressed=True))
        return len(new)

    def claim(self, channel: str, limit: int, now: datetime, lease: timedelta = LEASE) -> list[Delivery]:
        """Takes the messages that are due on a channel, so that nobody else takes them before the lease is over."""
        with self._access.writing(alone=True) as connection:
            heads = list(dict.fromkeys(connection.scalars(_select_heads(channel, now).limit(limit))))
            if not heads:
                return []
            mine = and_(_DELIVERY.c.channel == channel, _DELIVERY.c.message_id.in_(heads), _DELIVERY.c.state == WAITING)
            values = {"attempts": _DELIVERY.c.attempts + 1, "due_at": now + lease, "tried_at": now}
            connection.execute(update(_DELIVERY).where(mine).values(values))
            found = _read_deliveries(connection, mine)
        order = {message_id: place for place, message_id in enumerate(heads)}
        return sorted(found, key=lambda delivery: order[delivery.message_id])

    def done(self, delivery: Delivery) -> None:
        """Notes that a message arrived."""
        self._end(delivery, state=DONE, error=None, ended_at=datetime.now(UTC))

    def failed(self, delivery: Delivery, error: str, retry_at: datetime) -> None:
        """Notes that a message failed and is due again at that time."""
        self._end(delivery, state=WAITING, error=error, due_at=retry_at)

    def dead(self, delivery: Delivery, error: str) -> None:
        """Notes that a message is given up."""
        self._end(delivery, state=DEAD, error=error, ended_at=datetime.now(UTC))

    def dead_letters(self) -> list[Delivery]:
        """The messages that were given up, the oldest first."""
        with self._access.reading() as connection:
            return _read_deliveries(connection, _DELIVERY.c.state == DEAD)

    def revive(self, now: datetime, message_id: str | None = None) -> int:
        """Makes given-up messages due again, all of them or those of one id, and gives how many these were."""
        dead = _DELIVERY.c.state == DEAD
        here = dead if message_id is None else and_(dead, _DELIVERY.c.message_id == message_id)
        values = {"state": WAITING, "attempts": 0, "due_at": now, "ended_at": None}
        with self._access.writing() as connection:
            revived = connection.execute(
                update(_DELIVERY).where(here).values(values).returning(_DELIVERY.c.message_id, _DELIVERY.c.channel)
            )
            return len(set(revived.all()))

    def postpone(self, channel: str, until: datetime) -> None:
        """Lets everything that waits on a channel wait until then: its receiver asked for a pause."""
        early = and_(_DELIVERY.c.channel == channel, _DELIVERY.c.state == WAITING, _DELIVERY.c.due_at < until)
        with self._access.writing() as connection:
            connection.execute(update(_DELIVERY).where(early).values(due_at=until))

    def count_tried(self, channel: str, since: datetime) -> int:
        """How many messages were tried on a channel since then."""
        wanted = select(func.count(func.distinct(_DELIVERY.c.message_id))).where(
            _DELIVERY.c.channel == channel, _DELIVERY.c.tried_at > since
        )
        with self._access.reading() as connection:
            return connection.scalar(wanted) or 0

    def after(self, seq: int, limit: int = 100) -> list[tuple[int, Alert]]:
        """The alerts put after that number, each with its own number, in order."""
        wanted = select(_ALERT).where(_ALERT.c.seq > seq).order_by(_ALERT.c.seq).limit(limit)
        with self._access.reading() as connection:
            return [(row["seq"], _read_alert(row)) for row in connection.execute(wanted).mappings()]

    def last_seq(self) -> int:
        """The number of the newest alert, 0 where there is none."""
        with self._access.reading() as connection:
            return connection.scalar(select(func.max(_ALERT.c.seq))) or 0

    def counts(self) -> dict[str, int]:
        """How many deliveries are waiting, done and dead; an alert without channels yet counts as one waiting."""
        with self._access.reading() as connection:
            unaddressed = connection.scalar(select(func.count()).select_from(_ALERT).where(~_ALERT.c.addressed)) or 0
            rows = connection.execute(select(_DELIVERY.c.state, func.count()).group_by(_DELIVERY.c.state)).all()
        found: dict[str, int] = {state: count for state, count in rows}  # noqa: C416 (rows are no pairs to the type checker)
        return {
            WAITING: unaddressed + found.get(WAITING, 0),
            DONE: found.get(DONE, 0),
            DEAD: found.get(DEAD, 0),
        }

    def _end(self, delivery: Delivery, **values: object) -> None:
        here = and_(
            _DELIVERY.c.channel == delivery.channel,
            _DELIVERY.c.message_id == delivery.message_id,
            _DELIVERY.c.state == WAITING,
        )
        with self._access.writing() as connection:
            if not connection.execute(update(_DELIVERY).where(here).values(values)).rowcount:
                raise NotFound(f"delivery {delivery.message_id}", f"nothing waits on {delivery.channel}")


def _select_heads(channel: str, now: datetime) -> Select[Any]:
    """The due messages of a channel that no earlier message of their lane stands in front of, alert by alert.

    The order is that of an index, so that the database stops at the first one that is asked for.
    """
    blocked = (
        select(_EARLIER.c.id)
        .where(
            _EARLIER.c.lane == _DELIVERY.c.lane,
            _EARLIER.c.state == WAITING,
            _EARLIER.c.alert_seq < _DELIVERY.c.alert_seq,
            _EARLIER.c.message_id != _DELIVERY.c.message_id,
        )
        .exists()
    )
    return (
        select(_DELIVERY.c.message_id)
        .where(
            _DELIVERY.c.channel == channel,
            _DELIVERY.c.state == WAITING,
            _DELIVERY.c.due_at <= now,
            ~blocked,
        )
        .order_by(_DELIVERY.c.due_at, _DELIVERY.c.alert_seq)
    )


def _read_deliveries(connection: Connection, where: Any) -> list[Delivery]:
    wanted = (
        select(
            _DELIVERY.c.message_id,
            _DELIVERY.c.channel,
            _DELIVERY.c.attempts,
            _DELIVERY.c.error,
            _DELIVERY.c.ended_at,
            _ALERT,
        )
        .join_from(_DELIVERY, _ALERT)
        .where(where)
        .order_by(_ALERT.c.seq, _DELIVERY.c.id)
    )
    messages: dict[tuple[str, str], list[RowMapping]] = defaultdict(list)
    for row in connection.execute(wanted).mappings():
        messages[row["message_id"], row["channel"]].append(row)
    return [
        Delivery(message_id, channel, rows[0]["attempts"], tuple(map(_read_alert, rows)), rows[0]["error"],
                 rows[0]["ended_at"])
        for (message_id, channel), rows in messages.items()
    ]  # fmt: skip


def _find_untold(connection: Connection, correction: Alert) -> int | None:
    """The number of the alert that the correction is about, where nobody has tried to send it yet."""
    here = and_(
        _ALERT.c.rule_id == correction.rule_id,
        _ALERT.c.event_id == correction.event_id,
        _ALERT.c.number == correction.number - 1,
    )
    tried = (
        select(_DELIVERY.c.id).where(_DELIVERY.c.alert_seq == _ALERT.c.seq, _DELIVERY.c.tried_at.is_not(None)).exists()
    )
    return connection.scalar(select(_ALERT.c.seq).where(here, ~tried))


def _write_alert(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "rule_id": alert.rule_id,
        "event_id": alert.event_id,
        "number": alert.number,
        "revision": alert.revision,
        "status": alert.status.value,
        "amount_usd": alert.amount_usd,
        "put_at": alert.at,
        "addressed": False,
    }


def _read_alert(row: RowMapping) -> Alert:
    return Alert(
        row["rule_id"],
        row["event_id"],
        row["revision"],
        row["put_at"],
        row["number"],
        Status(row["status"]),
        row["amount_usd"],
    )


def _read_told(row: RowMapping) -> Told:
    return Told(row["rule_id"], row["event_id"], row["number"], Status(row["status"]), row["amount_usd"])


def _write_delivery(seq: int, address: Address) -> dict[str, Any]:
    return {
        "alert_seq": seq,
        "channel": address.channel,
        "message_id": address.message_id,
        "lane": address.lane,
        "state": WAITING,
        "attempts": 0,
        "due_at": address.due_at,
    }
