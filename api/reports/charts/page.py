"""A week's charts for its page: the same definitions and drawings as in the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.reports.build import build_week_charts
from api.reports.charts.draw import render_svg
from api.reports.house import load_house
from domain.period import Period
from storage.reporting import Reporting

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as a page shows it."""

    title: str
    note: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class Gallery:
    """The charts of a page under their heading."""

    title: str
    figures: Sequence[Figure]


def draw_gallery(reporting: Reporting, period: Period, language: str, link: Callable[[str], str]) -> Gallery:
    """Draws the period's charts; `link` makes a page's address of a path."""
    from markupsafe import Markup

    figures = [
        # drawn from escaped text alone
        Figure(chart.title, chart.note, Markup(render_svg(chart, lambda event_id: link(f"/events/{event_id}"))))  # noqa: S704
        for chart in build_week_charts(reporting, period, language)
    ]
    return Gallery(load_house().phrases(language).say("sections.charts"), figures)
