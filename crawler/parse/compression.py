"""Unpacks what publishers serve as a zipped file (feed.xml.gz, sitemap.xml.gz), up to a limit."""

from __future__ import annotations

import zlib

# a sitemap may have 50 MB
MAX_BYTES = 50 * 1024 * 1024
_GZIP = b"\x1f\x8b"


class TooLarge(ValueError):
    """A zipped file that unpacks to more than the limit."""


def unzip(body: bytes, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a gzip file, and all others as they are; what is broken off is given as far as it goes."""
    if not body.startswith(_GZIP):
        return body
    unzipper = zlib.decompressobj(wbits=31)
    try:
        data = unzipper.decompress(body, limit)
    except zlib.error:
        return b""
    if unzipper.unconsumed_tail:
        raise TooLarge(f"a zipped file of more than {limit >> 20} MB")
    return data
