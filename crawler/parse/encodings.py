"""Which characters downloaded bytes stand for, where declarations lie or are missing."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = (
    re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE),
    re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""", re.IGNORECASE),
)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
# what publishers declare and what they mean: the wider code page reads the narrower one too
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf8": "utf-8",
}
_GUESSES = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1252")
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
    "融资轮亿万元美司投领企智新科技公創業資輪億萬領時說會為國個這來們發動對過後經種產學與將"
    "年月日，。、：；（）“”「」《》"
)
_KANA = frozenset("のはをにがとでたしてるれいなもあこらりすこと")
_JAPANESE = frozenset(("cp932", "euc_jp", "iso2022_jp"))
# the 2,350 syllables of everyday Korean; bytes of other languages read as Korean give all the others too
_HANGUL = frozenset(
    bytes(b for row in range(0xB0, 0xC9) for at in range(0xA1, 0xFF) for b in (row, at)).decode("euc_kr")
)
_FOREIGN_CASE = re.compile("[α-ωа-яё][Α-ΩА-ЯЁ]")
_LEAST_LETTERS = 4
_SNIFFED = 4096
# by how much of a page its character set is told, from its first character that is not ASCII on
_WEIGHED = 128 * 1024
_FOREIGN = re.compile(rb"[\x80-\xff]")


def decode_bytes(body: bytes, content_type: str | None = None) -> str:
    """The text of a downloaded page or feed; never fails, undecodable bytes become U+FFFD, NUL is dropped."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _clean(body[len(bom) :].decode(name, "replace"))
    if body.isascii():
        return _clean(_decode_ascii(body, content_type))
    if _is_utf8(body):
        return _clean(body.decode("utf-8", "replace"))
    candidates = list(dict.fromkeys([*_iter_declared(body, content_type), *_GUESSES]))
    start = next(_FOREIGN.finditer(body)).start()
    sample = body[start : start + _WEIGHED]
    scores = {name: _score(sample.decode(name, "replace"), name, declared=name == candidates[0]) for name in candidates}
    # the first of equals wins, and declarations come first
    return _clean(body.decode(max(candidates, key=scores.__getitem__), "replace"))


def find_charset(body: bytes, content_type: str | None = None) -> str | None:
    """The character set that a page declares of itself, as Python names it."""
    return next(_iter_declared(body, content_type), None)


def _decode_ascii(body: bytes, content_type: str | None) -> str:
    # ISO-2022-JP and HZ are Chinese and Japanese in seven bits
    name = find_charset(body, content_type)
    return body.decode(name, "replace") if name in {"iso2022_jp", "hz"} else body.decode("ascii")


def _is_utf8(body: bytes) -> bool:
    """True for valid UTF-8, also where the last character was cut off or one in a thousand bytes is broken."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken:
        return True
    letters = sum(1 for c in text[: 64 * 1024] if c > "\x7f") or 1
    return broken * 50 < letters


def _iter_declared(body: bytes, content_type: str | None) -> Iterator[str]:
    names = [m[1] for m in [_HEADER.search(content_type or "")] if m]
    names += [m[1].decode("ascii", "ignore") for m in (form.search(body[:_SNIFFED]) for form in _DECLARED) if m]
    for name in names:
        try:
            known = codecs.lookup(name).name
        except LookupError:
            known = name.lower()
        known = _MEANT.get(known, known)
        try:
            if codecs.lookup(known).name not in {"utf-8", "utf-7"} and codecs.lookup(known)._is_text_encoding:
                yield known
        except LookupError:
            continue


def _score(text: str, name: str, *, declared: bool) -> float:
    """How much a text looks like one that somebody wrote: common characters for, broken and odd ones against it."""
    letters = [c for c in text if c > "\x7f"]
    if not letters:
        return 0.0
    common = sum(c in _COMMON for c in letters) + _count_foreign(letters, name)
    western = sum("\xc0" <= c <= "\u017f" or "\u2010" <= c <= "\u2026" or c in "\xa0£©®«»°·€™" for c in letters)
    broken = sum(c == "\ufffd" or "\x80" <= c < "\xa0" or "\ue000" <= c <= "\uf8ff" for c in letters)
    odd = sum("\uff61" <= c <= "\uff9f" for c in letters)
    # runs of accented letters are Chinese read with a Western code page
    runs = sum(len(run) for run in re.findall(r"[\xa1-\xff]{4,}", text))
    score = (common + 0.5 * max(0, western - 2 * runs) - 3 * broken - odd) / len(letters)
    return score + (0.1 if declared else 0.0)


def _count_foreign(letters: Sequence[str], name: str) -> float:
    """The letters that are common in the languages of a character set, others than Chinese and Western ones."""
    if name in _JAPANESE:
        # Chinese character sets have kana too, in the same places, but not the same characters between them
        return sum(c in _KANA for c in letters)
    if name == "cp949":
        hangul = sum(c in _HANGUL for c in letters)
        others = sum("\u3041" <= c <= "힣" for c in letters) - hangul
        return max(0.0, hangul - 2.0 * others)
    # Greek to Thai; Chinese read as such changes between small and capital letters within words
    others = sum("\u0370" <= c <= "\u0e7f" and c.isalpha() for c in letters)
    return 0.6 * max(0.0, others - 3.0 * len(_FOREIGN_CASE.findall("".join(letters)))) if others else 0.0


def _clean(text: str) -> str:
    return text.replace("\x00", "").removeprefix("\ufeff")
