"""The channels that carry alerts: a new one is one file here and one line in CHANNELS.

A channel with several receivers (mail, Apprise) is built as one channel for each, and every one has deliveries of its
own: where one receiver fails, the others get nothing twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from pydantic import ValidationError

from api.alerts.message import Message
from domain.errors import SettingsError
from tracker.alerts.channels.apprise import build_apprise
from tracker.alerts.channels.console import build_console
from tracker.alerts.channels.file import build_file
from tracker.alerts.channels.mail import build_mail
from tracker.alerts.channels.webhook import build_webhook
from tracker.schedule import parse_interval
from tracker.settings import TrackerSettings


class Channel(Protocol):
    """Something that can carry a message; `send` raises DeliveryError where it could not be handed over.

    A channel may also have `check`, which raises DeliveryError where it cannot work, without sending anything.
    """

    def send(self, message: Message) -> None:
        """Hands one message over, for good once this returns."""


CHANNELS: Mapping[str, Callable[[TrackerSettings], Channel | Mapping[str, Channel]]] = {
    "apprise": build_apprise,
    "console": build_console,
    "file": build_file,
    "mail": build_mail,
    "webhook": build_webhook,
}
_COMMON = ("rate", "timeout", "allow_private")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many messages in a period, no more."""

    count: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class Route:
    """A channel that is ready to send, and how often it may."""

    channel: Channel
    rate: Rate | None = None

    def check(self) -> None:
        """Raises DeliveryError where the channel cannot work, as far as that shows without sending anything."""
        if check := getattr(self.channel, "check", None):
            check()


def parse_rate(text: str) -> Rate:
    """Reads 60/1m or 1000/1d; SettingsError names the text."""
    match = re.fullmatch(r"(\d{1,9})/(\S+)", text.strip(), re.ASCII)
    if match is None or int(match[1]) == 0:
        raise SettingsError(repr(text), "not a rate such as 60/1m")
    return Rate(int(match[1]), parse_interval(match[2]))


def list_channel_fields(kind: str) -> frozenset[str]:
    """What a table of alerts.toml may say of a channel of that kind: the settings without their prefix."""
    if kind not in CHANNELS:
        raise SettingsError(repr(kind), f"no kind of channel; there are {', '.join(CHANNELS)}")
    prefix = f"alert_{kind}_"
    own = [name.removeprefix(prefix) for name in TrackerSettings.model_fields if name.startswith(prefix)]
    return frozenset((*own, *_COMMON))


def build_routes(name: str, settings: TrackerSettings, table: Mapping[str, Any] | None = None) -> dict[str, Route]:
    """Builds a channel by the settings, outranked by a table of alerts.toml; SettingsError where it cannot be used.

    Gives a route under the channel's name, or one for each of its receivers under that and the receiver's.
    """
    if table is not None:
        settings = _override(name, settings, table)
    kind = str((table or {}).get("type", name))
    if kind not in CHANNELS:
        raise SettingsError("ROUNDWATCH_ALERT_CHANNELS", f"no channel {name!r}; there are {', '.join(CHANNELS)}")
    built, rate = CHANNELS[kind](settings), parse_rate(settings.alert_rate)
    if isinstance(built, Mapping):
        return {f"{name}/{receiver}": Route(channel, rate) for receiver, channel in built.items()}
    return {name: Route(built, rate)}


def _override(name: str, settings: TrackerSettings, table: Mapping[str, Any]) -> TrackerSettings:
    kind = table.get("type", name)
    given = {
        f"alert_{key}" if key in _COMMON else f"alert_{kind}_{key}": value
        for key, value in table.items()
        if key != "type"
    }
    try:
        return TrackerSettings.model_validate({**settings.model_dump(), **given})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0]).removeprefix(f"alert_{kind}_")
        raise SettingsError(f"channel {name}", f"{field}: {first['msg']}") from None
