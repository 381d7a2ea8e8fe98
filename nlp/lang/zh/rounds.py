"""Finds the names of rounds in Chinese text."""

from __future__ import annotations

import re

from nlp.mentions import RoundMention

_HALF_WIDTH = str.maketrans("＋－ＡＢＣＤＥＦＧ", "+-ABCDEFG")
_TAIL = r"(?:系列)?\s?(?:轮|輪)"
# a letter needs 轮 behind it, or a list of letters that ends in 轮: A及A+轮, 种子轮、天使轮
_LETTER = re.compile(
    # a Latin name may stand right before it: QuilloB 轮
    rf"(?<![A-Z])(?P<pre>[Pp][Rr][Ee]\s?-?\s?)?(?P<letter>[A-K])(?P<number>-?[1-9])?(?P<plus>\+{{0,3}})"
    rf"(?={_TAIL}|\s?(?:及|和|与|、|/)\s?(?:[Pp]re-?)?[A-K]\d?\+{{0,2}}{_TAIL}|\s?(?:战略)?融资|\s?(?:首关|扩展|系列))"
)
_SERIES = re.compile(r"(?i)\bseries\s(?P<letter>[A-K])(?P<number>[1-9])?(?P<plus>\+{0,2})(?P<pre>)")
_NAMED = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"[Pp]re[-\s]?IPO\s?(?:轮|輪|融资|阶段)?|上市前(?:最后)?一轮|(?<!后的)IPO前(?:最后)?(?:一)?轮", "pre-ipo"),
        (r"[Pp]re-?\s?[Ss]eed|种子前|前种子轮", "pre-seed"),
        (r"(?:种子|種子)\s?\+{1,2}\s?(?:轮|輪)|(?:种子|種子)(?:轮|輪)?(?:\+|加轮)", "seed+"),
        (r"天使\s?(?:轮|輪)?\s?\+{1,2}\s?(?:轮|輪)?", "angel+"),
        (r"(?:种子|種子)(?:轮|輪)|(?:种子|種子)(?=[、及和与]|融资|期融资)", "seed"),
        (r"天使(?:轮|輪|系列)|天使(?=融资|级|、|及|和|与)", "angel"),
        (r"(?:战略|戰略|策略)(?:性)?(?:轮|輪|融资|融資|投资|投資|入股|增资|领投|注资)", "strategic"),
        (r"过桥(?:轮|贷款|融资)?", "bridge"),
        (r"(?:成长|增长)(?:轮|輪)", "growth"),
        (r"可转(?:换)?(?:债|债券|票据)", "convertible"),
        (r"(?:股权)?众筹", "crowdfunding"),
    )
]
# words that name no letter, but say that a round is spoken of
_UNNAMED = re.compile(r"首轮|首輪|新一轮|新一輪|本轮|本輪|此轮|该轮|最新一轮|多轮|两轮|数轮")


def find_rounds(text: str) -> list[RoundMention]:
    """Finds the rounds that a Chinese text names, in order, without overlaps; `round` is None for 首轮, 新一轮."""
    half = text.translate(_HALF_WIDTH)
    found = []
    for pattern in (_LETTER, _SERIES):
        for match in pattern.finditer(half):
            tail = re.compile(_TAIL).match(half, match.end())
            found.append(RoundMention(match.start(), tail.end() if tail else match.end(), _lettered(match)))
    for pattern, name in _NAMED:
        found += [RoundMention(m.start(), m.end(), name) for m in pattern.finditer(half)]
    found += [RoundMention(m.start(), m.end(), None) for m in _UNNAMED.finditer(half)]
    found.sort(key=lambda r: (r.start, -r.end))
    kept: list[RoundMention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _lettered(match: re.Match[str]) -> str:
    letter = match["letter"].lower()
    suffix = (match["number"] or "").lstrip("-") + match["plus"]
    return f"pre-{letter}{suffix}" if match["pre"] else f"series-{letter}{suffix}"
