"""The channels that carry alerts: a new one is one file here and one line in CHANNELS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from domain.errors import SettingsError
from tracker.alerts.channels.apprise import build_apprise
from tracker.alerts.channels.console import build_console
from tracker.alerts.channels.file import build_file
from tracker.alerts.channels.webhook import build_webhook
from tracker.alerts.message import Message
from tracker.settings import TrackerSettings


class Channel(Protocol):
    """Something that can carry a message; `send` raises DeliveryError where it could not be handed over."""

    def send(self, message: Message) -> None:
        """Hands one message over, for good once this returns."""


CHANNELS: Mapping[str, Callable[[TrackerSettings], Channel]] = {
    "apprise": build_apprise,
    "console": build_console,
    "file": build_file,
    "webhook": build_webhook,
}


def build_channels(names: Iterable[str], settings: TrackerSettings) -> dict[str, Channel]:
    """Builds the named channels; SettingsError where one is unknown or lacks what it needs."""
    built: dict[str, Channel] = {}
    for name in names:
        if name not in CHANNELS:
            raise SettingsError("ROUNDWATCH_ALERT_CHANNELS", f"no channel {name!r}; there are {', '.join(CHANNELS)}")
        built[name] = CHANNELS[name](settings)
    return built
