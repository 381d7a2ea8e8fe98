"""Keeps the crawler on the public network, unless the operator lets it off.

The resolver checks the very address that is connected to, so that a name which leads elsewhere at the second asking
gains nothing; addresses written as numbers never reach a resolver and are checked on the way to the downloader.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface.declarations import implementer

from crawler.failures import Flaw, Refused
from crawler.parse.urls import get_host
from domain.addresses import is_public


class Gate:
    """Which addresses may be fetched: public ones, and those in the networks given."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = [ipaddress.ip_network(network) for network in networks]

    def admits(self, address: str) -> bool:
        """Whether an IP address may be fetched."""
        return is_public(address) or any(ipaddress.ip_address(address) in network for network in self._networks)


class PrivateAddress(Refused):
    """A host on the loopback or a private network."""

    def __init__(self, host: str, address: str) -> None:
        where = "" if host == address else f" ({address})"
        words = f"{host}{where} is a private or loopback address; ROUNDWATCH_CRAWL_ALLOW_PRIVATE=1 allows it"
        super().__init__(Flaw("private", words))


class PublicOnly:
    """Refuses requests to addresses written as numbers that are not public, and names what the resolver refused.

    It stands below the retries, since another try would not make the address public.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PublicOnly:
        """Builds it from the crawler's settings."""
        return cls(Gate(crawler.settings.getlist("ALLOWED_NETWORKS")))

    def process_request(self, request: Request) -> None:
        """Lets a request pass or raises PrivateAddress."""
        host = get_host(request.url)
        if (address := read_address(host)) and not self._gate.admits(address):
            raise PrivateAddress(host, address)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises PrivateAddress where the resolver refused the host."""
        host = get_host(request.url)
        if isinstance(exception, CannotResolveHostError) and (address := PublicResolver.refused.get(host)):
            raise PrivateAddress(host, address)


@implementer(IHostnameResolver)
class PublicResolver(CachingHostnameResolver):
    """Resolves names to public addresses only, IPv4 and IPv6; `refused` holds names without any and what they have."""

    refused: ClassVar[dict[str, str]] = {}

    def __init__(self, reactor: ReactorBase, cache_size: int) -> None:
        super().__init__(reactor, cache_size)
        self.gate = Gate()
        self.exempt: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicResolver:
        """Builds it from the crawler's settings."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.gate = Gate(crawler.settings.getlist("ALLOWED_NETWORKS"))
        # the operator's proxies may well stand in the private network
        resolver.exempt = frozenset(get_host(proxy) for proxy in getproxies().values())
        return resolver

    def resolveHostName(  # noqa: N802
        self,
        receiver: Any,
        name: str,
        *args: Any,
        **kwargs: Any,
    ) -> IHostResolution:
        """Tells the receiver the addresses that may be fetched."""
        admitted = receiver if name in self.exempt else Admitted(receiver, name, self.gate, self.refused)
        return super().resolveHostName(admitted, name, *args, **kwargs)


@implementer(IResolutionReceiver)
class Admitted:
    """Passes on the addresses that a gate admits."""

    def __init__(self, receiver: Any, name: str, gate: Gate, refused: dict[str, str]) -> None:
        self._receiver, self._name, self._gate, self._refused = receiver, name, gate, refused
        self._others: list[str] = []
        self._found = False

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        """Passes on that an answer begins."""
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        """Passes on an address that may be fetched."""
        if self._gate.admits(address.host):
            self._found = True
            self._receiver.addressResolved(address)
        else:
            self._others.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        """Passes on the end, and notes a name that has none but others."""
        if self._others and not self._found:
            self._refused[self._name] = self._others[0]
        self._receiver.resolutionComplete()


def read_address(host: str) -> str | None:
    """The IP address that a host is, in any of the forms that a socket takes (127.1, 0x7f000001); None for a name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host)) if host[:1].isdigit() else None
    except OSError:
        return None
