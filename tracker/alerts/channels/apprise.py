"""Hands alerts to Apprise, which knows mail, Slack, Feishu, DingTalk, WeCom, Telegram, Teams, ntfy and the rest."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from api.alerts.message import Message
from domain.errors import DeliveryError, SettingsError
from tracker.alerts.addresses import resolve
from tracker.settings import TrackerSettings

_URLS = "ROUNDWATCH_ALERT_APPRISE_URLS"


class AppriseChannel:
    """Sends to every Apprise address it holds; errors name the service and never the address, which is a secret."""

    def __init__(self, urls: Sequence[str], *, allow_private: bool = False) -> None:
        import apprise

        if not urls:
            raise SettingsError(_URLS, "missing: the channel 'apprise' needs at least one address")
        self._services: list[Any] = []
        for number, url in enumerate(urls, 1):
            service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
            if service is None:
                raise SettingsError(_URLS, f"address {number} of {len(urls)} is none that Apprise understands")
            self._services.append(service)
        self._allow_private = allow_private

    def send(self, message: Message) -> None:
        """Sends the message everywhere; DeliveryError where any service failed (a retry goes to all of them)."""
        failed = [self._name(service) for service in self._services if not self._send_to(service, message)]
        if failed:
            raise DeliveryError(f"apprise ({', '.join(failed)})", "the service did not take the message")

    def _send_to(self, service: Any, message: Message) -> bool:
        host = self._own_host(service)
        if host and not self._allow_private:
            asyncio.run(resolve(host, int(getattr(service, "port", None) or 443), allow_private=False))
        with contextlib.suppress(TypeError):
            # Apprise's own exception for a malformed message
            return bool(service.notify(title=message.title, body=message.text))
        return False

    @staticmethod
    def _own_host(service: Any) -> str | None:
        """The host that the address itself names; services of one fixed host keep a token in that place."""
        if any("{host}" in template for template in service.templates):
            return str(getattr(service, "smtp_host", None) or service.host)
        return None

    @staticmethod
    def _name(service: Any) -> str:
        return str(service.service_name)


def build_apprise(settings: TrackerSettings) -> AppriseChannel:
    """Builds the channel from ROUNDWATCH_ALERT_APPRISE_URLS."""
    urls = [url.get_secret_value() for url in settings.alert_apprise_urls]
    return AppriseChannel(urls, allow_private=settings.alert_allow_private)
