"""Says alerts by the robots of DingTalk and WeCom groups, at the address that the group's settings show.

Both answer 200 also where they refuse a message (sent too fast, too long, a word or a signature is missing), and say so
in their answer alone. So it is read here, and what was refused is a failure like any other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from api.alerts.message import Message
from domain.errors import DeliveryError, SettingsError
from tracker.alerts.channels.kind import ChannelSettings
from tracker.alerts.channels.pieces import cut
from tracker.alerts.channels.posting import Post, PostingChannel

# what the services say where they get more than twenty messages a minute, and how long they want peace then
_TOO_FAST = frozenset((130101, 45009))
_PEACE = 60.0
_ANSWER = 4096


class RobotChannel(PostingChannel):
    """Says each message in a group as plain text, in pieces of at most so many bytes."""

    def __init__(self, post: Post, longest: int, secret: str | None = None) -> None:
        super().__init__(post)
        self._longest = longest
        self._secret = secret

    def send(self, message: Message) -> None:
        """Says the message; DeliveryError where any piece of it is refused."""
        for piece in cut(f"{message.title}\n{message.text}", self._longest):
            body = json.dumps({"msgtype": "text", "text": {"content": piece}}, ensure_ascii=False)
            query = _sign(self._secret, int(time.time() * 1000)) if self._secret else None
            self._judge(self._post.send(body, {}, query, longest_answer=_ANSWER))

    def _judge(self, answer: bytes) -> None:
        try:
            said = json.loads(answer)
            code = said["errcode"]
        except (ValueError, KeyError, TypeError) as error:
            raise DeliveryError(self.subject, "answered something else than a robot does") from error
        if code != 0:
            reason = " ".join(str(said.get("errmsg", "")).split())[:200]
            raise DeliveryError(
                self.subject, f"refused it: {code} {reason}", retry_after=_PEACE if code in _TOO_FAST else None
            )


def _sign(secret: str, now: int) -> Mapping[str, str]:
    digest = hmac.new(secret.encode(), f"{now}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": str(now), "sign": base64.b64encode(digest).decode()}


class DingTalkSettings(ChannelSettings, env_prefix="ROUNDWATCH_ALERT_DINGTALK_"):
    """The robot's address, and its secret where it is set to want signatures."""

    url: SecretStr | None = None
    secret: SecretStr | None = None

    def build(self) -> RobotChannel:
        """The channel; SettingsError where the address is missing or malformed."""
        return RobotChannel(
            _build_post(self, "dingtalk"), 18_000, self.secret.get_secret_value() if self.secret else None
        )


class WeComSettings(ChannelSettings, env_prefix="ROUNDWATCH_ALERT_WECOM_"):
    """The robot's address."""

    url: SecretStr | None = None

    def build(self) -> RobotChannel:
        """The channel; SettingsError where the address is missing or malformed."""
        return RobotChannel(_build_post(self, "wecom"), 2_048)


def _build_post(settings: Any, kind: str) -> Post:
    variable = f"ROUNDWATCH_ALERT_{kind.upper()}_URL"
    if settings.url is None:
        raise SettingsError(variable, f"missing: the channel {kind!r} needs the robot's address")
    return Post(
        kind,
        settings.url.get_secret_value(),
        variable,
        allow_private=settings.allow_private,
        timeout=settings.timeout,
    )
