"""Which of the names that a document gives a firm stands for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nlp.deals import fold
from nlp.lexicon import load_words
from nlp.mentions import Name

_KIND = re.compile(r"(?:资本|创投|风投|投资|产业基金|基金|科技|集团|实业|控股|股份)+$")
_LEGAL = re.compile(r"(?:有限公司|合伙企业|中心)(?:[（(]\w+[）)])?$")
_OF_EVERY_PLACE = frozenset(("国投", "城投", "产投", "创投", "金投", "金控", "高新", "创新", "产业", "科创", "国资"))
_HAN = re.compile(r"[一-鿿]{2,}")


def rank_names(names: list[Name], body: str) -> list[Name]:
    """Puts the name first that the body itself uses: of two Chinese ones that contain each other, the shorter one.

    A name that occurs once and contains another one which the body uses is a misread boundary and is left out, but for
    one that introduces the firm: Larkfield Freight, which the text then calls Larkfield.
    """
    kept = []
    for name in names:
        inner = [o for o in names if o is not name and o.text != name.text and o.text in name.text and len(o.text) >= 2]
        if (
            inner
            and body.count(name.text) == 1
            and any(body.count(o.text) > 1 for o in inner)
            and not re.search(r"公司|Inc|Ltd", name.text)
            and (_HAN.search(name.text) or any(o.start < name.start for o in inner))
        ):
            continue
        kept.append(name)
    shorter = [n for n in kept if not n.text.isascii() and any(n.text in o.text and n.text != o.text for o in kept)]
    return [n for n in kept if n in shorter] + [n for n in kept if n not in shorter] if shorter else kept


def find_first_names(statements: Sequence[Sequence[Name]]) -> dict[str, Name]:
    """For each investor that the statements name, the name under which it is told first.

    A title says 远帆创投 where the text writes 海口远帆创业投资合伙企业; two names of one sentence are two firms.
    """
    first: dict[str, Name] = {}
    for names in statements:
        here = {name.text for name in names}
        for name in names:
            twins = (kept for text, kept in first.items() if text not in here and _is_one_firm(text, name.text))
            first.setdefault(name.text, next(twins, name))
    return first


def _is_one_firm(a: str, b: str) -> bool:
    """Whether the longer of two Chinese names is the shorter with its place, or its registered name.

    What every place has (国投, 城投) tells no firm from another.
    """
    short, long = sorted((a, b), key=len)
    core = _KIND.sub("", short)
    if not _HAN.fullmatch(core) or core in _OF_EVERY_PLACE or len(long) < len(short) + 2:
        return False
    at_place = long.endswith(short) and long.removesuffix(short) in _places()
    return at_place or (core in long and bool(_LEGAL.search(long)))


@cache
def _places() -> frozenset[str]:
    return frozenset(load_words("zh", "words")["places"])


def find_whole(name: Name, others: Sequence[Name], statements: Sequence[Sequence[Name]]) -> Name:
    """The name in whole: Larkfield Ventures where another statement cuts it to Larkfield.

    Two names of one statement are two firms: Google leads, Google Ventures joins.
    """
    return next((other for other in others if _is_cut(name, other, statements)), name)


def _is_cut(name: Name, other: Name, statements: Sequence[Sequence[Name]]) -> bool:
    texts = {name.text, other.text}
    return _begins(name.text, other.text) and not any(texts <= {n.text for n in told} for told in statements)


def _begins(short: str, long: str) -> bool:
    if short == long:
        return False
    return long.startswith(short + " ") if short.isascii() else long.startswith(short) and len(short) >= 2


def distinct(names: list[Name]) -> list[Name]:
    """Each name once, as it is first written."""
    kept: dict[str, Name] = {}
    for name in names:
        kept.setdefault(fold(name.text), name)
    return list(kept.values())
