"""Reads the product and the description of a company out of Chinese text."""

from __future__ import annotations

import re
from functools import cache

from nlp.applications import OWN, Application, mask
from nlp.lang.zh.names import is_name
from nlp.lexicon import load_words
from nlp.mentions import Name

_NAME = r"(?:[A-Za-z0-9][A-Za-z0-9 .&+-]{0,30}[A-Za-z0-9]|[一-鿿A-Za-z0-9·]{2,10}?)"
_OPEN, _CLOSE = '[「“《"]?', '[」”》"]?'
# words that say "company" and nothing of what it does are left out of the description
_KIND = r"(?:初创公司|初创企业|创业公司|创新企业|科技公司|科技企业|上市公司|公司|企业|厂商|品牌|创企|初创|新创公司|独角兽|项目|团队|龙头|新秀|开发商|研发商|提供商|服务商|制造商|供应商)"
_TYPE = r"(?P<type>(?:(?:AI|[A-Za-z0-9+-]{1,12})[ ]?)?[一-鿿A-Za-z0-9、+·\-/]{2,22}?)"
_BEGIN = r"(?:^|(?<=[，。！？；：｜|\n\s「“）】]))(?:据悉[，,]?|日前[，,]?|近日[，,]?|今日[，,]?|昨日[，,]?|国内|国产|知名|领先的?|头部|新锐|中国|美国|瑞典|英国|法国|德国|以色列|日本|韩国|总部位于[^，]{2,8}的|[一-鿿]{2,3}(?=AI))?"
_NO_TYPE = re.compile(
    r"近日|宣布|启动|联手|携手|推出|发起|成立|完成|获|融资|投资|轮|元|月|年|日|消息|据|称|表示|其中|本|该|这|的$|是|由|在|与|和$|及$|上述|公司|以下|简称|包括|创始|成立|家$|个$|，|认为|目前|已|将|为|了|等|组建|合资"
)


def find_application(body: str, names: list[Name]) -> Application:
    """The product that a company of the body is known by, and what the body says it does."""
    product, maker = _product(body, names)
    known = [n.text for n in ([product] if product else []) + names]
    return Application(product, maker, _described(body, known))


_BEHIND = re.compile(
    rf"(?P<p>{_NAME}){_CLOSE}\s?(?:背后的?(?:的?(?:公司|企业|开发商|母公司|团队))?|的?(?:开发商|母公司|制造商|开发公司|运营方|研发方|出品方|运营主体|缔造者))\s?{_OPEN}{OWN}"
)
_BY = re.compile(
    rf"{OWN}{_CLOSE}\s?(?:是|由|为)\s?{_OPEN}(?P<m>[A-Za-z][A-Za-z0-9 .&-]{{1,30}}[A-Za-z0-9]|[一-鿿]{{2,8}}?){_CLOSE}\s?(?:开发|研发|推出|打造|旗下)"
)
_MAKER = re.compile(rf"{OWN}{_CLOSE}\s?背后的(?:公司|企业|开发商)\s?{_OPEN}(?P<m>[A-Za-z][A-Za-z0-9.&-]{{1,30}})")
_DESCRIPTIONS = [
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"{_BEGIN}{_TYPE}{_KIND}?{_OPEN}{OWN}",
        rf"{OWN}{_CLOSE}(?:[（(][^）)]{{1,30}}[）)])?\s?(?:是|为|系)(?:国内|全球|中国|一)?(?:首|领先|头部)?(?:一)?(?:家|个|款|项)(?:专注于?|主打)?(?:的)?{_TYPE}的?{_KIND}?(?=[，。,；])",
        rf"{OWN}\s?(?:\||｜)\s?{_TYPE}\s?(?:\||｜)",
        rf"{OWN}{_CLOSE}(?:[（(][^）)]{{1,30}}[）)])?[：:]\s?{_TYPE}{_KIND}?(?=[，。,；])",
        rf"{OWN}{_CLOSE}(?:[（(][^）)]{{1,30}}[）)])?，(?:推进|建设|用于|从事|主营|专注于?){_TYPE}(?=[，。,；])",
    )
]


def _product(body: str, names: list[Name]) -> tuple[Name | None, Name | None]:
    for name in names:
        masked = mask(body, name.text)
        behind = _BEHIND.search(masked)
        if behind and is_name(body[slice(*behind.span("p"))]):
            return _tail(body, behind.start("p"), behind.end("p")), name
        by = _BY.search(masked)
        if by and is_name(by["m"]):
            return name, Name(by["m"], by.start("m"), by.end("m"))
        maker = _MAKER.search(masked)
        if maker:
            return name, Name(maker["m"], maker.start("m"), maker.end("m"))
    return None, None


def _tail(body: str, start: int, end: int) -> Name:
    """The name at the end of a run that may begin with a description: AI驱动全栈开发平台Bolt.new."""
    match = re.search(r"[A-Za-z0-9][A-Za-z0-9.+-]*(?: [A-Z][A-Za-z0-9.+-]*)*\Z", body[start:end])
    if match and match.start() and re.match(r"[一-鿿]", body[start + match.start() - 1]):
        start += match.start()
    return Name(body[start:end], start, end)


def _described(body: str, names: list[str]) -> tuple[int, int] | None:
    for name in names:
        masked = mask(body, name)
        for pattern in _DESCRIPTIONS:
            for match in pattern.finditer(masked):
                if is_type(body[slice(*match.span("type"))]):
                    return match.span("type")
    return None


@cache
def _places() -> frozenset[str]:
    """Names of places, which stand before a firm's registered name: 成都某某科技有限公司."""
    return frozenset(load_words("zh", "words")["places"])


def is_type(text: str) -> bool:
    """Whether the words can describe what a company does: a noun phrase, no clause."""
    return (
        2 <= len(text.strip()) <= 22
        and not _NO_TYPE.search(text)
        and not re.fullmatch(r"[\d.、]+|[A-Za-z]+", text.strip())
        and text.strip() not in _places()
    )
