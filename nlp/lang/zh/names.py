"""Reads names out of Chinese phrases and lists, by descriptors, quotation marks and separators."""

from __future__ import annotations

import re
from functools import cache

from nlp.lexicon import alternation, load_words
from nlp.mentions import Name

_QUOTED = re.compile(r"[「『“\"《【‘]([^「」『』“”\"《》【】‘’\n]{1,30})[」』”\"》】’]")
_BRACKET = re.compile(r"[（(]([^（）()]{1,60})[）)]")
_LATIN_TAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9À-ž_.&'’+-]*(?:[ .·&-]+[A-Za-z0-9][A-Za-z0-9À-ž_.&'’+-]*)*\Z")
_TRIM = " \t\n\r　,，.。;；:：!！?？、|｜·•-—–_*#>【】[]「」『』“”\"'‘’…《》/"
# what may stand between a company's name and the verb: 以23亿美元估值, 半年内, 在Pre-IPO轮
_CLAUSE_AFTER_NAME = re.compile(
    r"(?:以(?=[^，]{2,20}(?:估值|方式))|(?<!现)在(?=(?:短短|过去|成立|不到|近|上市|IPO|\d|[一两三四五六七八九十半]|P|p|[A-K]\+?轮|天使|种子|今年|去年|融资|新一轮))|成立(?=[\d一两三四五六七八九十半不仅])|(?:仅用)?(?:\d+|[一两三四五六七八九十半]|不到\d)(?:个月|年半|年)(?:内|来|时间)?\Z|半年(?:内|来|多)?\Z|年内\Z|凭借|作为|实现(?!网)|自\d{4}年|(?:\d{1,2}月)?\d{1,2}日\Z|[A-K]\+?轮(?:完成)?\Z|Pre-?[A-Z]+轮\Z|以\Z|(?:近|累计|共)\Z)"
)
# words that belong to a clause and to no name
_CLAUSE = re.compile(
    r"的|了(?!不)|将(?!军)|进一步|提供|通过|用于|致力|一直|表示|显示|表明|消费者|更容易|更加|越来越|策略|现象|也(?!门)|所(?!罗)|并(?!行)|这[家个些款种]|那[些个家么]|我们|你们|他们|是(?!石)|使其|认为|获得|可以|能够|需要|如何|什么|为什么|怎么|因为|所以|但(?!丁)|与此|告诉|透露|指出|称(?!心)|据(?!点)|已经|还(?!原)|更(?!赞)|没有|不是|之一|以来|迄今|包括|其中|记者|编辑|作者|提示|来源|核心事件|标题|显著|趋势|热潮|升温|活跃|火热|背景下|方面|领域$|赛道$|行业$|市场$|项目$|产品$|时代|期间$|时间$|工作$|合作伙伴|深度|布局$|完成|放弃|牵手|冲击"
)
_VERB_FIRST = re.compile(
    r"规模|总额|金额|其中|承诺|实现|打造|推出|发布|提供|加速|布局|专注|深耕|聚焦|计划|成为|创下|跻身|提前|解析|呈现|上线|下载|分享|刚|几周|给|年|比方|简答|后被|多模态AI成|备受|准备|预备|瞄准|挑战|旨在|助力|推动|推进|月活|累计|估值|融资|用户|半年|两年|三年|一年|一周|创立|成立|过去|曾|CEO|具体|预测|达到|担任|拥有|成功|面向|定位|主打|主营|位于|总部|自主|融合|继续|持续|超过|突破|超(?=\d)|近期|上半年|下半年|举行|建设|自然|资金|金额|如何|喜提|连获|获|再获|AI公司|前有|解决|帮助|覆盖"
)
_CLAUSE_INVESTOR = re.compile(
    r"的|了(?!不)|将(?!军)|进一步|提供|通过|用于|致力|一直|表示|显示|表明|消费者|更多|感谢|会员|鼓励|资金|贷款|技术创新|解决方案|全额|开发者|连续|信任|协议|签署|超额加注|加注并|进行|保持|持续看好|战略合作|金额|公司将|算力|布局|研发|产线|用户|团队建设|方向|领域|赛道|关注"
)
_DATE = r"(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:上午|下午|晚间|晚|凌晨|早间)?"


@cache
def _words() -> dict[str, frozenset[str]]:
    return {key: frozenset(words) for key, words in load_words("zh", "words").items()}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = load_words("zh", "words")
    fillers = alternation(words["fillers"])
    return {
        "tail": re.compile(
            rf"(?:{fillers}|\d{{1,2}}月\d{{1,2}}日|\d{{4}}年\d{{1,2}}月|[（(][^（）()]*[）)]|[\s,，、的])+\Z"
        ),
        "head": re.compile(
            rf"(?:(?:{fillers})(?=[，,\s：:])|{_DATE}[，,\s]|[^，,：:。\n]{{0,18}}(?:获悉|消息|报道|首发|讯|快讯|独家|日报|提示|事件|标题|编辑[丨|｜]\\S+|要点|动态|显示|估计|了解)\\s?[，,：:｜|]\s*|(?:\d{{4}}年)?\d{{1,2}}月(?:\d{{1,2}}日)?[，,]?|近日[，,]?|日前[，,]?|今日[，,]?|昨日[，,]?|\d{{1,3}}[.、]\s*|[一二三四五六七八九十]{{1,2}}、|[①-⑳]|[·•]\s*)+"
        ),
        "descriptor": re.compile(rf"(?:{alternation(words['descriptors'])})"),
        "investor_head": re.compile(rf"(?:{alternation(words['investor_leads_in'])}|[，,、：:\s])+"),
        "investor_tail": re.compile(rf"(?:{alternation(words['investor_tails'])}|[，,、：:\s])+\Z"),
    }


def strip(text: str, start: int, end: int) -> tuple[int, int]:
    """Drops punctuation and spaces at both ends."""
    while start < end and text[start] in _TRIM:
        start += 1
    while start < end and text[end - 1] in _TRIM:
        end -= 1
    return start, end


def names_in_phrase(text: str, start: int, end: int) -> list[Name]:
    """Reads the company of a phrase: AI硬件公司「未来智能」（Future）gives 未来智能 and Future."""
    names: list[Name] = []
    start, end = _without_fillers(text, start, end)
    bracket = _BRACKET.search(text, start, end)
    while bracket and bracket.end() < end - 1:  # only a bracket at the end stands for the name before it
        following = _BRACKET.search(text, bracket.end(), end)
        if following is None:
            break
        bracket = following
    alias = None
    if bracket and bracket.end() >= end - 1:
        alias = _alias(text, bracket.start(1), bracket.end(1))
        end = bracket.start()
    quoted = list(_QUOTED.finditer(text, start, end))
    if quoted and end - quoted[-1].end() <= 8 and not re.search(r"[，,。；]", text[quoted[-1].end() : end]):
        names.append(Name(quoted[-1][1].strip(), quoted[-1].start(1), quoted[-1].end(1)))
        tail = text[quoted[-1].end() : end].strip()
        bracketed = _BRACKET.match(text, quoted[-1].end())
        if bracketed and not alias:
            alias = _alias(text, bracketed.start(1), bracketed.end(1))
        _ = tail
    else:
        name = _plain_name(text, start, end)
        if name:
            names.append(name)
    if alias and names:
        names.append(alias)
    return [n for n in names if is_name(n.text)]


def _without_fillers(text: str, start: int, end: int) -> tuple[int, int]:
    patterns = _patterns()
    start, end = strip_keep_brackets(text, start, end)
    clause = _CLAUSE_AFTER_NAME.search(text, start + 2, end)
    if clause:
        end = clause.start()
    while True:
        before = (start, end)
        head = patterns["head"].match(text, start, end)
        if head and head.end() < end:
            start = head.end()
        tail = patterns["tail"].search(text, start, end)
        if tail and tail.start() > start and not tail[0].strip().endswith((")", "）")):
            end = tail.start()
        start, end = strip_keep_brackets(text, start, end)
        if (start, end) == before:
            return start, end


def strip_keep_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """As `strip`, but quotation marks stay, since they show where a name is."""
    marks = " \t\n\r　,，.。;；:：!！?？、|｜·•-—–_*#>…/"
    while start < end and text[start] in marks:
        start += 1
    while start < end and text[end - 1] in marks:
        end -= 1
    return start, end


def _alias(text: str, start: int, end: int) -> Name | None:
    inner = text[start:end]
    match = re.match(
        r"(?:以下简称|下称|简称|原名|曾用名|原|又名|英文名|品牌名|即|以下称|后称)?\s*[:：]?\s*[“\"「]?([^“”\"「」，,；;]+)",
        inner,
    )
    if not match:
        return None
    s, e = strip(text, start + match.start(1), start + match.end(1))
    alias = text[s:e]
    if (
        re.search(
            r"\d{5,}|证券|代码|股票|\.(?:SZ|SH|HK|US)|NASDAQ|NYSE|港股|面积|[:：]|暂|总部|成立|记者|图",
            alias,
            re.IGNORECASE,
        )
        or len(alias) > 30
    ):
        return None
    return Name(alias, s, e)


def _plain_name(text: str, start: int, end: int) -> Name | None:
    """The name at the end of a phrase without quotation marks."""
    comma = max(
        text.rfind("，", start, end),
        text.rfind(",", start, end),
        text.rfind("：", start, end),
        text.rfind("；", start, end),
        text.rfind("｜", start, end),
        text.rfind("。", start, end),
        text.rfind("！", start, end),
        text.rfind("？", start, end),
    )
    if comma >= start:
        # "王长虎离职后创立的爱诗科技": only what follows the last comma, unless that is a clause without a name
        start = comma + 1
    start, end = strip(text, start, end)
    latin = _LATIN_TAIL.search(text, start, end)
    if latin and latin.start() > start and (end - latin.start()) >= 2:
        head = text[latin.start() - 1]
        piece = text[latin.start() : end]
        if (
            head == " "
            or _patterns()["descriptor"].search(text, max(start, latin.start() - 4), latin.start())
            or not re.search(r"[一-鿿]", text[max(start, latin.start() - 2) : latin.start()])
            or len(piece) > 3
        ):
            cut = _after_descriptor(text, start, end)
            return _name(text, max(cut, start) if cut > latin.start() - 6 and cut < end else latin.start(), end)
    return _name(text, _after_descriptor(text, start, end), end)


def _after_descriptor(text: str, start: int, end: int) -> int:
    best = start
    for match in _patterns()["descriptor"].finditer(text, start, end):
        rest = text[match.end() : end].strip(_TRIM)
        if (
            len(rest) >= 2
            and not re.match(r"(?:的|在|与|和|也|并|集团|股份|有限|宣布|完成|获)", rest)
            and not rest.startswith(("科技", "资本"))
        ):
            best = match.end()
    for match in re.finditer(
        r"(?:创立|创办|创建|成立|打造|孵化|推出|研发|开发|旗下|背后|主体|创业|操盘|运营|生产)的|系(?=[一-鿿])|旗下|子公司|控股的",
        text[start:end],
    ):
        position = start + match.end()
        rest = text[position:end].strip(_TRIM)
        if position > best and len(rest) >= 2 and match[0] != "系":
            best = position
    if re.match(
        r"(?:中国|美国|英国|法国|德国|韩国|日本|印度|以色列|新加坡|瑞典|欧洲|加拿大|瑞士|国内|国产|深圳|杭州|北京|上海|苏州|广州|硅谷|印度|荷兰)(?=[A-Za-z])",
        text[best:end],
    ):
        best += 2 if text[best : best + 3] not in ("以色列", "新加坡", "加拿大") else 3
    return best


def _name(text: str, start: int, end: int) -> Name | None:
    start, end = strip(text, start, end)
    name = text[start:end]
    return Name(name, start, end) if is_name(name) else None


def is_name(name: str) -> bool:
    """Whether the text can be a company's name: short, no clause, no word that only stands for one."""
    if not 2 <= len(name) <= 40 or name in _words()["no_companies"] or not re.search(r"[\w一-鿿]", name):
        return bool(re.fullmatch(r"[A-Z]", name))
    if re.search(r"[，。；！？\n]|融资|领投|跟投|完成|宣布|获得|亿元|万元|美元|估值|轮$", name):
        return False
    if _CLAUSE.search(name) or re.match(
        r"(?:一家|又一家|某|多家|两家|三家|年\d|\d+月|另外|此外|据|在(?!线)|对|由|向|与|及|和(?!平|利|玉)|当|随|若|如(?!果文|意|影)|为|以(?!太|萨|色)|从|到|而|至|按|凭|被|仅|就|再|更|最|不|没|比如|例如|尽管|虽然|其|该|本|此|这|那|上述|公司|第[一二三四])",
        name,
    ):
        return False
    if name in _words()["fillers"] or _VERB_FIRST.match(name):
        return False
    if re.fullmatch(r"[\d.%]+(?:年|月|日|家|个|倍|天|亿|万)?.{0,2}", name):
        return False
    return not (
        len(re.findall(r"[一-鿿]", name)) > 16
        and not name.endswith(("公司", "基金", "中心", "研究院", "合伙）", "集团", "实验室"))
    )


def names_in_list(text: str, start: int, end: int) -> list[Name]:
    """Reads an enumeration of investors: 由A和B联合领投 between 由 and 领投 gives A, B."""
    names = []
    for s, e in _items(text, start, end):
        names += _investor(text, s, e)
    return names


def _items(text: str, start: int, end: int) -> list[tuple[int, int]]:
    items, depth, begin = [], 0, start
    position = start
    while position < end:
        char = text[position]
        if char in "（(「『“《":
            depth += 1
        elif char in "）)」』”》":
            depth = max(0, depth - 1)
        width = 0
        if depth == 0:
            if char in "、，,；;/\n" and not (
                char == ","
                and position + 1 < end
                and text[position + 1] == " "
                and text[position + 2 : position + 5] in ("Inc", "Ltd", "LLC")
            ):
                width = 1
            elif text.startswith(("以及", "连同", "携手", "联合"), position) and position > begin:
                width = 2
            elif char in "和与及" and begin < position < end - 1 and not _inside_name(text, position, begin, end):
                width = 1
        if width:
            items.append((begin, position))
            position += width
            begin = position
        else:
            position += 1
    items.append((begin, end))
    return [(s, e) for s, e in items if text[s:e].strip(_TRIM)]


_WITH_AND = (
    "和利",
    "和玉",
    "和高",
    "和君",
    "和暄",
    "和盟",
    "和而泰",
    "和达",
    "和谐",
    "和睦",
    "与鸿",
    "与时",
    "中和",
    "泰和",
    "祥和",
    "信和",
    "德和",
    "天和",
    "三和",
    "元和",
    "正和",
    "嘉和",
    "义和",
    "万和",
    "同和",
    "太和",
    "宁和",
    "百和",
    "昭和",
    "谦和",
    "和硕",
    "和邦",
    "和信",
    "和灵",
    "及时",
    "普及",
    "致和",
    "融和",
    "和毅",
    "和光",
    "和铂",
    "君和",
    "广和",
    "共和",
    "平和",
    "永和",
    "仁和",
    "雍和",
    "颐和",
)


def _inside_name(text: str, position: int, start: int, end: int) -> bool:
    return any(
        pair in text[max(start, position - 1) : position + 3]
        and (text.find(pair, max(start, position - len(pair) + 1), position + len(pair)) != -1)
        for pair in _WITH_AND
    )


def _investor(text: str, start: int, end: int) -> list[Name]:
    patterns = _patterns()
    for _ in range(3):
        before = (start, end)
        head = patterns["investor_head"].match(text, start, end)
        if head and head.end() < end and not (head[0] in ("的", "有", "为") and False):
            start = head.end()
        tail = patterns["investor_tail"].search(text, start, end)
        if tail and tail.start() > start:
            end = tail.start()
        bracket = re.compile(r"[（(][^（）()]*[）)]?\s*\Z").search(text, start, end)
        if bracket and bracket.start() > start and not re.search(r"有限合伙", bracket[0]):
            end = bracket.start()
        start, end = strip_keep_brackets(text, start, end)
        if (start, end) == before:
            break
    quoted = _QUOTED.search(text, start, end)
    if quoted and end - start - len(quoted[0]) <= 10:
        start, end = quoted.start(1), quoted.end(1)
    owner = re.search(r"(?:旗下的?|旗下产投|下属的?|关联的?)(?=[A-Za-z一-鿿]{2,})", text[start:end])
    if (
        owner
        and end - (start + owner.end()) >= 3
        and not re.match(r"(?:基金|公司|资本|产业基金|投资平台|投资机构|产投平台)\Z", text[start + owner.end() : end])
    ):
        start += owner.end()
    person = re.search(
        r"(?:创始人|联合创始人|董事长|总裁|CEO|合伙人|高管|先生|教授|博士|企业家)(?:兼\w+)?", text[start:end]
    )
    if person:
        if person[0] in ("先生", "教授", "博士"):
            end = start + person.start() if person.start() >= 2 else end
        elif end - (start + person.end()) >= 2:
            start += person.end()
    start, end = strip(text, start, end)
    name = text[start:end]
    if name in _words()["not_investors"] or not is_investor(name):
        return []
    return [Name(name, start, end)]


def is_investor(name: str) -> bool:
    """Whether the text can be an investor's name."""
    if _CLAUSE_INVESTOR.search(name):
        return False
    if not 2 <= len(name) <= 45 or re.search(
        r"[，。；：？！\n]|融资|领投|跟投|轮|万元|亿元|美元|顾问|估值|完成|公告|近日|持续加码|多家|若干|知名|上市|方面|表示|此前|投资者|投资方|股东$|机构$|[^一-鿿]名$",
        name,
    ):
        return False
    return not re.match(
        r"(?:该|这|其|本|某|一家|数家|几家|两家|三家|四家|五家|并|已|将|在|从|对|以|但|而|还|也|则|据|每|各|来自|用于|正|不|他|她|我|被|未|新|老|曾)",
        name,
    ) or name.startswith(
        (
            "新希望",
            "新加坡",
            "新鼎",
            "新浪",
            "新微",
            "新国都",
            "老虎",
            "以色列",
            "新东方",
            "正轩",
            "正泰",
            "正和",
            "在线",
            "从容",
            "本田",
            "未来",
            "新潮",
            "新龙脉",
            "新奥",
            "新尚",
            "不惑",
            "正心谷",
            "新投",
            "新开发",
            "新能源",
            "不二",
            "新松",
            "新瞳",
            "新华",
        )
    )
