"""Which network addresses an alert may go to: public ones, unless the operator allows private ones."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from domain.errors import DeliveryError

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """True where everybody reaches the IP address: not loopback, private, link-local, multicast or reserved."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and (embedded := _find_embedded(parsed)):
        parsed = embedded
    return parsed.is_global and not parsed.is_multicast


def _find_embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, by mapping, 6to4 or NAT64."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


async def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The IP addresses of a host, all of them checked; DeliveryError names the host where one is refused."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DeliveryError(host, "the host name cannot be resolved") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private:
        check_public(host, addresses)
    return addresses


def check_public(host: str, addresses: list[str]) -> None:
    """Raises DeliveryError where any of a host's addresses is not public."""
    for address in addresses:
        if not is_public(address):
            where = "" if address == host else f" ({address})"
            raise DeliveryError(
                host, f"a private or loopback address{where} is refused; ROUNDWATCH_ALERT_ALLOW_PRIVATE=1 allows it"
            )
