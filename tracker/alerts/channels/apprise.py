"""Hands alerts to Apprise, which knows Slack, Feishu, Lark, Telegram, Teams, ntfy and many more."""

from __future__ import annotations

import contextlib
import hashlib
from typing import Any

from api.alerts.message import Message
from domain.errors import DeliveryError, SettingsError
from tracker.alerts.addresses import resolve_now
from tracker.alerts.channels.kind import ChannelSettings
from tracker.alerts.channels.pieces import cut
from tracker.settings import Secrets

_URLS = "ROUNDWATCH_ALERT_APPRISE_URLS"
# Apprise takes any answer of theirs for a yes
_OWN_KINDS = {"dingtalk": "dingtalk", "wecombot": "wecom"}
# Apprise cuts at 1,000 characters what Teams takes up to 28 KB of
_LONGEST = {"workflows": 20_000}


class AppriseChannel:
    """Sends to one Apprise address; errors name the service and never the address, which is a secret."""

    def __init__(self, url: str, *, allow_private: bool = False) -> None:
        import apprise

        # a redirect could lead past the check of the address; no pictures, which would come from elsewhere
        asset = apprise.AppriseAsset(
            http_redirects=False,
            app_id="Roundwatch",
            app_desc="Roundwatch",
            image_url_mask="",
            image_url_logo="",
        )
        self._service: Any = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if self._service is None:
            raise SettingsError(_URLS, "an address is none that Apprise understands")
        scheme = url.partition("://")[0].lower()
        if own := _OWN_KINDS.get(scheme):
            raise SettingsError(
                _URLS, f"{scheme}://: use a channel of the kind {own!r}, which hears of what was refused"
            )
        self._longest = _LONGEST.get(scheme, int(self._service.body_maxlen))
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
        """Sends the message, in pieces where it is long; DeliveryError where the service does not take one."""
        self.check()
        # a title counts too, and so does what is made of signs such as &
        room = self._longest - len(message.title.encode()) - 100
        pieces = cut(message.text, max(room, 200))
        for number, piece in enumerate(pieces, 1):
            title = message.title + (f" ({number}/{len(pieces)})" if len(pieces) > 1 else "")
            if not self._notify(title, piece):
                raise DeliveryError(self.subject, "the service did not take the message")

    def _notify(self, title: str, body: str) -> bool:
        with contextlib.suppress(TypeError):
            # Apprise's own exception for a malformed message
            return bool(self._service.notify(title=title, body=body))
        return False

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
