"""Makes other news of an example: other names, other letter case, other punctuation, the headline alone."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlp.training.examples import Example, Mark

_ENGLISH_PARTS = (
    "al an ar bel bri ca cal cor cre da del dex el en er fal fen fi flu ga gle gra hal hel ho in ix ja jun ka kel ki lan "
    "lo lu lum ma mer mi mo na ne nex no nu ob ol om or os pa pel po pri qua que ra re ri ro ru sa se sol su ta te "
    "tra tri tu um ur va ve ver vi vo wa wi xa xe ya yo za ze zen zi zo bolt crest dash field forge grid hive keel lark leaf "
    "light loop mark mesh mint nest node path peak port quill reef ridge rock root sail seed spark stack stone vale wave wise"
).split()
_ENGLISH_WORDS = (
    "Harbor Lantern Anvil Beacon Cedar Compass Copper Ember Fathom Fable Granite Harvest Hollow Inkwell Juniper Kestrel Ledger "
    "Loom Maple Meadow Meridian Nimbus North Orchard Otter Parallel Pebble Pilot Prism Quarry Raven Relay River Saddle Signal "
    "Slate Summit Sunday Tandem Thistle Timber Torch Tundra Upside Vector Velvet Vessel Willow Window Wren Yonder Zephyr Open "
    "Blue Red Deep Clear Bright True First Second Physical General Applied Modern Common Simple Little Big Fast Safe Super"
).split()
_ENGLISH_TAILS = (
    "AI|AI|AI|Labs|Labs|Robotics|Technologies|Systems|Health|Bio|Therapeutics|Energy|Security|Networks|Data|Cloud|Intelligence|"
    "Computing|Motors|Space|Pay|Financial|Foods|Materials|Dynamics|Semiconductor|Analytics|Software|Mobility|Medical|Sciences"
).split("|")
_INVESTOR_TAILS = (
    "Capital|Capital|Capital|Ventures|Ventures|Ventures|Partners|Partners|Venture Partners|Growth|Investments|Holdings|Fund|"
    "Equity|Capital Partners|Management|Group|Global|Angels|Seed|VC|Asset Management|Growth Partners|Capital Management|"
    "Ventures India|Growth Equity|Collective|Investment Corporation"
).split("|")
_CHINESE_TAILS = "科技|科技|智能|智能|机器人|生物|医疗|半导体|微电子|信息|数据|能源|航天|动力|网络|软件|云|汽车|材料|光电|AI|具身|视觉|时代|未来|空间|股份".split("|")
_CHINESE_FUNDS = (
    "资本|资本|资本|资本|创投|创投|投资|投资|基金|产投|集团|控股|风投|产业基金|产业投资|产业投资基金|股权投资基金|创业投资|国投|金控|母基金|"
    "科创基金|证券|银行|天使基金|种子基金|战投|VC|Capital|Ventures"
).split("|")
_CHINESE_CHARACTERS = (
    "星云海天元智慧光明华远航宇腾博创新思维达科瑞安康宁泰和兴盛启程明德立鼎金银木水火山川河江湖林森石峰岭松柏竹梅兰菊清风雨雪雷电日月"
    "辰东西南北中正大小长青蓝白红绿紫玄墨影音声画文书语言知行道一二三四五六七八九十百千万方圆通联合众力飞跃驰骋极致纯真善美感觉灵心"
    "境界维度深势象数微纳芯源恒永久生命未来无限可见拓扑逻辑傅里叶阿尔法贝塔欧米伽摩尔范式图谱云深之妙玲珑珊瑚琥珀"
)
_CHINESE_CITIES = "北京 上海 深圳 杭州 苏州 广州 合肥 成都 武汉 南京 西安 宁波 无锡 厦门 长沙 重庆 青岛 湖北 浙江 江苏 广东 安徽 四川".split()


@dataclass(frozen=True, slots=True)
class Pools:
    """Names to put in: those of the training examples and of the project's lists."""

    companies: Sequence[str]
    investors: Sequence[str]
    organisations: Sequence[str]
    people: Sequence[str]


def build_pools(examples: Sequence[Example], investors: Sequence[str], companies: Sequence[str]) -> Pools:
    """Gathers the names of examples by what they are."""
    names: dict[str, set[str]] = {}
    for example in examples:
        for start, end, labels in example.marks:
            for label in labels:
                names.setdefault(label, set()).add(example.text[start:end])
    backers = names.get("investor", set()) | names.get("lead_investor", set())
    return Pools(
        sorted(names.get("company", set()) | set(companies)),
        sorted(backers | set(investors)),
        sorted(names.get("other_org", set())),
        sorted(names.get("person", set())),
    )


def compose_company(language: str, chance: random.Random) -> str:
    """A company's name that nobody bears, in one of the shapes that real ones have."""
    if language == "zh" and chance.random() < 0.75:
        core = "".join(chance.choices(_CHINESE_CHARACTERS, k=chance.choice((2, 2, 2, 3, 3, 4))))
        draw = chance.random()
        if draw < 0.45:
            return core
        if draw < 0.9:
            return core + chance.choice(_CHINESE_TAILS)
        return chance.choice(_CHINESE_CITIES) + core + chance.choice(_CHINESE_TAILS) + "有限公司"
    return _latin_company(chance)


def _latin_company(chance: random.Random) -> str:
    draw = chance.random()
    made = "".join(chance.choices(_ENGLISH_PARTS, k=chance.choice((2, 2, 3))))
    if draw < 0.25:
        return made.capitalize()
    if draw < 0.35:
        return chance.choice(_ENGLISH_WORDS)
    if draw < 0.5:
        return f"{chance.choice((made.capitalize(), chance.choice(_ENGLISH_WORDS)))} {chance.choice(_ENGLISH_TAILS)}"
    if draw < 0.6:
        return f"{chance.choice(_ENGLISH_WORDS)} {chance.choice(_ENGLISH_WORDS)}"
    if draw < 0.7:
        return chance.choice(_ENGLISH_WORDS) + chance.choice(_ENGLISH_PARTS).capitalize() + chance.choice(("", "", "AI"))
    if draw < 0.78:
        return f"{made.capitalize() if chance.random() < 0.5 else made}.{chance.choice(('ai', 'ai', 'io', 'com', 'dev', 'new', 'app'))}"
    if draw < 0.84:
        return made
    if draw < 0.9:
        return made[:4].upper()
    if draw < 0.95:
        return f"{made[0]}-{chance.choice(_ENGLISH_WORDS)}"
    return f"{made.capitalize()}{chance.choice(('', ' '))}{chance.randrange(2, 100)}"


def compose_investor(language: str, chance: random.Random) -> str:
    """An investor's name that nobody bears."""
    if language == "zh" and chance.random() < 0.85:
        core = "".join(chance.choices(_CHINESE_CHARACTERS, k=chance.choice((2, 2, 2, 3, 4))))
        place = chance.choice(_CHINESE_CITIES) if chance.random() < 0.15 else ""
        return place + core + chance.choice(_CHINESE_FUNDS)
    draw = chance.random()
    if draw < 0.15:
        return _latin_company(chance)
    first = chance.choice((chance.choice(_ENGLISH_WORDS), "".join(chance.choices(_ENGLISH_PARTS, k=2)).capitalize()))
    second = f" {chance.choice(_ENGLISH_WORDS)}" if chance.random() < 0.2 else ""
    if draw < 0.3 and second:
        return first + second
    return f"{first}{second} {chance.choice(_INVESTOR_TAILS)}"


def _other_name(label: str, language: str, pools: Pools, chance: random.Random) -> str | None:
    if label == "company":
        return chance.choice(pools.companies) if chance.random() < 0.35 else compose_company(language, chance)
    if label in ("lead_investor", "investor"):
        draw = chance.random()
        if draw < 0.6:
            return chance.choice(pools.investors)
        if draw < 0.66:
            return chance.choice(pools.companies)
        if draw < 0.7 and pools.people:
            return chance.choice(pools.people)
        return compose_investor(language, chance)
    if label == "product":
        return compose_company(language, chance)
    if label == "other_org":
        draw = chance.random()
        if draw < 0.6:
            return chance.choice(pools.organisations)
        return chance.choice(pools.investors) if draw < 0.8 else chance.choice(pools.companies)
    if label == "person" and pools.people:
        return chance.choice(pools.people)
    return None


def rename(example: Example, language: str, pools: Pools, chance: random.Random, share: float) -> Example:
    """The example with some of its names exchanged, each one throughout."""
    chosen: dict[str, str] = {}
    parts, marks, at, size = [], [], 0, 0
    for start, end, labels in example.marks:
        name = example.text[start:end]
        if name not in chosen:
            label = sorted(labels)[0]
            other = _other_name(label, language, pools, chance) if chance.random() < share else None
            chosen[name] = other or name
        parts += [example.text[at:start], chosen[name]]
        size += start - at
        marks.append((size, size + len(chosen[name]), labels))
        size += len(chosen[name])
        at = end
    parts.append(example.text[at:])
    return replace(example, text="".join(parts), marks=marks)


def headline_only(example: Example) -> Example:
    """The first line alone."""
    cut = example.text.find("\n")
    if cut < 12:
        return example
    return replace(example, text=example.text[: cut + 1], marks=[m for m in example.marks if m[1] <= cut])


def retype(example: Example, chance: random.Random) -> Example:
    """The example written another way letter by letter; lengths stay."""
    text = example.text
    draw = chance.random()
    if draw < 0.35:
        cut = text.find("\n") if text.find("\n") > 0 else len(text) if len(text) < 140 else 0
        head = re.sub(r"\b[a-z](?=[a-z]{3})", lambda m: m[0].upper(), text[:cut])
        text = head + text[cut:]
    elif draw < 0.45:
        text = text.lower()
    elif draw < 0.5:
        text = text.upper() if len(text.upper()) == len(text) else text
    elif draw < 0.7:
        text = text.replace("’", "'").replace("“", '"').replace("”", '"').replace("—", "-").replace("–", "-")
    elif draw < 0.85:
        text = text.replace("'", "’")
    return replace(example, text=text) if len(text) == len(example.text) else example


def drop_marks(example: Example, chance: random.Random) -> Example:
    """The example without its closing full stops or without its quotation marks, as titles and lists are written."""
    gone = chance.choice(("。.", "「」“”\"", "，,", "《》（）"))
    kept = [k for k, letter in enumerate(example.text) if letter not in gone or (letter in ".," and _in_number(example.text, k))]
    new = {old: k for k, old in enumerate(kept)}
    marks: list[Mark] = []
    for start, end, labels in example.marks:
        inside = [new[k] for k in range(start, end) if k in new]
        if inside:
            marks.append((inside[0], inside[-1] + 1, labels))
    return replace(example, text="".join(example.text[k] for k in kept), marks=marks)


def _in_number(text: str, at: int) -> bool:
    return text[at + 1 : at + 2].isalnum()


def vary(example: Example, language: str, pools: Pools, chance: random.Random) -> Example:
    """One variation of an example, drawn anew for each pass over the data."""
    if chance.random() < 0.15 and not example.partial:
        example = headline_only(example)
    if chance.random() < 0.75:
        example = rename(example, language, pools, chance, chance.choice((0.3, 0.6, 1.0)))
    if chance.random() < (0.3 if language == "en" else 0.05):
        example = retype(example, chance)
    if chance.random() < 0.1:
        example = drop_marks(example, chance)
    if chance.random() < 0.5 and example.text.startswith("\n"):
        cut = len(example.text) - 1
        example = replace(example, text=example.text[1:] + "\n", marks=[(a - 1, b - 1, x) for a, b, x in example.marks if a <= cut])
    return example
