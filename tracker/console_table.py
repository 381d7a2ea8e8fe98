"""Prints a report's table: drawn by rich on a terminal, one line a row `| a | b |` elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "", stream: TextIO | None = None
) -> None:
    """Prints the table to the stream, standard output where none is given."""
    stream = stream or sys.stdout
    if stream.isatty():
        _print_drawn(columns, rows, title, stream)
    else:
        print(render_plain(columns, rows, title), file=stream, flush=True)


def render_plain(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> str:
    """The table with each row on one line, as Markdown knows it."""
    lines = [title, ""] if title else []
    lines += [_render_row(columns), _render_row(["---"] * len(columns)), *map(_render_row, rows)]
    return "\n".join(lines)


def _render_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _print_drawn(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str, stream: TextIO) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", show_lines=True)
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console(file=stream).print(table)
