"""Draws a chart as SVG, without any library: plain elements and attributes, so that every renderer shows the same.

Lines and words take the colour of the text around them; sizes are those of a column 640 wide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape, quoteattr

from api.reports.charts.model import Chart, Point, Series, Shape
from api.reports.fonts import straighten

WIDTH = 640.0
FONT = "Noto Sans SC"
_SIZE = 12.0
_SMALL = 10.5
_ROW = 26.0
_PANEL = 118.0
_LEFT, _RIGHT = 8.0, 8.0
_LABEL_MOST = 190.0
TONES = {"equity": "#2b6c99", "commitment": "#c08319", "debt": "#7d6aa8", "grant": "#4b8f66"}
_PLAIN = "#7a828e"
Link = Callable[[str], str]


def render_svg(chart: Chart, link: Link | None = None) -> str:
    """The chart as one SVG element; `link` gives the address of an event's page."""
    draw = {Shape.BARS: _draw_bars, Shape.COLUMNS: _draw_columns, Shape.STEPS: _draw_steps}[chart.shape]
    height, parts = draw(chart, link)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" '
        f'height="{height:g}" role="img" aria-label={quoteattr(_clean(chart.title))} font-family="{FONT}, sans-serif" '
        f'font-size="{_SIZE:g}" fill="currentColor">'
    )
    desc = f"<title>{_text(chart.title)}</title><desc>{_text(chart.summary)}</desc>"
    return "\n".join([head, desc, *parts, "</svg>"])


def measure(text: str, size: float = _SIZE) -> float:
    """How wide the text is at most: a Chinese character as wide as high, others by what they usually take."""
    return sum(size if unicodedata.east_asian_width(char) in "WF" else size * 0.58 for char in text)


def cut(text: str, most: float, size: float = _SIZE) -> str:
    """The text, with an ellipsis where it would be wider than that."""
    if measure(text, size) <= most:
        return text
    while text and measure(text + "…", size) > most:
        text = text[:-1]
    return text.rstrip() + "…"


def _draw_bars(chart: Chart, link: Link | None) -> tuple[float, list[str]]:
    points = [point for series in chart.series for point in series.points]
    left = _LEFT + min(_LABEL_MOST, max(measure(point.label) for point in points)) + 10
    room = WIDTH - _RIGHT - max(measure(point.text) for point in points) - 8 - left
    parts, top = [], 0.0
    for series in chart.series:
        if len(chart.series) > 1:
            parts.append(_words(_LEFT, top + 17, series.label, weight="700"))
            top += _ROW
        parts += _draw_bar_rows(series, top, left, room, link)
        top += _ROW * len(series.points) + 4
    return top, parts


def _draw_bar_rows(series: Series, top: float, left: float, room: float, link: Link | None) -> Iterator[str]:
    yield _line(left, top, left, top + _ROW * len(series.points))
    for row, point in enumerate(series.points):
        y = top + row * _ROW
        width = max(1.0, room * point.value / (series.top[0] or 1.0))
        label = _words(left - 10, y + 17, cut(point.label, _LABEL_MOST), anchor="end")
        yield _linked(label, point, link)
        yield _rect(left, y + 5, width, _ROW - 10, point)
        yield _words(left + width + 6, y + 17, point.text)


def _draw_columns(chart: Chart, link: Link | None) -> tuple[float, list[str]]:
    parts: list[str] = []
    for place, series in enumerate(chart.series):
        last = place == len(chart.series) - 1
        parts += _draw_panel(series, place * _PANEL, labels=last)
    return _PANEL * len(chart.series) + 18, parts


def _draw_panel(series: Series, top: float, *, labels: bool) -> Iterator[str]:
    base, head = top + _PANEL - 14, top + 34
    yield _words(_LEFT, top + 12, series.label, weight="700")
    yield _line(_LEFT, head, WIDTH - _RIGHT, head, faint=True)
    yield _words(_LEFT, head - 5, series.top[1], size=_SMALL, faint=True)
    yield _line(_LEFT, base, WIDTH - _RIGHT, base)
    step = (WIDTH - _LEFT - _RIGHT) / len(series.points)
    for place, point in enumerate(series.points):
        x = _LEFT + place * step
        height = (base - head) * point.value / (series.top[0] or 1.0)
        if point.value > 0:
            yield _rect(x + step * 0.16, base - max(1.0, height), step * 0.68, max(1.0, height), point)
        if point.value > 0 and point.strong:
            y = base - height - 5
            yield _words(_keep_in(x + step / 2, point.text), y, point.text, size=_SMALL, anchor="middle", weight="700")
        if labels:
            yield _words(x + step / 2, base + 16, point.label, size=_SMALL, anchor="middle")


def _draw_steps(chart: Chart, link: Link | None) -> tuple[float, list[str]]:
    series, base, head = chart.series[0], 190.0, 26.0
    step = (WIDTH - _LEFT - _RIGHT) / len(series.points)
    level = [base - (base - head) * point.value / (series.top[0] or 1.0) for point in series.points]
    path = [f"M{_LEFT:g} {base:g}"]
    for place, y in enumerate(level):
        path.append(f"V{_round(y)}H{_round(_LEFT + (place + 1) * step)}")
    last = len(series.points) - 1
    every = max(1, -(-len(series.points) // 13))
    end = series.points[-1]
    parts = [
        _line(_LEFT, head, WIDTH - _RIGHT, head, faint=True),
        _words(_LEFT, head - 6, series.top[1], size=_SMALL, faint=True),
        f'<path d="{"".join(path)}V{base:g}Z" fill="{TONES["equity"]}" fill-opacity="0.18"/>',
        f'<path d="{"".join(path)}" fill="none" stroke="{TONES["equity"]}" stroke-width="2"/>',
        _line(_LEFT, base, WIDTH - _RIGHT, base),
        _words(WIDTH - _RIGHT, level[-1] - 8, end.text, anchor="end", weight="700"),
    ]
    parts += [
        _words(_LEFT + (place + 0.5) * step, base + 16, point.label, size=_SMALL, anchor="middle")
        for place, point in enumerate(series.points)
        if (last - place) % every == 0
    ]
    return base + 22, parts


def _keep_in(x: float, text: str) -> float:
    half = measure(text, _SMALL) / 2
    return min(max(x, _LEFT + half), WIDTH - _RIGHT - half)


def _rect(x: float, y: float, width: float, height: float, point: Point) -> str:
    tone = TONES.get(point.tone, _PLAIN)
    pale = "" if point.strong else ' fill-opacity="0.5"'
    return (
        f'<rect x="{_round(x)}" y="{_round(y)}" width="{_round(width)}" height="{_round(height)}" fill="{tone}"{pale}>'
        f"<title>{_text(f'{point.label} {point.text}')}</title></rect>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, *, faint: bool = False) -> str:
    opacity = "0.25" if faint else "0.6"
    dash = ' stroke-dasharray="3 3"' if faint else ""
    return (
        f'<line x1="{_round(x1)}" y1="{_round(y1)}" x2="{_round(x2)}" y2="{_round(y2)}" '
        f'stroke="currentColor" stroke-opacity="{opacity}"{dash}/>'
    )


def _words(
    x: float,
    y: float,
    text: str,
    *,
    size: float = _SIZE,
    anchor: str = "start",
    weight: str = "400",
    faint: bool = False,
) -> str:
    extra = "" if size == _SIZE else f' font-size="{size:g}"'
    extra += "" if anchor == "start" else f' text-anchor="{anchor}"'
    extra += "" if weight == "400" else f' font-weight="{weight}"'
    extra += ' fill-opacity="0.7"' if faint else ""
    return f'<text x="{_round(x)}" y="{_round(y)}"{extra}>{_text(text)}</text>'


def _linked(element: str, point: Point, link: Link | None) -> str:
    address = link(point.event_id) if link and point.event_id else ""
    return f"<a href={quoteattr(address)}>{element}</a>" if address else element


def _text(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """Without what XML cannot hold, and with apostrophes that a Chinese font does not set as wide as a character."""
    return straighten("".join(char for char in " ".join(text.split()) if char.isprintable()), "zh")


def _round(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
