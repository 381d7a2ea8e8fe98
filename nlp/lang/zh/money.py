"""Finds amounts in Chinese text and reads their bounds: 1.055亿美元, 数千万元, 近亿元, 亿元级, 2亿至3亿元."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from domain.money import Money, Precision
from nlp.lexicon import alternation, load_words
from nlp.mentions import MoneyMention

# full-width digits and signs become half-width ones, one character for one, so that offsets hold
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，＋～－＄", "0123456789.,+~-$")
# a number with 万 or 亿 but no currency is money only beside words that say so: 500万Pre-A轮, 获近2亿
_BARE_AFTER = re.compile(
    r"\s?(?:规模|級|级)?的?\s?(?:(?:Pre|pre|天使|种子|战略|[A-K]\d?\+?\s?轮|[A-K]\+{0,2}\s?輪|首轮|新一轮|本轮|融资|融資|投资|战投|股权|估值|轮)|的估值|[，。！？；,!?;|｜)）」”\n]|、[^\d]|\Z|投前|投后|左右)"
)
_BARE_BEFORE = re.compile(
    r"(?:融资|融資|募资|募資|融了|融|投了|投|拿了|拿到|轮|轮：|获|獲|估值|金额|总额|額|获得|拿下|完成|达|达到|為|为|累计|资金|总计|共计|合计|超|近|约|逾)(?:了|近|约|超|逾|过|到|达|至|额|为|共|：|:|\s)*\Z"
)
_NOT_MONEY = re.compile(
    r"\s?(?:台|辆|人|名|家|位|个|用户|下载|播放|次|件|套|平|吨|颗|张|份|条|字|股|倍|行|亩|部|款|门|公里|米|tokens?|Token|token|参数|粉丝|下载|小时|年|个月|月|片|卡|只|座|GPU|MW|度|瓦|天(?!使)|户|客户|企业|级市场|市场)"
)


@cache
def _pattern() -> tuple[re.Pattern[str], dict[str, Any]]:
    words = load_words("zh", "money")
    digits = "".join(words["digits"])
    number = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|[{digits}]+)"
    scale = alternation(words["scales"])
    currency = alternation(words["currencies"])
    every = alternation(w for group in words["qualifiers"].values() for w in group)
    tail = alternation(w for group in words["suffixes"].values() for w in group)
    latin = rf"(?:{alternation(words['latin_scales'])})(?![A-Za-z])"
    link = r"\s?(?:-|–|—|~|至|到)\s?"
    exact = (
        rf"(?P<prefix>{alternation(words['prefixes'])})?\s?(?P<n1>{number})(?P<place>[百千](?=[多余]))?\s?(?P<tail0>{tail})?\s?(?P<s1>{scale}|{latin})?"
        rf"(?:\s?(?:{currency})?{link}(?P<n2>{number})\s?(?P<s2>{scale}|{latin}))?"
    )
    vague = rf"(?:(?P<several>[数數几幾])(?P<s3>{scale})|(?P<s4>{scale}))"
    return (
        re.compile(
            rf"(?P<qualifier>{every})?(?:的)?(?P<core>(?:{vague}|{exact})\s?(?P<level1>[级級](?!市场))?\s?(?P<tail1>{tail}|[+])?"
            rf"\s?(?P<currency>{currency})?(?P<level2>[级級])?(?P<tail2>{tail}|[+])?)"
        ),
        words,
    )


def find_money(text: str) -> list[MoneyMention]:
    """Finds the amounts of a Chinese text, in order, without overlaps."""
    pattern, words = _pattern()
    half = text.translate(_HALF_WIDTH)
    found = []
    for match in pattern.finditer(half):
        money = _read(match, half, words)
        if money:
            start = match.start()
            end = match.end()
            # "超" of 上亿 and the like belong to the amount; trailing spaces do not
            end -= len(match[0]) - len(match[0].rstrip())
            found.append(MoneyMention(start, end, money, match.start("core")))
    return found


def _read(match: re.Match[str], text: str, words: dict[str, Any]) -> Money | None:
    code = _currency(match, words)
    scale = match["s1"] or match["s2"] or match["s3"] or match["s4"]
    if code is None:
        if not scale or not _is_bare_money(match, text):
            return None
        code = "CNY"
    elif not scale and not match["prefix"] and _value(match["n1"], None, words) < 1000:
        return None
    if match["s4"]:
        return _read_bare_scale(match, code, words)
    if match["several"]:
        unit = float(words["scales"][match["s3"]])
        return Money(round(unit), round(unit * 10), code, Precision.VAGUE)
    return _read_number(match, code, words)


def _currency(match: re.Match[str], words: dict[str, Any]) -> str | None:
    written, prefix = match["currency"], match["prefix"]
    if written and written not in ("元", "块"):
        return str(words["currencies"][written])
    if prefix:
        return str(words["prefixes"][prefix])
    return "CNY" if written else None


def _is_bare_money(match: re.Match[str], text: str) -> bool:
    if _NOT_MONEY.match(text, match.end()):
        return False
    if match["s4"] and not (match["qualifier"] or match["level1"] or match["level2"]):
        return False
    before = text[max(0, match.start() - 8) : match.start()]
    return bool(_BARE_AFTER.match(text, match.end()) or _BARE_BEFORE.search(before))


def _value(written: str, scale: str | None, words: dict[str, Any]) -> float:
    unit = 1.0
    if scale:
        unit = float(words["scales"].get(scale) or words["latin_scales"][scale])
    try:
        return float(written.replace(",", "")) * unit
    except ValueError:
        return _chinese_number(written, words["digits"]) * unit


def _chinese_number(written: str, digits: dict[str, float]) -> float:
    """十 2 十五 二十五 are read by place; 半 is a half."""
    if "十" not in written:
        value = 0.0
        for sign in written:
            value = value * 10 + float(digits[sign])
        return value
    tens, _, ones = written.partition("十")
    return (float(digits[tens]) if tens in digits else 1.0) * 10 + (float(digits[ones]) if ones in digits else 0.0)


def _read_bare_scale(match: re.Match[str], code: str, words: dict[str, Any]) -> Money | None:
    """亿元级 and a bare 亿元 are vague; 近亿 is about, 超亿 at least one unit; 上亿 at least."""
    unit = round(float(words["scales"][match["s4"]]))
    qualifier = match["qualifier"]
    if match["s4"] in ("千", "万", "萬"):
        return None
    if qualifier:
        return _bounded(unit, code, _precision(match, words))
    if match.start("core") and match.string[match.start("core") - 1] == "上":
        return Money(unit, None, code, Precision.AT_LEAST)
    # 十亿, 百亿, 千亿 and 万亿 are numbers, a bare 亿 or 千万 is none
    if match["tail1"] or match["tail2"] or (unit >= 10**9 and not (match["level1"] or match["level2"])):
        return _bounded(unit, code, _precision(match, words))
    return Money(unit, unit * 10, code, Precision.VAGUE)


def _read_number(match: re.Match[str], code: str, words: dict[str, Any]) -> Money | None:
    if match["n2"]:
        high = round(_value(match["n2"], match["s2"], words))
        low = round(_value(match["n1"], match["s1"] or match["s2"], words))
        return Money(low, high, code, Precision.RANGE) if low < high else None
    # 三千多万: the place stands before what makes it a bound
    place = {"百": 100, "千": 1000}.get(match["place"] or "", 1)
    value = round(_value(match["n1"], match["s1"], words) * place)
    if value == 0:
        return None
    if (match["level1"] or match["level2"]) and match["s1"]:
        return Money(value, value, code, Precision.APPROX)
    return _bounded(value, code, _precision(match, words))


def _precision(match: re.Match[str], words: dict[str, Any]) -> Precision:
    tail = match["tail0"] or match["tail1"] or match["tail2"]
    if tail == "+":
        return Precision.AT_LEAST
    for written, groups in ((match["qualifier"], words["qualifiers"]), (tail, words["suffixes"])):
        for name, group in groups.items():
            if written in group:
                return Precision(name)
    return Precision.EXACT


def _bounded(value: int, currency: str, precision: Precision) -> Money:
    if precision is Precision.AT_LEAST:
        return Money(value, None, currency, precision)
    if precision is Precision.AT_MOST:
        return Money(None, value, currency, precision)
    return Money(value, value, currency, precision)
