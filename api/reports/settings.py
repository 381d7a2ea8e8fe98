"""What reports need to know of the house that prints them; the same for the command and for the API."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import SettingsError

_PREFIX = "ROUNDWATCH_"


class ReportSettings(BaseSettings):
    """Each field is ROUNDWATCH_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="ignore", hide_input_in_errors=True, frozen=True)

    # where the pages are that a report's links lead to
    public_url: str = "http://127.0.0.1:8000"
    # a folder with the house's own templates and phrases
    report_style: Path | None = None


def load_report_settings() -> ReportSettings:
    """Reads the environment; SettingsError names the variable."""
    try:
        return ReportSettings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise SettingsError(f"{_PREFIX}{name.upper()}", first["msg"]) from None
