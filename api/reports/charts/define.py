"""The five charts, each defined once: by week, by sector, by round, the top deals, and cumulative for the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import floor, log10

from api.reports.amounts import render_total
from api.reports.charts.model import Chart, Point, Series, Shape
from api.reports.footnotes import write_dollars
from api.reports.house import Phrases
from api.reports.sums import Sum, sum_by_round, sum_by_sector
from api.reports.table import place_event, write_amount, write_application
from domain.alerting import FACTS
from domain.event import Event, Kind
from domain.period import Period
from domain.week import Week, week_of
from storage.reporting import Deal

WEEKS = 12
_MOST_BARS = 10


def first_day(period: Period) -> date:
    """The first day that the charts of a period look back to."""
    return min(_first_week(period).monday, Week(period.last_week.year, 1).monday)


def _first_week(period: Period) -> Week:
    return min(period.last_week.shift(1 - WEEKS), week_of(period.first))


def build_charts(events: Sequence[Event], deals: Iterable[Deal], period: Period, phrases: Phrases) -> list[Chart]:
    """The charts that have something to show."""
    facts = [event for event in events if event.status in FACTS]
    equity = [event for event in facts if event.kind is Kind.EQUITY]
    told = [deal for deal in deals if deal.status in FACTS and deal.amount_usd]
    found = [
        build_weekly(told, period, phrases),
        build_sums("sectors", sum_by_sector(equity, phrases), phrases),
        build_sums("rounds", sum_by_round(equity, phrases), phrases),
        build_top(facts, phrases),
        build_cumulative(told, period, phrases),
    ]
    return [chart for chart in found if chart is not None]


def build_weekly(deals: Iterable[Deal], period: Period, phrases: Phrases) -> Chart | None:
    """Funding by week, a panel a kind, the report's own weeks in full colour."""
    first = _first_week(period)
    sums: dict[Kind, dict[Week, float]] = defaultdict(lambda: defaultdict(float))
    for deal in deals:
        week = week_of(deal.announced_on)
        if first <= week <= period.last_week:
            sums[deal.kind][week] += deal.amount_usd or 0.0
    weeks = list(first.until(period.last_week))
    series = [_build_panel(kind, weeks, sums[kind], period, phrases) for kind in Kind if kind in sums]
    if not series:
        return None
    return Chart(
        "weekly", phrases.say("charts.weekly"), phrases.say("charts.weekly_note"), Shape.COLUMNS, tuple(series)
    )


def _build_panel(
    kind: Kind, weeks: Sequence[Week], sums: Mapping[Week, float], period: Period, phrases: Phrases
) -> Series:
    language = phrases.words.language
    points = tuple(
        Point(
            f"W{week.number:02}",
            sums.get(week, 0.0),
            render_total(sums.get(week, 0.0), language),
            kind.value,
            strong=week_of(period.first) <= week,
        )
        for week in weeks
    )
    return Series(phrases.words.kinds[kind.value], points, _scale(points, language))


def build_sums(key: str, sums: Sequence[Sum], phrases: Phrases) -> Chart | None:
    """Sums as bars, the largest ones; what is left goes together."""
    told = [found for found in sums if found.usd > 0]
    if not told:
        return None
    shown = list(_gather(told, phrases))
    points = tuple(Point(label, usd, render_total(usd, phrases.words.language)) for label, usd in shown)
    return Chart(key, phrases.say(f"charts.{key}"), "", Shape.BARS, (_bars(points),))


def _gather(sums: Sequence[Sum], phrases: Phrases) -> Iterator[tuple[str, float]]:
    """The largest in the order given; where there are too many, the others as one."""
    if len(sums) <= _MOST_BARS:
        yield from ((found.label, found.usd) for found in sums)
        return
    largest = sorted(sums, key=lambda found: -found.usd)[: _MOST_BARS - 1]
    yield from ((found.label, found.usd) for found in sums if found in largest)
    yield phrases.say("charts.others"), sum(found.usd for found in sums if found not in largest)


def build_top(facts: Iterable[Event], phrases: Phrases) -> Chart | None:
    """The largest deals, those of a kind together: a commitment would leave nothing to see of any round."""
    told = sorted((event for event in facts if event.amount_usd), key=place_event)[:_MOST_BARS]
    series = [_build_bars(kind, [event for event in told if event.kind is kind], phrases) for kind in Kind]
    shown = tuple(found for found in series if found.points)
    if not shown:
        return None
    return Chart("top", phrases.say("charts.top"), phrases.say("charts.top_note"), Shape.BARS, shown)


def _build_bars(kind: Kind, events: Iterable[Event], phrases: Phrases) -> Series:
    points = tuple(
        Point(
            write_application(event, phrases.words),
            event.amount_usd or 0.0,
            _write_deal(event, phrases),
            kind.value,
            event.id,
        )
        for event in events
    )
    return _bars(points, phrases.words.kinds[kind.value])


def _write_deal(event: Event, phrases: Phrases) -> str:
    """The amount as the table has it; what is not in dollars, as the table's note has it."""
    if event.amount and event.amount.currency != "USD":
        return write_dollars(event.amount, event.amount_usd or 0.0, phrases.words)
    return write_amount(event, phrases.words)


def build_cumulative(deals: Iterable[Deal], period: Period, phrases: Phrases) -> Chart | None:
    """Equity of the ISO year, week by week, added up to the end of the period."""
    end, language = period.last_week, phrases.words.language
    by_week: dict[Week, float] = defaultdict(float)
    for deal in deals:
        week = week_of(deal.announced_on)
        if deal.kind is Kind.EQUITY and week.year == end.year and week <= end and deal.announced_on <= period.last:
            by_week[week] += deal.amount_usd or 0.0
    if not by_week:
        return None
    points, total = [], 0.0
    for week in Week(end.year, 1).until(end):
        total += by_week.get(week, 0.0)
        points.append(Point(f"W{week.number:02}", total, render_total(total, language)))
    return Chart(
        "cumulative",
        phrases.say("charts.cumulative", year=end.year),
        phrases.say("charts.cumulative_note"),
        Shape.STEPS,
        (Series("", tuple(points), _scale(points, language)),),
    )


def _bars(points: tuple[Point, ...], label: str = "") -> Series:
    return Series(label, points, (max((point.value for point in points), default=0.0), ""))


def _scale(points: Iterable[Point], language: str) -> tuple[float, str]:
    top = round_up(max(point.value for point in points))
    return top, render_total(top, language)


def round_up(value: float) -> float:
    """The next number of the form 1, 2, 2.5, 5 or 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return float(next((step * power for step in (1, 2, 2.5, 5) if value <= step * power), 10 * power))
