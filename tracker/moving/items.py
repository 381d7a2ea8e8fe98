"""What a file holds, one by one: articles, judgements and known rounds; what is none of these is reported by its line.

JSON lines     ─→ by what each holds: an article, a judgement, or an event as `export` writes it
CSV, Parquet   ─→ articles where there are columns for title and text, else known rounds
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from domain.aliases import read_ruling
from domain.editing import check_edit
from domain.errors import BadInput
from domain.judgement import Judgement, Verdict
from domain.names import match_key
from domain.record import read_record
from storage.rates import load_rates
from tracker.interchange import read_objects
from tracker.moving.articles import MovedArticle, read_article
from tracker.moving.flat import lay_event
from tracker.moving.layout import Layout
from tracker.moving.rounds import KnownRound, build_round
from tracker.moving.tables import Row, read_csv, read_parquet

Report = Callable[[str], None]
Item = MovedArticle | KnownRound | Judgement
_LINES = (".jsonl", ".ndjson", ".json")
_TABLES = (".csv", ".tsv")


@contextmanager
def open_items(path: str, layout: Layout, report: Report) -> Iterator[Iterator[Item]]:
    """The items of a file (`-` is standard input), read as its name says, or else as its first character does."""
    suffix = Path(path).suffix.casefold()
    if suffix == ".parquet":
        yield _read_table(*read_parquet(Path(path)), layout, report)
        return
    with _open(path) as stream:
        if suffix in _LINES or (suffix not in _TABLES and stream.peek(3).lstrip(b"\xef\xbb\xbf \r\n")[:1] == b"{"):
            yield _read_lines(stream, layout, report)
        else:
            yield _read_table(*read_csv(_decode(stream, layout.encoding, path), report), layout, report)


@contextmanager
def _open(path: str) -> Iterator[io.BufferedReader]:
    if path == "-":
        yield cast(io.BufferedReader, sys.stdin.buffer)
        return
    with Path(path).open("rb") as stream:
        yield stream


def _decode(stream: io.BufferedReader, encoding: str, path: str) -> Iterator[str]:
    try:
        yield from io.TextIOWrapper(stream, encoding, newline="")
    except (UnicodeError, LookupError) as error:
        raise BadInput(path, f"not in {encoding} ({error}); name its encoding") from error


def _each(items: Iterable[tuple[str, Any]], read: Callable[[Any, str], Item], report: Report) -> Iterator[Item]:
    """Yields what is read; what cannot be is reported."""
    for where, item in items:
        try:
            found = read(item, where)
        except BadInput as error:
            report(str(error) if error.subject == where else f"{where}: {error}")
        else:
            yield found


def _read_lines(stream: io.BufferedReader, layout: Layout, report: Report) -> Iterator[Item]:
    now = datetime.now(UTC)

    def read(data: Mapping[str, Any], where: str) -> Item:
        if "judgement" in data:
            return _read_judgement(data["judgement"])
        if "company" in data and "announced_on" in data:
            row = _flatten(data)
            return build_round(row, replace(layout, columns={}).fit(list(row)), now)
        return read_article(data, where, report)

    return _each(read_objects(stream, report), read, report)


def _read_judgement(data: Any) -> Judgement:
    judgement = Judgement.from_dict(data)
    if judgement.verdict is Verdict.EDIT:
        check_edit(judgement.field or "", judgement.value, judgement.judged_at.date(), load_rates())
    ruling = read_ruling(judgement)
    if ruling is not None and match_key(ruling.party) == match_key(ruling.name):
        raise BadInput("judgement", f"a circle: {ruling.verdict.value} of {ruling.party} and itself")
    return judgement


def _flatten(record: Mapping[str, Any]) -> Row:
    """An event as `export` writes it, as a row of texts."""
    try:
        event = read_record({"revision": 1, "merged_into": None, **record})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput("event", f"none that export wrote ({error!r})") from error
    return {name: "" if value is None else str(value) for name, value in lay_event(event).items()}


def _read_table(
    header: Sequence[str], rows: Iterable[tuple[str, Row]], layout: Layout, report: Report
) -> Iterator[Item]:
    if {"title", "text"} <= set(header) and not layout.columns:
        return _each(rows, lambda row, where: read_article(row, where, report), report)
    fitted, now = layout.fit(header), datetime.now(UTC)
    return _each(rows, lambda row, where: build_round(row, fitted, now), report)
