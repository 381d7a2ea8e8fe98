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
    rf"|(?P<iso>20\d\d-\d\d-\d\d)|(?P<lastmonth>last month)"
    rf"|(?:Q(?P<quarter>[1-4])|(?P<ordinal>first|second|third|fourth) quarter)(?: of)? (?P<year4>20\d\d))\b",
    re.IGNORECASE,
)
_ZH = re.compile(
    r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号號]"
    r"|(?<![\d月年])(?P<dayonly>\d{1,2})日(?!元|均|活|内|报)"
    r"|(?P<last>上)?(?:周|星期|週)(?P<weekday>[一二三四五六日天])"
    r"|(?P<today>(?<![“「『])今日(?!资本|資本|头条|頭條)|今天|今晨|今早|今晚)|(?P<yesterday>昨日|昨天|昨晚)|(?P<before>前天|前日(?!本))"
    r"|(?P<iso>20\d\d(?P<sep>[-/.])\d{1,2}(?P=sep)\d{1,2})(?!\d)|(?P<lastmonth>上个?月)(?!\d)"
    r"|(?:(?P<year3>20\d\d|今|去)年)?(?P<month3>\d{1,2})月(?!\d)"
    r"|(?P<year4>20\d\d|今|去)年第?(?P<quarter>[一二三四1-4])季度"
)
# how far into a body its stamp may stand
_HEAD = 400
_STAMP = re.compile(r"(?<!\d)(?P<iso>20\d\d(?P<sep>[-/.])\d{1,2}(?P=sep)\d{1,2}) \d{1,2}:\d\d")
# what makes a date another one's: of a company's founding, of what is to come, of rounds of long ago, of what was asked
_ELSEWHERE_BEFORE = re.compile(
    r"(?:成立|创立|创办|创建|诞生|始|上线)[于在]$|(?:拟|计划|预计|有望|将|或)[于在]?$|(?:此前|曾|早在|早|先|继|自|截至|截止)[^，。；\n]{0,8}$"
    r"|\b(?:founded|established|started|launched|incorporated|born|set up|back|since|until|by|as of|before|from)"
    r"(?: in| on)?\s*$|“[^”]*$",
    re.IGNORECASE,
)
_ELSEWHERE_AFTER = re.compile(
    r"(?:之?前|底前|之后|后|以来|起|至|以内)|[^，。；\n]{0,10}(?:成立|创立|创办|诞生|注册)|[^，。；\n]{0,4}将|’s\b|'s\b"
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
        if value and _is_near(value, published) and not _is_elsewhere(text, match.start(), match.end()):
            found.append(FoundDate(match.start(), match.end(), value))
    return found


def find_stamp(body: str) -> FoundDate | None:
    """The day and time that an article's page prints over its text: 2020-03-04 09:30."""
    match = _STAMP.search(body, 0, _HEAD)
    value = _iso(match["iso"]) if match else None
    return FoundDate(match.start("iso"), match.end("iso"), value) if match and value else None


def _is_elsewhere(text: str, start: int, end: int) -> bool:
    """Whether the words around a date give it to something else than the news."""
    line = text.rfind("\n", 0, start) + 1
    before = text[max(line, start - 80) : start]
    return bool(_ELSEWHERE_BEFORE.search(before) or _ELSEWHERE_AFTER.match(text, end))


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


def _last_month(published: date | None) -> EventDate | None:
    return (
        EventDate((published.replace(day=1) - timedelta(days=1)).replace(day=1), DatePrecision.MONTH)
        if published
        else None
    )


def _iso(text: str) -> EventDate | None:
    year, month, day = map(int, re.split(r"\D", text))
    return _day(year, month, day, None)


def _year(text: str | None, published: date | None) -> int | None:
    """The year that the words name; 今年 and 去年 by the publication."""
    if text in ("今", "去"):
        return published.year - (text == "去") if published else None
    return _number(text)


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
    if match["year4"]:
        number = match["quarter"] or 1 + ("first", "second", "third", "fourth").index(match["ordinal"].lower())
        return _quarter(int(match["year4"]), int(number))
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
        if match["year3"] in ("今", "去") and published is None:
            return None
        return _month(_year(match["year3"], published), int(match["month3"]), published)
    if match["quarter"]:
        year = _year(match["year4"], published)
        return _quarter(year, "一二三四1234".index(match["quarter"]) % 4 + 1) if year else None
    if match["before"]:
        return EventDate(published - timedelta(days=2)) if published else None
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
    if match["iso"]:
        return _iso(match["iso"])
    if match["lastmonth"]:
        return _last_month(published)
    if published is None:
        return None
    return EventDate(published - timedelta(days=1 if match["yesterday"] else 0))
