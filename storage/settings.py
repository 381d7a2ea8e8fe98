"""Where the store is."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class StorageSettings(BaseSettings):
    """What the store needs to know; each field is ROUNDWATCH_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ROUNDWATCH_", extra="ignore", frozen=True)

    store_url: str = "sqlite:///data/roundwatch.sqlite"
