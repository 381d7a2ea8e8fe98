"""Ends answers whose headers go on and on: the library that reads them has no limit of its own but time."""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)

MOST_BYTES = 256 * 1024


class EndlessHeaders(Exception):
    """An answer with more headers than any server has a use for."""

    def __init__(self) -> None:
        super().__init__(f"headers of more than {MOST_BYTES >> 10} KB")


class BoundedParser(_LenientHTTPClientParser):
    """Reads an answer, its headers up to the limit."""

    _received = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Takes a line of the headers; raises where there are too many, which ends the connection."""
        self._received += len(line) + 1
        if self._received > MOST_BYTES:
            raise EndlessHeaders
        super().lineReceived(line)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        # the class above puts its parser in place in the same way, since Twisted names its own
        self._parser.__class__ = BoundedParser
        return answer


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes connections that read headers up to the limit."""

    def buildProtocol(self, addr: Any) -> _BoundedProtocol:  # noqa: N802 - Twisted's name
        """Makes the connection to an address."""
        return _BoundedProtocol(self._quiescentCallback)
