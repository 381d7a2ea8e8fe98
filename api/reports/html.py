"""The report as a page of its own, without any other file: to be opened, printed or pasted.

Charts stand in it as SVG, and the glyphs of its Chinese text as a font.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from api.reports.charts.draw import render_svg
from api.reports.charts.model import Chart
from api.reports.fonts import FAMILY, subset_font
from api.reports.house import House
from api.reports.model import COLUMNS, Grid, Report
from api.reports.widths import weigh_columns
from api.reports.words import load_words

if TYPE_CHECKING:
    from jinja2 import Environment

_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
_FONT_PLACE = "/* font */"


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


def render_html(report: Report, house: House) -> str:
    """A whole HTML document."""
    from markupsafe import Markup

    def draw(chart: Chart) -> Markup:
        # drawn from escaped text alone
        return Markup(render_svg(chart, report.event_link))  # noqa: S704

    page = house.jinja.get_template("report.html").render(
        report=report,
        table=report.table,
        keys=COLUMNS,
        words=load_words(report.language),
        say=house.phrases(report.language).say,
        draw=draw,
        widths=share_columns,
    )
    return page.replace(_FONT_PLACE, embed_font(page), 1)


def share_columns(grids: Sequence[Grid]) -> list[list[int]]:
    """How many hundredths of the page each grid's columns take, so that grids under each other line up."""
    return [[round(100 * weight / sum(weights)) for weight in weights] for weights in weigh_columns(grids)]


def embed_font(text: str) -> str:
    """The style rule that carries the Chinese glyphs of the text; empty where it has none."""
    found = "".join(sorted(set(_HAN.findall(text))))
    if not found:
        return ""
    data = base64.b64encode(subset_font([found], flavor="woff")).decode()
    return (
        f'@font-face {{ font-family: "{FAMILY}"; unicode-range: U+2E80-9FFF, U+F900-FAFF, U+FF00-FFEF; '
        f'src: local("{FAMILY}"), url(data:font/woff;base64,{data}) format("woff"); }}'
    )
