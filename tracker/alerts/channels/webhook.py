"""Posts alerts as JSON, signed by the Standard Webhooks scheme.

The host is resolved and checked first, and the connection goes to the very address that was checked: a name that
resolves differently a moment later (DNS rebinding) gains nothing. Proxies of the environment are not used, and one
deadline covers the whole exchange, so that a dripping receiver cannot hold it up.

A redirect is a failed try like any other: a signed message goes to the address that the operator wrote and to no other.
So is a certificate that cannot be trusted: nothing is sent unencrypted or unverified instead. Both are tried again, for
an operator may mend them. An answer of 410 Gone is final.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from api.alerts.message import Message
from domain.errors import DeliveryError, SettingsError
from tracker.alerts.addresses import resolve, resolve_now
from tracker.alerts.channels.kind import ChannelSettings
from tracker.settings import Secrets

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

_URL, _SECRET = "ROUNDWATCH_ALERT_WEBHOOK_URL", "ROUNDWATCH_ALERT_WEBHOOK_SECRET"
_CA_FILE = "ROUNDWATCH_ALERT_WEBHOOK_CA_FILE"
_LONGEST_WAIT = 24 * 3600.0


class WebhookChannel:
    """Posts to one address; several secrets give several signatures, so that a receiver may change its key."""

    def __init__(
        self,
        url: str,
        secrets: Sequence[str],
        *,
        allow_private: bool = False,
        timeout: float = 10.0,
        ca_file: str | None = None,
    ) -> None:
        import httpx
        from standardwebhooks import Webhook

        try:
            urlsplit(url)
            self._url = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise SettingsError(_URL, "not an address such as https://example.org/hook") from error
        if self._url.scheme not in ("http", "https") or not self._url.host:
            raise SettingsError(_URL, "not an address such as https://example.org/hook")
        if not secrets:
            raise SettingsError(_SECRET, "missing: webhooks are signed (whsec_ and base64)")
        try:
            self._signers = [Webhook(secret) for secret in secrets]
        except (ValueError, RuntimeError, TypeError) as error:
            raise SettingsError(_SECRET, "not a secret of the form whsec_ and base64") from error
        except Exception as error:
            # the package's own error for an empty secret derives from Exception alone
            raise SettingsError(_SECRET, "an empty secret") from error
        self._port = self._url.port or (443 if self._url.scheme == "https" else 80)
        self._allow_private = allow_private
        self._timeout = timeout
        self._trust = _load_own_trust(ca_file) if ca_file else None

    @property
    def subject(self) -> str:
        """How errors name this receiver: scheme, host and port, since a path may hold a secret."""
        port = f":{self._url.port}" if self._url.port else ""
        return f"webhook {self._url.scheme}://{self._url.host}{port}"

    def check(self) -> None:
        """Raises DeliveryError where the receiver's address is not allowed."""
        resolve_now(self._url.host, self._port, allow_private=self._allow_private)

    def send(self, message: Message) -> None:
        """Posts the message; DeliveryError (with Retry-After, where given) for any answer but 2xx."""
        try:
            asyncio.run(asyncio.wait_for(self._post(message), self._timeout))
        except TimeoutError as error:
            raise DeliveryError(self.subject, f"no answer within {self._timeout:g} s") from error

    async def _post(self, message: Message) -> None:
        import httpx

        body = json.dumps(message.payload, ensure_ascii=False, separators=(",", ":"))
        addresses = await resolve(self._url.host, self._port, allow_private=self._allow_private)
        async with httpx.AsyncClient(
            verify=self._trust or _load_trust(), timeout=self._timeout, follow_redirects=False, trust_env=False
        ) as client:
            for address in addresses:
                try:
                    self._judge(await self._request(client, address, message.id, body))
                    return
                except httpx.ConnectError as error:
                    if (broken := _find_tls_error(error)) is not None:
                        raise DeliveryError(self.subject, _explain_tls(broken)) from error
                    log.debug("%s: no connection to %s", self.subject, address)
                except httpx.HTTPError as error:
                    raise DeliveryError(self.subject, f"the exchange broke off ({type(error).__name__})") from error
        raise DeliveryError(self.subject, f"cannot be reached ({', '.join(addresses)}, port {self._port})")

    async def _request(self, client: httpx.AsyncClient, address: str, message_id: str, body: str) -> httpx.Response:
        request = client.build_request(
            "POST",
            self._url.copy_with(host=address),
            content=body.encode(),
            headers={**self._sign(message_id, body), "Host": self._url.netloc.decode("ascii")},
            extensions={"sni_hostname": self._url.raw_host.decode("ascii")},
        )
        # the status is all we need: an endless answer is not read
        response = await client.send(request, stream=True)
        await response.aclose()
        return response

    def _sign(self, message_id: str, body: str) -> dict[str, str]:
        now = datetime.now(UTC)
        return {
            "Content-Type": "application/json",
            "User-Agent": "Roundwatch-Webhook/1",
            "Webhook-Id": message_id,
            "Webhook-Timestamp": str(int(now.timestamp())),
            "Webhook-Signature": " ".join(signer.sign(message_id, now, body) for signer in self._signers),
        }

    def _judge(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        if response.is_redirect:
            raise DeliveryError(
                self.subject, f"answered {response.status_code}: redirects are not followed{_tell_target(response)}"
            )
        phrase = HTTPStatus(response.status_code).phrase if response.status_code in _KNOWN else "no known status"
        wait = parse_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        gone = response.status_code == HTTPStatus.GONE
        raise DeliveryError(self.subject, f"answered {response.status_code} {phrase}", retry_after=wait, final=gone)


_KNOWN = {status.value for status in HTTPStatus}


@cache
def _load_trust() -> ssl.SSLContext:
    """Whom to trust: reading the certificates takes longer than everything else about a message."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


def _load_own_trust(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise SettingsError(_CA_FILE, f"{ca_file}: no file of certificates") from error


def _find_tls_error(error: BaseException) -> ssl.SSLError | None:
    """The reason why the way could not be encrypted, which lies some way down; None where it is another one."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause


def _explain_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted ({error.verify_message})"
    return f"the way there cannot be encrypted ({error.reason or 'no TLS'})"


def _tell_target(response: httpx.Response) -> str:
    """Where a redirect leads, without the path, which may hold a secret."""
    target = response.next_request.url if response.next_request else None
    return f" (it leads to {target.scheme}://{target.netloc.decode('ascii')})" if target else ""


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Reads seconds or an HTTP date as seconds from now, between 0 and a day; None where it is neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(float(value.strip()[:9]), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), _LONGEST_WAIT)


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
