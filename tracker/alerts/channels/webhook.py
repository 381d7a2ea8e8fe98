"""Posts alerts as JSON, signed by the Standard Webhooks scheme.

Several secrets give several signatures, so that a receiver may change its key without missing a message.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from api.alerts.message import Message
from domain.errors import SettingsError
from tracker.alerts.channels.kind import ChannelSettings
from tracker.alerts.channels.posting import Post, PostingChannel, load_own_trust
from tracker.settings import Secrets

_URL, _SECRET = "ROUNDWATCH_ALERT_WEBHOOK_URL", "ROUNDWATCH_ALERT_WEBHOOK_SECRET"
_CA_FILE = "ROUNDWATCH_ALERT_WEBHOOK_CA_FILE"


class WebhookChannel(PostingChannel):
    """Posts to one address and signs what it posts."""

    def __init__(
        self,
        url: str,
        secrets: Sequence[str],
        *,
        allow_private: bool = False,
        timeout: float = 10.0,
        ca_file: str | None = None,
    ) -> None:
        trust = load_own_trust(_CA_FILE, Path(ca_file)) if ca_file else None
        super().__init__(Post("webhook", url, _URL, allow_private=allow_private, timeout=timeout, trust=trust))
        self._signers = _build_signers(secrets)

    def send(self, message: Message) -> None:
        """Posts the message; DeliveryError (with Retry-After, where given) for any answer but 2xx."""
        body = json.dumps(message.payload, ensure_ascii=False, separators=(",", ":"))
        self._post.send(body, self._sign(message.id, body))

    def _sign(self, message_id: str, body: str) -> dict[str, str]:
        now = datetime.now(UTC)
        return {
            "Webhook-Id": message_id,
            "Webhook-Timestamp": str(int(now.timestamp())),
            "Webhook-Signature": " ".join(signer.sign(message_id, now, body) for signer in self._signers),
        }


def _build_signers(secrets: Sequence[str]) -> list[Any]:
    from standardwebhooks import Webhook

    if not secrets:
        raise SettingsError(_SECRET, "missing: webhooks are signed (whsec_ and base64)")
    try:
        return [Webhook(secret) for secret in secrets]
    except (ValueError, RuntimeError, TypeError) as error:
        raise SettingsError(_SECRET, "not a secret of the form whsec_ and base64") from error
    except Exception as error:
        # the package's own error for an empty secret derives from Exception alone
        raise SettingsError(_SECRET, "an empty secret") from error


class WebhookSettings(ChannelSettings, env_prefix="ROUNDWATCH_ALERT_WEBHOOK_"):
    """The receiver's address and the secrets that messages are signed with."""

    url: SecretStr | None = None
    # several sign every message, so that a receiver can change its key without missing one
    secret: Secrets = ()
    # certificates to trust instead of the machine's own
    ca_file: Path | None = None

    def build(self) -> WebhookChannel:
        """The channel; SettingsError where something is missing or malformed."""
        if self.url is None:
            raise SettingsError(_URL, "missing: the channel 'webhook' needs an address")
        return WebhookChannel(
            self.url.get_secret_value(),
            [secret.get_secret_value() for secret in self.secret],
            allow_private=self.allow_private,
            timeout=self.timeout,
            ca_file=str(self.ca_file) if self.ca_file else None,
        )
