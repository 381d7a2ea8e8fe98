"""What the store holds as a file: JSON lines, CSV or Parquet, written row by row and the same bytes every time.

events, articles ─→ any form; articles as JSON lines with what was read in them       judgements, all ─→ JSON lines
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

from api.forms.text import defuse
from domain.errors import BadInput
from storage.export import EVER, Days, describe_event, iter_articles, iter_judgements, iter_records, iter_told
from storage.store import Store
from tracker.moving.flat import lay_article, lay_event, list_columns

_TOGETHER = 5_000
Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written: which rows, of which days, and as known when."""

    what: str = "events"
    days: Days = EVER
    as_of: datetime | None = None


def write_out(store: Store, wanted: Wanted, form: str, out: IO[bytes]) -> int:
    """Writes what is wanted, and gives how many rows these were; BadInput where a form cannot hold them."""
    if wanted.as_of is not None and wanted.what != "events":
        raise BadInput("as-of", "events alone are known as of a time")
    if form != "jsonl" and wanted.what in ("judgements", "all"):
        raise BadInput(form, f"{wanted.what} can be written as jsonl alone")
    rows = _Counted(iter_rows(store, wanted, flat=form != "jsonl"))
    if form == "jsonl":
        _write_lines(rows, out)
    else:
        FORMS[form](rows, list_columns(wanted.what), out)
    return rows.count


class _Counted:
    """Rows that are counted as they go by."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for row in self._rows:
            self.count += 1
            yield row


def iter_rows(store: Store, wanted: Wanted, *, flat: bool) -> Iterator[Mapping[str, Any]]:
    """Yields what is wanted as records, or `flat` as rows of a table."""
    if wanted.what == "judgements":
        yield from iter_judgements(store)
    elif wanted.what == "all":
        yield from iter_articles(store, wanted.days)
        yield from iter_judgements(store)
    elif wanted.what == "articles":
        yield from map(lay_article, iter_articles(store, wanted.days)) if flat else iter_articles(store, wanted.days)
    elif wanted.as_of is not None:
        past = (event for event in store.events.as_of(wanted.as_of) if wanted.days.holds(event.announced_on))
        yield from (lay_event(event) if flat else describe_event(event) for event in past)
    elif flat:
        told = iter_told(store, wanted.days)
        yield from (lay_event(event, [article["url"] for article in articles]) for event, articles in told)
    else:
        yield from iter_records(store, wanted.days)


def _write_lines(rows: Rows, out: IO[bytes]) -> None:
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace") + b"\n")


def _write_csv(rows: Rows, columns: Sequence[str], out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([defuse(row[name]) for name in columns] for row in rows)
    text.detach()


def _write_parquet(rows: Rows, columns: Sequence[str], out: IO[bytes]) -> None:
    import pyarrow
    import pyarrow.parquet

    schema = pyarrow.schema([(name, _type_of(name)) for name in columns])
    waiting = iter(rows)
    with pyarrow.parquet.ParquetWriter(out, schema) as writer:
        while some := list(islice(waiting, _TOGETHER)):
            writer.write_table(pyarrow.Table.from_pylist(some, schema))


def _type_of(column: str) -> Any:
    """The type of a column by its name, so that the files of any two days fit together."""
    import pyarrow

    if column.endswith(("_min", "_max")):
        return pyarrow.int64()
    return pyarrow.float64() if column.endswith(("_usd", "confidence")) else pyarrow.string()


FORMS: Mapping[str, Callable[[Rows, Sequence[str], IO[bytes]], None]] = {"csv": _write_csv, "parquet": _write_parquet}
