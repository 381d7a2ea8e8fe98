"""The report as Markdown (GitHub's tables), from the template report.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from api.reports.house import House
from api.reports.model import Report

# what would open a link, code, emphasis, an element or another cell; & is the start of an entity
_SPECIAL = re.compile(r"([\\|`*_\[\]<>])|&(?=#?\w+;)")
_SAFE = ":/?#@!$&'*+,;=%~-._"


def render_markdown(report: Report, house: House) -> str:
    """Title, table, notes, and the sections around them."""
    template = house.jinja.get_template("report.md")
    text = template.render(
        report=report, table=report.table, say=house.phrases(report.language).say, link=_link, row=_render_row
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def escape_markdown(text: str) -> str:
    """The text on one line, without anything that Markdown would read as markup."""
    return _SPECIAL.sub(lambda match: f"\\{match[0]}", " ".join(text.split()))


def _link(text: str, address: str) -> str:
    """The text, linked where there is an address to go to."""
    found = escape_markdown(text)
    return f"[{found}]({quote(address, safe=_SAFE)})" if address.startswith(("http://", "https://")) else found


def _render_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
