"""The channels that carry alerts: a new one is one file here and one line in CHANNELS.

A channel with several receivers (mail, Apprise) is built as one channel for each, and every one has deliveries of its
own: where one receiver fails, the others get nothing twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from domain.errors import SettingsError
from tracker.alerts.channels.apprise import AppriseSettings
from tracker.alerts.channels.console import ConsoleSettings
from tracker.alerts.channels.file import FileSettings
from tracker.alerts.channels.kind import Channel, ChannelSettings
from tracker.alerts.channels.mail import MailSettings
from tracker.alerts.channels.robots import DingTalkSettings, WeComSettings
from tracker.alerts.channels.webhook import WebhookSettings
from tracker.logs import hide_secrets
from tracker.schedule import parse_interval
from tracker.settings import TrackerSettings

CHANNELS: Mapping[str, type[ChannelSettings]] = {
    "apprise": AppriseSettings,
    "console": ConsoleSettings,
    "dingtalk": DingTalkSettings,
    "file": FileSettings,
    "mail": MailSettings,
    "webhook": WebhookSettings,
    "wecom": WeComSettings,
}


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
    """What a table of alerts.toml may say of a channel of that kind."""
    if kind not in CHANNELS:
        raise SettingsError(repr(kind), f"no kind of channel; there are {', '.join(CHANNELS)}")
    return frozenset(CHANNELS[kind].model_fields)


def build_routes(name: str, settings: TrackerSettings, table: Mapping[str, Any] | None = None) -> dict[str, Route]:
    """Builds a channel by the settings, outranked by a table of alerts.toml; SettingsError where it cannot be used.

    Gives a route under the channel's name, or one for each of its receivers under that and the receiver's.
    """
    kind = str((table or {}).get("type", name))
    if kind not in CHANNELS:
        raise SettingsError("ROUNDWATCH_ALERT_CHANNELS", f"no channel {name!r}; there are {', '.join(CHANNELS)}")
    common = {"rate": settings.alert_rate, "timeout": settings.alert_timeout}
    given = {**common, "allow_private": settings.alert_allow_private, **(table or {})}
    given.pop("type", None)
    told = _read(name, CHANNELS[kind], given)
    # from here on they appear in no log
    hide_secrets(told.iter_secrets())
    built, rate = told.build(), parse_rate(told.rate)
    if isinstance(built, Mapping):
        return {f"{name}/{receiver}": Route(channel, rate) for receiver, channel in built.items()}
    return {name: Route(built, rate)}


def _read(name: str, kind: type[ChannelSettings], given: Mapping[str, Any]) -> ChannelSettings:
    try:
        return kind(**given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingsError(f"channel {name}", f"{first['loc'][0]}: {first['msg']}") from None
