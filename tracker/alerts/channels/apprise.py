"""Hands alerts to Apprise, which knows mail, Slack, Feishu, DingTalk, WeCom, Telegram, Teams, ntfy and the rest."""

from __future__ import annotations

import contextlib
import hashlib
from typing import Any

from api.alerts.message import Message
from domain.errors import DeliveryError, SettingsError
from tracker.alerts.addresses import resolve_now
from tracker.alerts.channels.kind import ChannelSettings
from tracker.settings import Secrets

_URLS = "ROUNDWATCH_ALERT_APPRISE_URLS"


class AppriseChannel:
    """Sends to one Apprise address; errors name the service and never the address, which is a secret."""

    def __init__(self, url: str, *, allow_private: bool = False) -> None:
        import apprise

        # a redirect could lead past the check of the address
        asset = apprise.AppriseAsset(http_redirects=False)
        self._service: Any = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if self._service is None:
            raise SettingsError(_URLS, "an address is none that Apprise understands")
        self._allow_private = allow_private

    @property
    def subject(self) -> str:
        """How errors name this channel."""
        return f"apprise ({self._service.service_name})"

    def check(self) -> None:
        """Raises DeliveryError where the host that the address names is not allowed."""
        host = self._own_host()
        if host and not self._allow_private:
            resolve_now(host, int(getattr(self._service, "port", None) or 443), allow_private=False)

    def send(self, message: Message) -> None:
        """Sends the message; DeliveryError where the service does not take it."""
        self.check()
        with contextlib.suppress(TypeError):
            # Apprise's own exception for a malformed message
            if self._service.notify(title=message.title, body=message.text):
                return
        raise DeliveryError(self.subject, "the service did not take the message")

    def _own_host(self) -> str | None:
        """The host that the address itself names; services of one fixed host keep a token in that place."""
        if any("{host}" in template for template in self._service.templates):
            return str(getattr(self._service, "smtp_host", None) or self._service.host)
        return None


class AppriseSettings(ChannelSettings, env_prefix="ROUNDWATCH_ALERT_APPRISE_"):
    """Addresses as Apprise writes them."""

    urls: Secrets = ()

    def build(self) -> dict[str, AppriseChannel]:
        """A channel for each address, named by its scheme and a digest of it; SettingsError where there is none."""
        urls = [url.get_secret_value() for url in self.urls]
        if not urls:
            raise SettingsError(_URLS, "missing: the channel 'apprise' needs at least one address")
        return {_name(url): AppriseChannel(url, allow_private=self.allow_private) for url in urls}


def _name(url: str) -> str:
    return f"{url.partition('://')[0]}-{hashlib.sha256(url.encode()).hexdigest()[:6]}"
