from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.dates import Moment, choose_moment, parse_date, parse_url_date

NOW = datetime(2025, 1, 25, 12, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "on", "moment"),
    [
        ("2025-01-22T10:00:00Z", date(2025, 1, 22), at(2025, 1, 22, 10)),
        ("2025-01-22T23:30:00-08:00", date(2025, 1, 23), at(2025, 1, 23, 7, 30)),
        ("2025-01-22", date(2025, 1, 22), None),
        ("20250122", date(2025, 1, 22), None),
        ("Wed, 22 Jan 2025 10:00:00 GMT", date(2025, 1, 22), at(2025, 1, 22, 10)),
        ("Wed, 22 Jan 2025 10:00:00 EST", date(2025, 1, 22), at(2025, 1, 22, 15)),
        ("22 Jan 25 10:00 +0100", date(2025, 1, 22), at(2025, 1, 22, 9)),
        ("January 22, 2025", date(2025, 1, 22), None),
        ("Jan. 22nd, 2025 at 6:05 pm ET", date(2025, 1, 22), at(2025, 1, 22, 23, 5)),
        ("22 January 2025, 14:05", date(2025, 1, 22), at(2025, 1, 22, 14, 5)),
        ("Published 22. Januar 2025", date(2025, 1, 22), None),
        ("01/22/2025", date(2025, 1, 22), None),
        ("22/01/2025", date(2025, 1, 22), None),
        ("Updated 9:41 AM EST, Jan 22, 2025", date(2025, 1, 22), at(2025, 1, 22, 14, 41)),
        ("1737540000", date(2025, 1, 22), at(2025, 1, 22, 10)),
        ("1737540000000", date(2025, 1, 22), at(2025, 1, 22, 10)),
        ("2 hours ago", date(2025, 1, 25), at(2025, 1, 25, 10)),
        ("3 days ago", date(2025, 1, 22), None),
        ("yesterday", date(2025, 1, 24), None),
    ],
)
def test_english_dates_are_read(text: str, on: date, moment: datetime | None) -> None:
    assert parse_date(text, now=NOW) == Moment(on, moment)


@pytest.mark.parametrize(
    ("text", "on", "moment"),
    [
        ("2025年1月22日 18:00", date(2025, 1, 22), at(2025, 1, 22, 10)),
        ("2025年1月22日", date(2025, 1, 22), None),
        ("发布时间：2025-01-22 07:30:15", date(2025, 1, 22), at(2025, 1, 21, 23, 30, 15)),
        ("２０２５年１月２２日", date(2025, 1, 22), None),
        ("1月22日 18:00", date(2025, 1, 22), at(2025, 1, 22, 10)),
        ("12月30日", date(2024, 12, 30), None),
        ("01-22 18:00", date(2025, 1, 22), at(2025, 1, 22, 10)),
        ("昨天 09:15", date(2025, 1, 24), at(2025, 1, 24, 1, 15)),
        ("前天", date(2025, 1, 23), None),
        ("5分钟前", date(2025, 1, 25), at(2025, 1, 25, 11, 55)),
        ("半小时前", date(2025, 1, 25), at(2025, 1, 25, 11, 30)),
        ("3天前", date(2025, 1, 22), None),
        ("2025/1/22 下午 6:00", date(2025, 1, 22), at(2025, 1, 22, 10)),
        ("刚刚", date(2025, 1, 25), at(2025, 1, 25, 12)),
    ],
)
def test_chinese_dates_are_read_in_the_sources_own_zone(text: str, on: date, moment: datetime | None) -> None:
    assert parse_date(text, SHANGHAI, now=NOW) == Moment(on, moment)


@pytest.mark.parametrize(
    "text", [None, "", "no date", "12345", "2098-01-01", "1970-01-01T00:00:00Z", "99/99/2025", "B轮"]
)
def test_what_is_no_date_or_cannot_be_one_is_none(text: str | None) -> None:
    assert parse_date(text, now=NOW) is None


def test_a_day_ahead_is_a_matter_of_time_zones_two_are_a_mistake() -> None:
    assert parse_date("2025-01-26", now=NOW) == Moment(date(2025, 1, 26))
    assert parse_date("2025-01-28", now=NOW) is None


times = st.datetimes(datetime(1996, 1, 1), datetime(2024, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(times, st.sampled_from([UTC, SHANGHAI, NEW_YORK]))
def test_what_other_programs_write_comes_back(moment: datetime, zone: ZoneInfo) -> None:
    there = moment.astimezone(zone)
    for text in (there.isoformat(), format_datetime(there), str(int(moment.timestamp()))):
        found = parse_date(text, zone, now=NOW)
        # seconds since 1970 are told apart from other numbers from September 2001 on
        if found is None and text.isdigit():
            continue
        assert found == Moment(there.date(), moment)


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    found = parse_date(text, SHANGHAI, now=NOW)
    assert found is None or found.on <= NOW.date() + timedelta(days=2)


def test_the_day_is_the_one_where_the_source_is() -> None:
    assert parse_date("2025-01-22T20:00:00Z", SHANGHAI, now=NOW) == Moment(date(2025, 1, 23), at(2025, 1, 22, 20))
    assert parse_date("2025-01-23T03:00:00Z", NEW_YORK, now=NOW) == Moment(date(2025, 1, 22), at(2025, 1, 23, 3))


@pytest.mark.parametrize(
    ("url", "on"),
    [
        ("https://a.example/2025/01/22/story", date(2025, 1, 22)),
        ("https://a.example/2025/1/2/story", date(2025, 1, 2)),
        ("https://a.example/a/20250122-7.html", date(2025, 1, 22)),
        ("https://a.example/news/2025-01-22-story", date(2025, 1, 22)),
        ("https://a.example/story-123456", None),
        ("https://a.example/20251399/", None),
    ],
)
def test_an_address_may_carry_the_day(url: str, on: date | None) -> None:
    assert parse_url_date(url) == (Moment(on) if on else None)


def test_a_day_takes_the_time_of_another_statement_of_the_same_day() -> None:
    day, time = Moment(date(2025, 1, 22)), Moment(date(2025, 1, 22), at(2025, 1, 22, 10))
    assert choose_moment([None, day, time]) == time
    assert choose_moment([day, Moment(date(2025, 1, 23), at(2025, 1, 23, 10))]) == day
    assert choose_moment([None]) is None
