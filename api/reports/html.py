"""The table as a page of its own, without any other file: to be opened, printed or pasted."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from api.reports.model import COLUMNS, Table
from api.reports.words import load_words

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def load_templates() -> Environment:
    """The templates of this room; every value is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("api", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render_html(table: Table) -> str:
    """A whole HTML document."""
    template = load_templates().get_template("report.html")
    return template.render(table=table, keys=COLUMNS, words=load_words(table.language))
