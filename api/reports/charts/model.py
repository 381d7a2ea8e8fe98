"""What a chart shows, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """How points are drawn: bars lie, columns stand in a panel a series, steps add up over time."""

    BARS = "bars"
    COLUMNS = "columns"
    STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Point:
    """One value with its label and the value in words; `strong` ones stand out."""

    label: str
    value: float
    text: str
    tone: str = "equity"
    event_id: str | None = None
    strong: bool = True


@dataclass(frozen=True, slots=True)
class Series:
    """Points that belong together; `top` is the end of their scale with its words."""

    label: str
    points: tuple[Point, ...]
    top: tuple[float, str]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its data and its words; series of several kinds have scales of their own."""

    key: str
    title: str
    note: str
    shape: Shape
    series: tuple[Series, ...]

    @property
    def summary(self) -> str:
        """The chart's data in words, for those who cannot see it."""
        return "; ".join(
            f"{series.label + ' ' if series.label else ''}{point.label} {point.text}"
            for series in self.series
            for point in series.points
            if point.value > 0
        )
