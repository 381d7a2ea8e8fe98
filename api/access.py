"""Who asks: keys with scopes, as `Authorization: Bearer KEY` or `X-API-Key: KEY`.

Reading is open unless a setting closes it; writing takes a key of scope write, making and ending keys one of admin.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request

from api.deps import SettingsDep, StoreDep
from api.problems import RequestError
from api.settings import ApiSettings
from storage.access_keys import AccessKeys
from storage.store import Store

Bearer = Annotated[str, Header(description="Bearer and a key.", max_length=500)]
KeyHeader = Annotated[str, Header(alias="X-API-Key", description="A key.", max_length=500)]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the journal names them."""

    name: str


def read_word(authorization: str, key: str) -> str:
    """The word that a request shows."""
    scheme, _, word = authorization.strip().partition(" ")
    return word.strip() if scheme.lower() == "bearer" and word.strip() else key.strip()


def find_holder(request: Request, word: str) -> str | None:
    """Whose requests count together: those of one key; None where the word opens nothing."""
    state = request.app.state
    if _is_of_settings(state.settings, word):
        return f"settings {hashlib.sha256(word.encode()).hexdigest()}"
    found = AccessKeys(state.store).find(word)
    return f"key {found.id}" if found else None


def _is_of_settings(settings: ApiSettings, word: str) -> bool:
    return any(hmac.compare_digest(word.encode(), kept.get_secret_value().encode()) for kept in settings.write_keys)


def find_caller(store: Store, settings: ApiSettings, word: str, scope: str) -> Caller:
    """Who holds the word; a problem where it opens nothing, or not as much."""
    if not word:
        raise RequestError(401, "key", f"this wants a key of scope {scope}", hint=_HOW)
    if _is_of_settings(settings, word):
        if scope == "admin":
            raise RequestError(403, "key", "a key of the settings may write, but make no keys")
        return Caller("settings")
    found = AccessKeys(store).find(word)
    if found is None:
        raise RequestError(401, "key", "no such key, or it was revoked", hint=_HOW)
    if not found.may(scope):
        raise RequestError(403, "key", f"the key is of scope {', '.join(found.scopes)}, this wants {scope}")
    return Caller(found.name)


_HOW = "Send Authorization: Bearer KEY; python -m tracker keys add NAME --scope write makes one."


def require(scope: str) -> Callable[..., Caller]:
    """A dependency that gives the caller where its key has the scope."""

    def get_caller(
        request: Request, store: StoreDep, settings: SettingsDep, authorization: Bearer = "", key: KeyHeader = ""
    ) -> Caller:
        caller = find_caller(store, settings, read_word(authorization, key), scope)
        _check_content_type(request)
        return caller

    return get_caller


def _check_content_type(request: Request) -> None:
    """Refuses a body that does not say that it is JSON, before its content is found fault with."""
    headers = request.headers
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    told = headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and not (told == "application/json" or told.endswith("+json")):
        raise RequestError(415, "body", f"comes as {told or 'nothing said'}, not as JSON")


WriterDep = Annotated[Caller, Depends(require("write"))]
AdminDep = Annotated[Caller, Depends(require("admin"))]


def check_reader(request: Request) -> None:
    """Lets everybody pass where reading is open, else those with a key."""
    state = request.app.state
    if state.settings.require_key:
        headers = request.headers
        word = read_word(headers.get("authorization", ""), headers.get("x-api-key", ""))
        find_caller(state.store, state.settings, word, "read")
