"""Appends alerts to a file, one JSON object a line, for trying out and for other programs to follow."""

from __future__ import annotations

import json
import os
from pathlib import Path

from api.alerts.message import Message
from domain.errors import DeliveryError
from tracker.alerts.channels.kind import ChannelSettings


class FileChannel:
    """Appends each message's payload to one file as a line that is on disk when `send` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, message: Message) -> None:
        """Appends the message; DeliveryError where the file cannot be written."""
        line = json.dumps({"id": message.id, **message.payload}, ensure_ascii=False) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                # one write of one buffer: lines of two processes do not mix
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise DeliveryError(str(self._path), error.strerror or str(error)) from error


class FileSettings(ChannelSettings, env_prefix="ROUNDWATCH_ALERT_FILE_"):
    """Where the file lies."""

    path: Path = Path("data/alerts.jsonl")

    def build(self) -> FileChannel:
        """The channel."""
        return FileChannel(self.path)
