"""The table as Markdown (GitHub's tables)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from api.reports.model import Table

# what would open a link, code, emphasis, an element or another cell; & is the start of an entity
_SPECIAL = re.compile(r"([\\|`*_\[\]<>])|&(?=#?\w+;)")


def render_markdown(table: Table) -> str:
    """Title, table and notes."""
    lines = [f"**{escape_markdown(table.title)}**", ""] if table.title else []
    lines += [_render_row(table.columns), _render_row(["---"] * len(table.columns), raw=True)]
    lines += [_render_row(row) for row in table.rows]
    if table.notes:
        lines += ["", *(f"- {escape_markdown(note)}" for note in table.notes)]
    return "\n".join(lines) + "\n"


def escape_markdown(text: str) -> str:
    """The text on one line, without anything that Markdown would read as markup."""
    return _SPECIAL.sub(lambda match: f"\\{match[0]}", " ".join(text.split()))


def _render_row(cells: Sequence[str], *, raw: bool = False) -> str:
    return "| " + " | ".join(cells if raw else map(escape_markdown, cells)) + " |"
