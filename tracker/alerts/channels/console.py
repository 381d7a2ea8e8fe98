"""Prints alerts, for trying out and for the demo."""

from __future__ import annotations

import sys
from typing import TextIO

from api.alerts.message import Message
from tracker.alerts.channels.kind import ChannelSettings


class ConsoleChannel:
    """Writes each message as plain lines to a stream, standard output where none is given."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def send(self, message: Message) -> None:
        """Prints the message and an empty line."""
        print(f"{message.title}\n{message.text}\n", file=self._stream or sys.stdout, flush=True)


class ConsoleSettings(ChannelSettings, env_prefix="ROUNDWATCH_ALERT_CONSOLE_"):
    """The console needs no settings."""

    def build(self) -> ConsoleChannel:
        """The channel."""
        return ConsoleChannel()
