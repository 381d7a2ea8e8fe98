"""Tables as rows of texts: CSV in any encoding and with any of the usual separators, and Parquet."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from domain.errors import BadInput

Row = Mapping[str, str]
# a cell with the whole text of an article is longer than Python's reader allows by itself
_LONGEST = 2**24
_SEPARATORS = (",", "\t", ";", "|")
# what `export` puts before a cell that a spreadsheet would take for a formula
_DEFUSED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


def read_csv(lines: Iterator[str], report: Callable[[str], None]) -> tuple[list[str], Iterator[tuple[str, Row]]]:
    """The columns, and the rows with the names of their lines; a row of another width is reported and left out."""
    csv.field_size_limit(_LONGEST)
    first = next(lines, "")
    reader = csv.reader(chain([first], lines), delimiter=max(_SEPARATORS, key=first.count))
    header = [name.strip() for name in next(reader, [])]
    if not any(header):
        raise BadInput("line 1", "no names of columns")
    if len(set(header)) < len(header):
        raise BadInput("line 1", f"two columns are named {next(n for n in header if header.count(n) > 1)!r}")
    return header, _iter_rows(reader, header, report)


def _iter_rows(reader: Any, header: list[str], report: Callable[[str], None]) -> Iterator[tuple[str, Row]]:
    while True:
        where = f"line {reader.line_num + 1}"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            report(f"{where}: {error}")
            continue
        if len(cells) == len(header):
            yield where, dict(zip(header, map(_undo, cells), strict=True))
        elif any(cells):
            report(f"{where}: {len(cells)} cells in place of {len(header)}")


def _undo(cell: str) -> str:
    return cell[1:] if cell.startswith(_DEFUSED) else cell


def read_parquet(path: Path) -> tuple[list[str], Iterator[tuple[str, Row]]]:
    """The columns, and the rows with their numbers."""
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
    except (OSError, pyarrow.ArrowException) as error:
        raise BadInput(str(path), f"no Parquet file ({error})") from error
    return list(file.schema_arrow.names), _iter_parquet(file)


def _iter_parquet(file: Any) -> Iterator[tuple[str, Row]]:
    number = 0
    for batch in file.iter_batches(batch_size=1000):
        for row in batch.to_pylist():
            number += 1
            yield f"row {number}", {name: _write(value) for name, value in row.items()}


def _write(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "; ".join(map(_write, value))
    return str(value)
