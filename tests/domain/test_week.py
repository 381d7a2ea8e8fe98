from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadWeek
from domain.week import Week, parse_week, week_of

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1))


@given(DAYS)
def test_a_week_holds_its_day_and_comes_back_from_its_text(day: date) -> None:
    week = week_of(day)
    assert week.monday <= day <= week.sunday
    assert week.monday.weekday() == 0
    assert parse_week(str(week)) == week
    assert parse_week(day.isoformat()) == week


@given(DAYS, st.integers(-500, 500))
def test_shifting_goes_by_seven_days_and_back(day: date, by: int) -> None:
    week = week_of(day)
    assert week.shift(by).monday == week.monday + timedelta(weeks=by)
    assert week.shift(by).shift(-by) == week


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2025-01-20", "2025-W04"),
        ("2025-01-26", "2025-W04"),
        ("2024-12-30", "2025-W01"),
        ("2021-01-03", "2020-W53"),
        ("2026-12-31", "2026-W53"),
        ("2027-01-01", "2026-W53"),
    ],
)
def test_days_around_new_year_belong_to_the_iso_year(day: str, week: str) -> None:
    assert str(week_of(date.fromisoformat(day))) == week


@pytest.mark.parametrize("text", ["2025-W04", "2025W04", "2025-w4", " 2025-W04 ", "2025-01-22"])
def test_a_week_is_read_in_every_common_form(text: str) -> None:
    assert parse_week(text) == Week(2025, 4)


@pytest.mark.parametrize(
    "text", ["", "2025", "W04", "2025-W00", "2025-W54", "2025-W53", "0000-W01", "2025-02-30", "今天"]
)
def test_a_text_that_is_no_week_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadWeek) as caught:
        parse_week(text)
    assert text.strip() in caught.value.subject


def test_current_and_latest_need_to_be_told_the_day() -> None:
    assert parse_week("latest", today=date(2025, 1, 22)) == Week(2025, 4)
    with pytest.raises(BadWeek):
        parse_week("current")


def test_weeks_count_up_over_new_year() -> None:
    assert [str(week) for week in Week(2020, 52).until(Week(2021, 1))] == ["2020-W52", "2020-W53", "2021-W01"]
    assert list(Week(2025, 5).until(Week(2025, 4))) == []
