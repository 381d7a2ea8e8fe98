from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadWeek
from domain.period import parse_period, period_of
from domain.week import Week, week_of

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("text", "name", "first", "last", "before"),
    [
        ("2025-W04", "2025-W04", "2025-01-20", "2025-01-26", "2025-W03"),
        ("2025-01-22", "2025-W04", "2025-01-20", "2025-01-26", "2025-W03"),
        ("2025-W01", "2025-W01", "2024-12-30", "2025-01-05", "2024-W52"),
        ("2025-W04..2025-W05", "2025-W04..2025-W05", "2025-01-20", "2025-02-02", "2025-W02..2025-W03"),
        ("2025-W04..2025-W04", "2025-W04", "2025-01-20", "2025-01-26", "2025-W03"),
        ("2024-02", "2024-02", "2024-02-01", "2024-02-29", "2024-01"),
        ("2025-12", "2025-12", "2025-12-01", "2025-12-31", "2025-11"),
    ],
)
def test_a_period_is_read_and_knows_the_one_before(text, name, first, last, before):
    period = parse_period(text)
    assert str(period) == name
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert str(period.before) == before


@pytest.mark.parametrize("text", ["2025-W54", "2025-13", "2025-W05..2025-W04", "W04", "2020-W01..2025-W01", "..", ""])
def test_what_is_no_period_is_named(text):
    with pytest.raises(BadWeek):
        parse_period(text)


@given(DAYS)
def test_every_day_lies_in_its_week_and_in_no_neighbour(day):
    period = period_of(week_of(day))
    assert period.holds(day) and not period.before.holds(day)
    assert period.before.last + timedelta(days=1) == period.first


@given(DAYS, st.integers(0, 52))
def test_a_range_is_read_as_it_is_written(day, weeks):
    first = week_of(day)
    period = parse_period(f"{first}..{first.shift(weeks)}")
    assert parse_period(str(period)) == period
    assert period.last_week == first.shift(weeks)


def test_the_current_week_may_begin_a_range():
    assert str(parse_period("2025-W03..current", today=date(2025, 1, 22))) == "2025-W03..2025-W04"
    assert period_of(Week(2025, 4)).last_week == Week(2025, 4)
