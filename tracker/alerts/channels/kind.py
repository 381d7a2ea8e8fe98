"""What every kind of channel is made of: settings that build it, and something that can carry a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Protocol

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.alerts.message import Message
from tracker.settings import check_rate


class Channel(Protocol):
    """Something that can carry a message; `send` raises DeliveryError where it could not be handed over.

    A channel may also have `check`, which raises DeliveryError where it cannot work, without sending anything.
    """

    def send(self, message: Message) -> None:
        """Hands one message over, for good once this returns."""


class ChannelSettings(BaseSettings):
    """What a channel needs to know, from a table of alerts.toml or else from variables of the environment.

    A kind of channel adds fields of its own and names the prefix of their variables, ROUNDWATCH_ALERT_ and the kind.
    """

    model_config = SettingsConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)

    # so many messages in that time
    rate: Annotated[str, AfterValidator(check_rate)] = "60/1m"
    timeout: float = Field(default=10.0, gt=0, le=120)
    allow_private: bool = False

    def build(self) -> Channel | Mapping[str, Channel]:
        """The channel, or one for each of its receivers; SettingsError where something is missing."""
        raise NotImplementedError

    def iter_secrets(self) -> Iterator[str]:
        """Yields every value that must appear in no log."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, SecretStr):
                    yield one.get_secret_value()
