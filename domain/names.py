"""Match keys: what is left of a name once spelling no longer matters.

    match_key("Moonshot AI, Inc.")  → "moonshotai"       legal form, case, width, spacing and marks folded
    loose_key("Moonshot AI")        → "moonshot"         also what a company may leave off: AI, Labs, 科技, 智能
    match_key("月之暗面科技有限公司") → "月之暗面科技"      loose_key → "月之暗面"

Two names with one match key are one name; two with one loose key alone are a hint and no proof.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources

_QUOTED = re.compile(r"[\"'“”‘’「」『』《》]")
_BRACKETED = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
_MARKS = re.compile(r"[\W_]+")
_CJK = re.compile(r"[㐀-鿿]")

_LEGAL = (
    "inc incorporated corp corporation co company ltd limited llc llp lp plc gmbh ag sa sas sarl srl spa bv nv ab oy "
    "as aps kk pte pty pvt pvtltd private sdn bhd kg kgaa se"
)
# short ones that are words of names as well count as legal forms only behind two other words
_SHORT_LEGAL = "as sa se ab ag co lp kg oy spa"
_LOOSE = (
    "ai labs lab technologies technology tech group holdings holding systems software robotics intelligence "
    "ventures capital partners management com io"
)
_LEGAL_WORDS, _SHORT_LEGAL_WORDS, _LOOSE_WORDS = (frozenset(words.split()) for words in (_LEGAL, _SHORT_LEGAL, _LOOSE))
_LEGAL_ZH = re.compile(r"(?:控股)?(?:股份)?(?:有限(?:责任)?公司|有限合伙|公司|集团)$")
_LOOSE_ZH = re.compile(
    r"(?:信息技术|网络技术|智能科技|信息科技|科技集团|人工智能|机器人|科技|技术|智能|信息|网络|软件"
    r"|资本|创投|投资|基金|集团)$"
)
_PLACE_ZH = re.compile(r"^(?:北京|上海|深圳|杭州|广州|苏州|南京|成都|武汉|合肥|西安|天津|重庆|厦门|珠海)(?:市)?")


@cache
def _simplified() -> dict[int, str]:
    """The table from traditional to simplified characters, one to one."""
    text = (resources.files("domain") / "data" / "traditional.txt").read_text("utf-8")
    pairs = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {ord(pair[0]): pair[1] for line in pairs for pair in line.split()}


def simplify(text: str) -> str:
    """Folds traditional Chinese characters to simplified ones."""
    return text.translate(_simplified()) if _CJK.search(text) else text


def _fold(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    without_accents = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return _QUOTED.sub("", simplify(unicodedata.normalize("NFKC", without_accents))).replace("&", " and ").strip()


def _strip_legal_form(folded: str) -> str:
    text = _BRACKETED.sub("", folded) or folded
    words = [word for word in re.split(r"[\s,]+", text) if word]
    while len(words) > 1:
        last = words[-1].replace(".", "")
        if last not in _LEGAL_WORDS or (last in _SHORT_LEGAL_WORDS and len(words) < 3 and "." not in words[-1]):
            break
        words.pop()
    joined = " ".join(words)
    return _LEGAL_ZH.sub("", joined) or joined


@lru_cache(maxsize=65_536)
def match_key(name: str) -> str:
    """The name without case, width, accents, legal form, spacing and marks; empty only for an empty name."""
    folded = _fold(name)
    return _MARKS.sub("", _strip_legal_form(folded)) or _MARKS.sub("", folded) or folded


@lru_cache(maxsize=65_536)
def loose_key(name: str) -> str:
    """The match key also without what a company may leave off (AI, Labs, 科技, 智能, a Chinese city in front)."""
    words = _strip_legal_form(_fold(name)).replace(".", " ").split()
    while len(words) > 1 and words[-1] in _LOOSE_WORDS:
        words.pop()
    key = _MARKS.sub("", "".join(words))
    if _CJK.search(key):
        key = _shorten_zh(key)
    return key or match_key(name)


def _shorten_zh(key: str) -> str:
    for pattern in (_LOOSE_ZH, _LOOSE_ZH, _PLACE_ZH):
        shorter = pattern.sub("", key)
        # a name of one character is no name
        if len(shorter) >= 2:
            key = shorter
    return key
