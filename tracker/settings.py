"""Settings of the roof, read from ROUNDWATCH_ variables of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.errors import SettingsError
from tracker.schedule import parse_interval

_PREFIX = "ROUNDWATCH_"
_HTTP_URL = TypeAdapter(HttpUrl)


def _split(value: object) -> object:
    """Reads `a, b` and `a b` as two values; everything else stays what it is."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _check_address(url: str) -> str:
    _HTTP_URL.validate_python(url)
    return url.rstrip("/")


def _check_interval(text: str) -> str:
    try:
        parse_interval(text)
    except SettingsError as error:
        raise ValueError(error.problem) from error
    return text


def check_rate(text: str) -> str:
    """Lets a rate such as 60/1m pass; ValueError where it is none."""
    count, _, period = text.partition("/")
    if not count.isdecimal() or int(count) == 0:
        raise ValueError("not a rate such as 60/1m")
    return f"{count}/{_check_interval(period)}"


def _split_at_commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]
# a mail address may hold a name with spaces
Addresses = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_at_commas)]
Address = Annotated[str, AfterValidator(_check_address)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(lambda v: str(v).upper())]


class TrackerSettings(BaseSettings):
    """What commands, schedule and alert channels need to know; each field is ROUNDWATCH_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="ignore", hide_input_in_errors=True, frozen=True)

    store_url: str = "sqlite:///data/roundwatch.sqlite"
    sources_dir: Path | None = None
    log_level: LogLevel = "WARNING"
    every: Annotated[str, AfterValidator(_check_interval)] = "15m"
    public_url: Address = "http://127.0.0.1:8000"
    language: Literal["zh", "en"] = "en"

    alert_rules: Path = Path("alerts.toml")
    alert_channels: Words = ("console",)
    alert_language: Literal["zh", "en"] = "en"
    alert_allow_private: bool = False
    alert_timeout: float = Field(default=10.0, gt=0, le=120)
    alert_attempts: int = Field(default=10, ge=1, le=100)
    # so many messages in that time on one channel
    alert_rate: Annotated[str, AfterValidator(check_rate)] = "60/1m"
    # channels that are described here instead of in alerts.toml, by name
    alert_tables: Mapping[str, Mapping[str, Any]] = Field(default={}, repr=False)


def load_settings(**given: object) -> TrackerSettings:
    """Reads the environment, outranked by what is given and not None; SettingsError names variable, never value."""
    try:
        return TrackerSettings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        problem = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{_PREFIX}{name.upper()}", problem[0].lower() + problem[1:]) from None
