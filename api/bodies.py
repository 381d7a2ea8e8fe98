"""What is written through the API: bodies, checked for what no database can keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from api import examples

# a NUL ends texts in PostgreSQL; half a pair of surrogates, which JSON can escape, is no character at all
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def check_text(value: Any) -> Any:
    """The value as it is, where a database can keep every text in it."""
    for text in _iter_texts(value):
        if found := _UNKEPT.search(text):
            raise ValueError(f"has a sign that cannot be kept: U+{ord(found[0]):04X}")
    return value


def _iter_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, held in value.items():
            yield from _iter_texts(name)
            yield from _iter_texts(held)
    elif isinstance(value, list):
        for held in value:
            yield from _iter_texts(held)


Object = Annotated[dict[str, Any], BeforeValidator(check_text)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _check_text(cls, value: Any) -> Any:
        return check_text(value)


class WatchListBody(_Body):
    """What a watch list holds; names may be any that the parties are known by."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"companies": ["Loomfield"]}]})

    companies: list[_Name] = Field(default=[], max_length=500)
    investors: list[_Name] = Field(default=[], max_length=500)
    sectors: list[_Name] = Field(default=[], max_length=100)


class JudgementBody(_Body):
    """A person's word on events: `same` and `merge` name others, `different` one, `split` articles, `edit` a field."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"verdict": "same", "event_id": examples.EVENT_ID, "others": ["e1a2b3c4d5f"]}]},
    )

    verdict: Literal["same", "different", "edit", "split", "merge"]
    event_id: str = Field(max_length=64, pattern=r"^[A-Za-z0-9]+$")
    others: list[_Name] = Field(default=[], max_length=50)
    urls: list[str] = Field(default=[], max_length=200)
    field: str | None = Field(default=None, max_length=40)
    value: Any = None
    note: str | None = Field(default=None, max_length=2000)


class SwitchBody(_Body):
    """Whether a source is asked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"enabled": False}]})

    enabled: bool


class AccessKeyBody(_Body):
    """The name and scope of a key to make."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "desk", "scope": "write"}]})

    name: str = Field(min_length=1, max_length=100)
    scope: Literal["read", "write", "admin"] = "read"
