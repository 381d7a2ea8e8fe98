"""Cursors: where a page of a listing ended, as an opaque word that only this server's key can write.

A cursor holds a fingerprint of the listing (filter and sort) that it belongs to, so that it cannot be used on another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from domain.errors import BadInput
from storage.queries import Place

_MAC = 9
_LONGEST = 4096


def encode_cursor(place: Place, listing: str, key: str) -> str:
    """The cursor of a place in a listing."""
    value = place.value.isoformat() if isinstance(place.value, date) else place.value
    body = json.dumps([_name(place.value), value, place.id], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_sign(body, listing, key) + body).decode().rstrip("=")


def decode_cursor(text: str, listing: str, key: str) -> Place:
    """The place that a cursor names; BadInput where it is none of this listing."""
    problem = BadInput("cursor", "not a cursor of this listing; begin again without it")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise problem from error
    mac, body = raw[:_MAC], raw[_MAC:]
    if len(text) > _LONGEST or not hmac.compare_digest(mac, _sign(body, listing, key)):
        raise problem
    try:
        kind, value, last = json.loads(body)
        return Place(_READ[kind](value), str(last))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        # signed with the key that ships: whoever sets none of their own may be sent anything
        raise problem from error


def _sign(body: bytes, listing: str, key: str) -> bytes:
    told = len(body).to_bytes(4) + body + listing.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, key=hashlib.sha256(key.encode()).digest(), digest_size=_MAC).digest()


# a datetime is a date as well, so it comes first
_KINDS = {"time": datetime, "day": date, "text": str, "number": float}
_READ: dict[str, Callable[[Any], str | float | date | datetime | None]] = {
    "unknown": lambda _: None,
    "time": datetime.fromisoformat,
    "day": date.fromisoformat,
    "text": str,
    "number": float,
}


def _name(value: object) -> str:
    if value is None:
        return "unknown"
    return next((name for name, kind in _KINDS.items() if isinstance(value, kind)), "number")
