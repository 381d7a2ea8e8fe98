"""Reads when a deal was announced: from the words of its sentence and the day of publication, never invented."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from domain.event import DatePrecision, EventDate

# further back than this, a date in the sentence belongs to something older than the news
_OLDEST = timedelta(days=62)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = {"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6}
_HAN_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))

_EN = re.compile(
    rf"\b(?:(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>20\d\d))?(?![\d%])"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month2>{_MONTH})\.?(?:,?\s+(?P<year2>20\d\d))?"
    rf"|(?:on |late |early )?(?P<weekday>{'|'.join(_WEEKDAYS)})(?![’'])"
    rf"|(?P<today>today|this morning|earlier today)|(?P<yesterday>yesterday)"
    rf"|(?:in|during|last) (?P<month3>{_MONTH})(?:,?\s+(?P<year3>20\d\d))?(?!\s?\d)"
    rf"|(?P<quarter>Q[1-4]) (?P<year4>20\d\d))\b",
    re.IGNORECASE,
)
_ZH = re.compile(
    r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号號]"
    r"|(?<![\d月年])(?P<dayonly>\d{1,2})日(?!元|均|活|内|报)"
    r"|(?P<last>上)?(?:周|星期|週)(?P<weekday>[一二三四五六日天])"
    r"|(?P<today>今日|今天|今晨|今早|今晚)|(?P<yesterday>昨日|昨天|昨晚)"
    r"|(?:(?P<year3>20\d\d)年|(?P<thisyear>今年))?(?P<month3>\d{1,2})月(?!\d|底前)"
    r"|(?P<year4>20\d\d)年(?:第)?(?P<quarter>[一二三四1-4])季度"
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date expression of the body at `start`:`end`, and what it means."""

    start: int
    end: int
    value: EventDate


def find_dates(text: str, start: int, end: int, language: str, published: date | None) -> list[FoundDate]:
    """Finds the dates of `text[start:end]` that can be the announcement's: not after the publication, nor long before.

    Without a publication date only a date that names its year is read.
    """
    pattern, read = (_ZH, _read_zh) if language == "zh" else (_EN, _read_en)
    found = []
    for match in pattern.finditer(text, start, end):
        value = read(match, published)
        if value and _is_near(value, published):
            found.append(FoundDate(match.start(), match.end(), value))
    return found


def _is_near(value: EventDate, published: date | None) -> bool:
    return published is None or published - _OLDEST <= value.on <= published


def _day(year: int | None, month: int, day: int, published: date | None) -> EventDate | None:
    """The named day, in its year or else the latest year in which it is not after the publication."""
    if year is None:
        if published is None:
            return None
        year = published.year if (month, day) <= (published.month, published.day) else published.year - 1
    try:
        return EventDate(date(year, month, day))
    except ValueError:
        return None


def _weekday(number: int, published: date | None) -> EventDate | None:
    return None if published is None else EventDate(published - timedelta(days=(published.weekday() - number) % 7))


def _month(year: int | None, month: int, published: date | None) -> EventDate | None:
    found = _day(year, month, 1, published) if 1 <= month <= 12 else None
    return EventDate(found.on, DatePrecision.MONTH) if found else None


def _quarter(year: int, number: int) -> EventDate:
    return EventDate(date(year, 3 * number - 2, 1), DatePrecision.QUARTER)


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _read_en(match: re.Match[str], published: date | None) -> EventDate | None:
    if match["month"] or match["month2"]:
        month = _MONTHS[(match["month"] or match["month2"]).lower()]
        return _day(_number(match["year"] or match["year2"]), month, int(match["day"] or match["day2"]), published)
    if match["weekday"]:
        return _weekday(_WEEKDAYS[match["weekday"].lower()], published)
    if match["month3"]:
        return _month(_number(match["year3"]), _MONTHS[match["month3"].lower()], published)
    if match["quarter"]:
        return _quarter(int(match["year4"]), int(match["quarter"][1]))
    return _relative(match, published)


def _read_zh(match: re.Match[str], published: date | None) -> EventDate | None:
    if match["month"]:
        return _day(_number(match["year"]), int(match["month"]), int(match["day"]), published)
    if match["dayonly"]:
        return _day_of_month(int(match["dayonly"]), published)
    if match["weekday"]:
        found = _weekday(_HAN_WEEKDAYS[match["weekday"]], published)
        back = match["last"] and found and published and found.on.isocalendar()[:2] == published.isocalendar()[:2]
        return EventDate(found.on - timedelta(days=7)) if back and found else found
    if match["month3"]:
        year = published.year if match["thisyear"] and published else _number(match["year3"])
        return _month(year, int(match["month3"]), published)
    if match["quarter"]:
        return _quarter(int(match["year4"]), "一二三四1234".index(match["quarter"]) % 4 + 1)
    return _relative(match, published)


def _day_of_month(day: int, published: date | None) -> EventDate | None:
    """ "2日宣布": the latest such day that is not after the publication."""
    if published is None or not 1 <= day <= 31:
        return None
    for back in range(31):
        when = published - timedelta(days=back)
        if when.day == day:
            return EventDate(when)
    return None


def _relative(match: re.Match[str], published: date | None) -> EventDate | None:
    if published is None:
        return None
    return EventDate(published - timedelta(days=1 if match["yesterday"] else 0))
