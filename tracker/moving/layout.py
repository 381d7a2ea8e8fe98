"""How another database's table is laid out: which column holds which field, and how its cells are to be read.

source = "dealbook"                 # under which the claims are kept; the file's name where absent
trust = 0.6                         # as for a source that is crawled: 0.7 and more is trusted
unit = 1_000_000                    # what a bare number counts
date = "%d/%m/%Y"                   # how days are written, where that may be taken two ways
separator = ","                     # what stands between names of investors
encoding = "gb18030"                # UTF-8 where absent

[columns]                           # field = column, or several columns for the names of a company
company = ["Organization Name", "Chinese Name"]
amount = "Money Raised"

[defaults]                          # what a blank cell stands for
currency = "USD"

[values.round]                      # what a cell's words stand for, where they are not read as they are
"Venture Round" = ""
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from domain.errors import BadInput
from tracker.moving.flat import SEPARATOR

MONEY = ("amount", "valuation", "total_raised")
_BOUNDS = tuple(f"{name}_{part}" for name in MONEY for part in ("min", "max", "currency", "precision"))
FIELDS = (
    "id", "url", "company", "company_zh", "kind", "status", "round", "announced_on", "date_precision", "currency",
    *MONEY, *_BOUNDS, "lead_investors", "participants", "investors", "application", "application_type",
)  # fmt: skip
_ID = re.compile(r"[a-z0-9][a-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a round stand in a table, and how they are written."""

    source: str = "import"
    name: str | None = None
    trust: float = 0.5
    unit: int = 1
    date: str | None = None
    separator: str | None = None
    encoding: str = "utf-8-sig"
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.source):
            raise BadInput(f"source {self.source!r}", "small letters, digits, hyphens and dots alone")
        if not 0 <= self.trust <= 1:
            raise BadInput(f"trust {self.trust}", "not between 0 and 1")
        for part in (self.columns, self.defaults, self.values):
            for name in part:
                _check_field(name)

    def fit(self, header: Sequence[str]) -> Layout:
        """The layout for a table with these columns; one that is named as a field needs no mapping."""
        missing = [column for names in self.columns.values() for column in names if column not in header]
        if missing:
            raise BadInput(f"column {missing[0]!r}", f"not in the table, which has {', '.join(header)}")
        mapped = {column for names in self.columns.values() for column in names}
        columns = {name: (name,) for name in FIELDS if name in header and name not in mapped} | dict(self.columns)
        if not {"company", "announced_on"} <= {*columns, *self.defaults}:
            raise BadInput("columns", "company and announced_on have to be mapped: --map company=… announced_on=…")
        own = "company_key" in header and not self.columns
        return replace(self, columns=columns, separator=self.separator or (SEPARATOR if own else None))

    def cells(self, row: Mapping[str, str], name: str) -> list[tuple[str, str]]:
        """The columns of a field with what stands in each, as it is to be read; blank ones left out."""
        words = self.values.get(name, {})
        found = [(column, row[column].strip()) for column in self.columns.get(name, ())]
        return [(column, words.get(cell, cell)) for column, cell in found if cell]

    def cell(self, row: Mapping[str, str], name: str) -> str:
        """What stands in a field's column, or what a blank one stands for."""
        found = self.cells(row, name)
        return found[0][1] if found and found[0][1] else self.defaults.get(name, "")


def _check_field(name: str) -> None:
    if name not in FIELDS:
        raise BadInput(f"field {name!r}", f"none of {', '.join(FIELDS)}")


def load_layout(path: Path) -> Layout:
    """Reads a layout from a TOML file; BadInput names what is wrong in it."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(str(path), f"cannot be read ({error})") from error
    known = {each.name: each for each in fields(Layout)}
    if unknown := sorted(set(table) - set(known)):
        raise BadInput(str(path), f"{unknown[0]!r} is none of {', '.join(known)}")
    try:
        return Layout(**{**table, "columns": _read_columns(table.get("columns", {}))})
    except (TypeError, AttributeError) as error:
        raise BadInput(str(path), f"no layout ({error})") from error


def _read_columns(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: (column,) if isinstance(column, str) else tuple(column) for name, column in table.items()}


def map_columns(layout: Layout, pairs: Iterable[str]) -> Layout:
    """The layout with further columns, given as `field=column`; several for one field are names of a company."""
    columns: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not column:
            raise BadInput(repr(pair), "not a field and its column such as amount='Money Raised'")
        columns[name] = (*columns.get(name, ()), column)
    return replace(layout, columns={**layout.columns, **columns})


def name_source(path: str) -> str:
    """An id of a source after a file's name."""
    stem = re.sub(r"[^a-z0-9]+", "-", Path(path).name.partition(".")[0].casefold()).strip("-")
    return stem or "import"
