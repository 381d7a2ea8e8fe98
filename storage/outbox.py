"""Alerts on their way: put once per rule and event, delivered at least once per channel.

    put ─→ claim ─→ done
             ├────→ failed ─→ (later) claim
             └────→ dead

The first claim after an alert was put fixes its channels: one that is switched on later does not get old alerts.
A claimed delivery that nobody ends comes back when its lease is over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select, update

from domain.alerting import Alert
from domain.errors import NotFound
from storage.engine import Access
from storage.models import AlertDeliveryRow, AlertRow
from storage.rows import table
from storage.upsert import insert_missing

_ALERT = table(AlertRow)
_DELIVERY = table(AlertDeliveryRow)
LEASE = timedelta(minutes=15)
WAITING, DONE, DEAD = "waiting", "done", "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An alert to hand over to a channel; `attempts` counts this try, `id` stays the same over all tries."""

    id: str
    channel: str
    attempts: int
    alert: Alert


class Outbox:
    """The alerts that wait, and those that are gone."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def put(self, alerts: Iterable[Alert]) -> int:
        """Puts alerts that were never put before, and gives how many these were."""
        rows = [
            {
                "id": alert.id,
                "rule_id": alert.rule_id,
                "event_id": alert.event_id,
                "revision": alert.revision,
                "put_at": alert.at,
                "addressed": False,
            }
            for alert in alerts
        ]
        if not rows:
            return 0
        with self._access.writing() as connection:
            return insert_missing(connection, _ALERT, rows)

    def claim(self, channel_names: Collection[str], limit: int, now: datetime) -> list[Delivery]:
        """Takes what is due on these channels, so that nobody else takes it before the lease is over."""
        if not channel_names:
            return []
        with self._access.writing(alone=True) as connection:
            _address(connection, channel_names, now)
            due = (
                select(
                    _DELIVERY.c.id,
                    _DELIVERY.c.channel,
                    _DELIVERY.c.attempts,
                    _ALERT.c.rule_id,
                    _ALERT.c.event_id,
                    _ALERT.c.revision,
                    _ALERT.c.put_at,
                )
                .join_from(_DELIVERY, _ALERT)
                .where(
                    _DELIVERY.c.state == WAITING,
                    _DELIVERY.c.due_at <= now,
                    _DELIVERY.c.channel.in_(list(channel_names)),
                )
                .order_by(_DELIVERY.c.due_at, _DELIVERY.c.id)
                .limit(limit)
            )
            rows = connection.execute(due).mappings().all()
            taken = update(_DELIVERY).where(_DELIVERY.c.id.in_([row["id"] for row in rows]))
            connection.execute(taken.values(attempts=_DELIVERY.c.attempts + 1, due_at=now + LEASE))
        return [
            Delivery(
                row["id"],
                row["channel"],
                row["attempts"] + 1,
                Alert(row["rule_id"], row["event_id"], row["revision"], row["put_at"]),
            )
            for row in rows
        ]

    def done(self, delivery_id: str) -> None:
        """Notes that a delivery arrived."""
        self._end(delivery_id, state=DONE, error=None, ended_at=datetime.now(UTC))

    def failed(self, delivery_id: str, error: str, retry_at: datetime) -> None:
        """Notes that a delivery failed and is due again at that time."""
        self._end(delivery_id, state=WAITING, error=error, due_at=retry_at)

    def dead(self, delivery_id: str, error: str) -> None:
        """Notes that a delivery is given up."""
        self._end(delivery_id, state=DEAD, error=error, ended_at=datetime.now(UTC))

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

    def _end(self, delivery_id: str, **values: object) -> None:
        with self._access.writing() as connection:
            if not connection.execute(update(_DELIVERY).where(_DELIVERY.c.id == delivery_id).values(values)).rowcount:
                raise NotFound(f"delivery {delivery_id}", "there is no such delivery")


def _address(connection: Connection, channel_names: Collection[str], now: datetime) -> None:
    new = connection.scalars(select(_ALERT.c.id).where(~_ALERT.c.addressed)).all()
    if not new:
        return
    rows = [
        {
            "id": f"{alert_id}.{channel}",
            "alert_id": alert_id,
            "channel": channel,
            "state": WAITING,
            "attempts": 0,
            "due_at": now,
        }
        for alert_id in new
        for channel in channel_names
    ]
    insert_missing(connection, _DELIVERY, rows)
    connection.execute(update(_ALERT).where(_ALERT.c.id.in_(new)).values(addressed=True))
