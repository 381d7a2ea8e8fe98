"""Posts to one address of the network, and says what is wrong where that fails.

The host is resolved and checked first, and the connection goes to the very address that was checked: a name that
resolves differently a moment later (DNS rebinding) gains nothing. Proxies of the environment are not used, and one
deadline covers the whole exchange, so that a dripping receiver cannot hold it up.

A redirect is a failed try like any other: a message goes to the address that the operator wrote and to no other. So is
a certificate that cannot be trusted: nothing is sent unencrypted or unverified instead. Both are tried again, for an
operator may mend them. An answer of 410 Gone is final.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from domain.errors import DeliveryError, SettingsError
from tracker.alerts.addresses import resolve, resolve_now

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

_LONGEST_WAIT = 24 * 3600.0
_HEADERS = {"Content-Type": "application/json", "User-Agent": "Roundwatch/1"}


class Post:
    """Takes messages to one address; errors name kind, scheme, host and port alone, since a path may hold a secret."""

    def __init__(
        self,
        kind: str,
        url: str,
        variable: str,
        *,
        allow_private: bool = False,
        timeout: float = 10.0,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        import httpx

        try:
            urlsplit(url)
            self._url = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise SettingsError(variable, "not an address such as https://example.org/hook") from error
        if self._url.scheme not in ("http", "https") or not self._url.host:
            raise SettingsError(variable, "not an address such as https://example.org/hook")
        self._kind = kind
        self._port = self._url.port or (443 if self._url.scheme == "https" else 80)
        self._allow_private = allow_private
        self._timeout = timeout
        self._trust = trust

    @property
    def subject(self) -> str:
        """How errors name this receiver."""
        port = f":{self._url.port}" if self._url.port else ""
        return f"{self._kind} {self._url.scheme}://{self._url.host}{port}"

    def check(self) -> None:
        """Raises DeliveryError where the receiver's address is not allowed."""
        resolve_now(self._url.host, self._port, allow_private=self._allow_private)

    def send(
        self, body: str, headers: Mapping[str, str], query: Mapping[str, str] | None = None, *, longest_answer: int = 0
    ) -> bytes:
        """Posts JSON and gives the answer up to a length; DeliveryError (with Retry-After) for any status but 2xx."""
        if self._trust is None:
            # read once, and not in the time that the receiver has to answer
            _load_trust()
        try:
            return asyncio.run(asyncio.wait_for(self._send(body, headers, query, longest_answer), self._timeout))
        except TimeoutError as error:
            raise DeliveryError(self.subject, f"no answer within {self._timeout:g} s") from error

    async def _send(
        self, body: str, headers: Mapping[str, str], query: Mapping[str, str] | None, longest_answer: int
    ) -> bytes:
        import httpx

        addresses = await resolve(self._url.host, self._port, allow_private=self._allow_private)
        url = self._url.copy_merge_params(query) if query else self._url
        async with httpx.AsyncClient(
            verify=self._trust or _load_trust(), timeout=self._timeout, follow_redirects=False, trust_env=False
        ) as client:
            for address in addresses:
                request = client.build_request(
                    "POST",
                    url.copy_with(host=address),
                    content=body.encode(),
                    headers={**_HEADERS, **headers, "Host": self._url.netloc.decode("ascii")},
                    extensions={"sni_hostname": self._url.raw_host.decode("ascii")},
                )
                try:
                    return await self._exchange(client, request, longest_answer)
                except httpx.ConnectError as error:
                    if (broken := _find_tls_error(error)) is not None:
                        raise DeliveryError(self.subject, _explain_tls(broken)) from error
                    log.debug("%s: no connection to %s", self.subject, address)
                except httpx.HTTPError as error:
                    raise DeliveryError(self.subject, f"the exchange broke off ({type(error).__name__})") from error
        raise DeliveryError(self.subject, f"cannot be reached ({', '.join(addresses)}, port {self._port})")

    async def _exchange(self, client: httpx.AsyncClient, request: httpx.Request, longest_answer: int) -> bytes:
        response = await client.send(request, stream=True)
        answer = b""
        try:
            self._judge(response)
            if longest_answer:
                # an endless answer is not read to its end
                async for chunk in response.aiter_bytes():
                    answer += chunk
                    if len(answer) >= longest_answer:
                        break
        finally:
            await response.aclose()
        return answer[:longest_answer]

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


class PostingChannel:
    """The base of channels that post to one address."""

    def __init__(self, post: Post) -> None:
        self._post = post

    @property
    def subject(self) -> str:
        """How errors name the receiver."""
        return self._post.subject

    def check(self) -> None:
        """Raises DeliveryError where the receiver's address is not allowed."""
        self._post.check()


_KNOWN = {status.value for status in HTTPStatus}


@cache
def _load_trust() -> ssl.SSLContext:
    """Whom to trust: reading the certificates takes longer than everything else about a message."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


def load_own_trust(variable: str, ca_file: Path) -> ssl.SSLContext:
    """Trust in the certificates of a file and no others; SettingsError names the variable where it is none."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise SettingsError(variable, f"{ca_file}: no file of certificates") from error


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
