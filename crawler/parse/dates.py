"""Dates as publishers write them, in the source's own time zone where they name none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_AHEAD = timedelta(hours=36)
_OLDEST = date(1995, 1, 1)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was published: the day where it was published, and the instant where the text tells it."""

    on: date
    at: datetime | None = None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero",
            "february feb februar février febrero",
            "march mar märz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug août agosto",
            "september sep sept septembre septiembre",
            "october oct oktober octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "ut": 0, "wet": 0, "bst": 60, "cet": 60, "west": 60, "cest": 120, "eet": 120, "eest": 180,
    "msk": 180, "ist": 330, "sgt": 480, "hkt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660,
    "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}  # fmt: skip
# "ET" stands for EST and EDT alike: the offset depends on the day
_REGIONS = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "北京时间": "Asia/Shanghai",
}
_UNITS = {
    "second": 1, "sec": 1, "s": 1, "秒": 1, "秒钟": 1, "minute": 60, "min": 60, "m": 60, "分钟": 60, "分": 60, "hour": 3600, "hr": 3600,
    "h": 3600, "小时": 3600, "个小时": 3600, "day": 86400, "d": 86400, "天": 86400, "日": 86400, "week": 604800, "w": 604800, "周": 604800,
    "星期": 604800, "个星期": 604800, "小時": 3600, "個小時": 3600, "分鐘": 60, "秒鐘": 1,
}  # fmt: skip
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "半": 0.5,
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}

_CLOCK = r"(?P<hour>\d{1,2})[:：时時点點.h](?P<minute>\d{2})(?:[:：分](?P<second>\d{2})(?:[.,]\d+)?)?[分秒]?\s*(?P<half>[ap]\.?m\.?)?"
_ZONE = r"(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{2}\b|[A-Za-z]{1,4}(?![A-Za-z])(?:[+-]\d{1,2})?|北京时间)?"
_PART = r"(?P<part>凌晨|早上|上午|中午|下午|晚上|晚|傍晚)?"
_TIME = rf"(?:[\s,T·|/\-–—]*(?:at\s+|um\s+|à\s+)?{_PART}\s*{_CLOCK}\s*\(?{_ZONE}\)?)?"
_DAY_FORMS = (
    rf"(?P<year>\d{{4}})\s*[-/.年]\s*(?P<month>\d{{1,2}})\s*[-/.月]\s*(?P<day>\d{{1,2}})(?!\d)\s*[日号號]?{_TIME}",
    rf"(?<!\d)(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?!\d)(?:[T ]?(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?{_ZONE})?",
    rf"(?P<name>[^\W\d_]{{3,10}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}",
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s+of)?[\s-]+(?P<name>[^\W\d_]{{3,10}})\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}}(?!\d)){_TIME}",
    rf"{_CLOCK}\s*\(?{_ZONE}\)?[\s,·|]+(?P<name>[^\W\d_]{{3,10}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
    rf"(?<!\d)(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*[日号號]{_TIME}",
    rf"(?<![\d/.-])(?P<first>\d{{1,2}})/(?P<second_number>\d{{1,2}})/(?P<year>\d{{4}}){_TIME}",
    rf"(?<![\d/.-])(?P<month>\d{{2}})-(?P<day>\d{{2}})(?![\d-]){_TIME}",
    rf"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?P<day>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?{_TIME}",
)
_FORMS = tuple(re.compile(form, re.IGNORECASE) for form in _DAY_FORMS)
_RELATIVE = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|an?|one|[半一两二三四五六七八九十])\s*"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})s?\s*(?:ago|以?前)",
    re.IGNORECASE,
)
_NAMED_DAY = re.compile(
    rf"(?P<word>just now|moments? ago|today|yesterday|刚刚|剛剛|今天|今日|昨天|昨日|前天){_TIME}", re.IGNORECASE
)
_BACK = {"yesterday": 1, "昨天": 1, "昨日": 1, "前天": 2}
_NOW = {"just now", "moment ago", "moments ago", "刚刚", "剛剛"}
_IN_URL = (
    re.compile(r"[/_-](20\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|t\d|$)"),
    re.compile(r"[/_-](20\d{2})/(\d{1,2})/(\d{1,2})(?=/)"),
)


def parse_date(text: str | None, zone: tzinfo = UTC, *, now: datetime | None = None) -> Moment | None:
    """Reads the first date in a text; None where there is none, or one more than a day and a half ahead of now."""
    if not text:
        return None
    text = unicodedata.normalize("NFKC", text[:400]).strip()
    moment = None
    for parse in _PARSERS:
        moment = parse(text, zone, now or datetime.now(UTC))
        if moment:
            break
    return moment if moment and _is_possible(moment, now or datetime.now(UTC)) else None


def parse_url_date(url: str) -> Moment | None:
    """The day that an address carries, as /2025/01/22/ or 20250122 does."""
    for form in _IN_URL:
        if match := form.search(url):
            try:
                return Moment(date(int(match[1]), int(match[2]), int(match[3])))
            except ValueError:
                continue
    return None


def choose_moment(candidates: Iterable[Moment | None]) -> Moment | None:
    """The first date; where it has no time, the time of a later one of the same day."""
    found = [moment for moment in candidates if moment]
    if not found or found[0].at:
        return found[0] if found else None
    return next((moment for moment in found if moment.at and moment.on == found[0].on), found[0])


def _is_possible(moment: Moment, now: datetime) -> bool:
    ahead = moment.at - now if moment.at else timedelta(days=(moment.on - now.date()).days)
    return ahead <= _AHEAD and moment.on >= _OLDEST


def _parse_iso(text: str, zone: tzinfo, now: datetime) -> Moment | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if re.fullmatch(r"[\d-]{8,10}", text):
        return Moment(found.date())
    return _at(found, zone)


def _parse_epoch(text: str, zone: tzinfo, now: datetime) -> Moment | None:
    if not re.fullmatch(r"1\d{9}(?:\d{3})?(?:\.\d+)?", text):
        return None
    seconds = float(text)
    return _at(datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC), zone)


def _parse_relative(text: str, zone: tzinfo, now: datetime) -> Moment | None:
    if match := _RELATIVE.search(text):
        number = _NUMBERS.get(match["number"].lower()) or float(match["number"])
        at = now - timedelta(seconds=number * _UNITS[match["unit"].lower()])
        # "3 days ago" tells the day, not the hour
        exact = _UNITS[match["unit"].lower()] <= 3600
        return Moment(at.astimezone(zone).date(), at if exact else None)
    if match := _NAMED_DAY.search(text):
        word = match["word"].lower()
        if word in _NOW:
            return _at(now, zone)
        day = now.astimezone(zone).date() - timedelta(days=_BACK.get(word, 0))
        return _build(match.groupdict(), day, zone)
    return None


def _parse_forms(text: str, zone: tzinfo, now: datetime) -> Moment | None:
    best: tuple[int, Moment] | None = None
    for form in _FORMS:
        for match in form.finditer(text):
            moment = _read_match(match, zone, now)
            if moment and (best is None or match.start() < best[0]):
                best = (match.start(), moment)
            if moment:
                break
    return best[1] if best else None


_PARSERS: tuple[Callable[[str, tzinfo, datetime], Moment | None], ...] = (
    _parse_iso,
    _parse_epoch,
    _parse_forms,
    _parse_relative,
)


def _read_match(match: re.Match[str], zone: tzinfo, now: datetime) -> Moment | None:
    groups = {name: value for name, value in match.groupdict().items() if value}
    if name := groups.get("name"):
        month = _MONTHS.get(name.lower(), 0)
    elif first := groups.get("first"):
        month, groups["day"] = _tell_month(int(first), groups["second_number"])
    else:
        month = int(groups["month"])
    try:
        if year := groups.get("year"):
            day = date(int(year) + (2000 if len(year) == 2 else 0), month, int(groups["day"]))
        else:
            day = _nearest(month, int(groups["day"]), now.astimezone(zone).date())
        return _build(groups, day, zone)
    except ValueError:
        return None


def _tell_month(first: int, second: str) -> tuple[int, str]:
    """03/22/2025 is American, 22/03/2025 is not; where both readings exist, the American one is by far the more frequent."""
    return (int(second), str(first)) if first > 12 else (first, second)


def _nearest(month: int, day: int, today: date) -> date:
    """The last such day, where no year is given."""
    this_year = date(today.year, month, day)
    return this_year if this_year <= today + timedelta(days=2) else date(today.year - 1, month, day)


def _build(groups: dict[str, str | None] | dict[str, str], day: date, zone: tzinfo) -> Moment:
    if not groups.get("hour"):
        return Moment(day)
    hour, minute, second = (int(groups.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (groups.get("half") or "")[:1].lower()
    if (half == "p" or groups.get("part") in {"下午", "晚上", "晚", "傍晚"}) and hour < 12:
        hour += 12
    elif (half == "a" or groups.get("part") == "凌晨") and hour == 12:
        hour = 0
    if hour == 24:
        return Moment(day)
    naive = datetime(day.year, day.month, day.day, hour, minute, second)
    return _at(naive.replace(tzinfo=_read_zone(groups.get("zone"), zone)), zone)


def _read_zone(text: str | None, zone: tzinfo) -> tzinfo:
    if not text:
        return zone
    name = text.lower()
    if match := re.fullmatch(r"(?:gmt|utc)?([+-])(\d{1,2}):?(\d{2})?", name):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes)) if minutes <= 14 * 60 else zone
    if name in _REGIONS:
        from zoneinfo import ZoneInfo

        return ZoneInfo(_REGIONS[name])
    return timezone(timedelta(minutes=_ZONES[name])) if name in _ZONES else zone


def _at(found: datetime, zone: tzinfo) -> Moment:
    """The instant in UTC and the day in the source's zone."""
    aware = found if found.tzinfo else found.replace(tzinfo=zone)
    try:
        return Moment(aware.astimezone(zone).date(), aware.astimezone(UTC).replace(microsecond=0))
    except OverflowError:
        return Moment(found.date())
