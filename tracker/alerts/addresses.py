"""Which network addresses an alert may go to: public ones, unless the operator allows private ones."""

from __future__ import annotations

import asyncio
import socket

from domain.addresses import is_public
from domain.errors import DeliveryError


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


def resolve_now(host: str, port: int, *, allow_private: bool) -> None:
    """Checks a host's addresses where nothing waits for it; DeliveryError names the host where one is refused."""
    asyncio.run(resolve(host, port, allow_private=allow_private))


def check_public(host: str, addresses: list[str]) -> None:
    """Raises DeliveryError where any of a host's addresses is not public."""
    for address in addresses:
        if not is_public(address):
            where = "" if address == host else f" ({address})"
            raise DeliveryError(
                host, f"a private or loopback address{where} is refused; ROUNDWATCH_ALERT_ALLOW_PRIVATE=1 allows it"
            )
