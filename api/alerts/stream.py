"""Alerts as server-sent events: whoever follows gets each new one within a second, and catches up after a break."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from api.alerts.message import Facts, build_message
from domain.alerting import Alert
from domain.errors import NotFound
from storage.store import Store

PAUSE = 0.5
# proxies close what is silent for longer
HEARTBEAT = 15.0
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Follower:
    """Where one follower stands, and how alerts are told to it."""

    store: Store
    language: str
    public_url: str
    name_rule: Callable[[str], str]

    def load(self, seq: int) -> tuple[int, list[str]]:
        """The alerts after a number as event blocks, and the number to go on from."""
        found = self.store.outbox.after(seq, _BATCH)
        blocks = [block for number, alert in found if (block := self._render(number, alert))]
        return (found[-1][0] if found else seq), blocks

    def _render(self, seq: int, alert: Alert) -> str | None:
        try:
            event = self.store.events.get(alert.event_id)
        except NotFound:
            return None
        facts = Facts(
            alert.id,
            alert.rule_id,
            self.name_rule(alert.rule_id),
            event,
            self.store.events.mentions(alert.event_id),
            self.public_url,
            alert.correction,
            self.store.outbox.corrected_by(alert) if alert.correction else None,
        )
        payload = build_message(facts, self.language, datetime.now(UTC)).payload
        return f"id: {seq}\nevent: {payload['type']}\ndata: {json.dumps(payload, ensure_ascii=False)}\n\n"


async def follow(follower: Follower, seq: int) -> AsyncIterator[str]:
    """Yields event blocks for ever, and a comment where there was nothing to say for a while."""
    yield ": following\n\n"
    silent = 0.0
    while True:
        seq, blocks = await asyncio.to_thread(follower.load, seq)
        for block in blocks:
            yield block
        silent = 0.0 if blocks else silent + PAUSE
        if silent >= HEARTBEAT:
            silent = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(PAUSE)
