"""What the API needs to know, read from ROUNDWATCH_API_ variables of the environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.reports.words import Language
from domain.errors import SettingsError

_PREFIX = "ROUNDWATCH_API_"


def _split(value: object) -> object:
    """Reads `a, b` and `a b` as two values; everything else stays what it is."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _check_rate(text: str) -> str:
    count, _, seconds = text.partition("/")
    if text and not (count.isdecimal() and seconds.isdecimal() and int(count) and int(seconds)):
        raise ValueError("not a rate such as 600/60, requests in seconds")
    return text


class ApiSettings(BaseSettings):
    """Settings of API and pages; each field is ROUNDWATCH_API_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="ignore", hide_input_in_errors=True, frozen=True)

    # the language of pages where neither the address nor the browser asks for one
    language: Language = Language.EN
    # the origins whose scripts may read the API; "*" for all
    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = ()
    # whether articles are handed out with their whole text, which is their publishers'
    full_text: bool = False
    # signs cursors; several servers behind one address need the same one
    cursor_key: SecretStr = SecretStr("roundwatch")
    # keys that may write besides those of the store
    write_keys: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)] = ()
    # how many may follow the stream of alerts at once
    alert_streams: int = Field(default=100, ge=0, le=10_000)
    # how many megabytes of answers are remembered until anything is written; none where 0
    remember_mb: int = Field(default=40, ge=0, le=10_000)
    # whether reading takes a key as well
    require_key: bool = False
    # so many requests in so many seconds from one key or address, such as 600/60; no limit where empty
    rate_limit: Annotated[str, AfterValidator(_check_rate)] = ""
    page_size: int = Field(default=100, ge=1, le=1000)


def load_api_settings() -> ApiSettings:
    """Reads the environment; SettingsError names the variable, never its value."""
    try:
        return ApiSettings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise SettingsError(f"{_PREFIX}{name.upper()}", first["msg"][0].lower() + first["msg"][1:]) from None
