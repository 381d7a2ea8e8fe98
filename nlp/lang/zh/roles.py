"""Tells what a Chinese text's amounts are: the round's own, a valuation, a total so far, or something else."""

from __future__ import annotations

import re

from nlp.mentions import MoneyMention

_OTHER_WORDS = (
    "营收|收入|营业额|ARR|MRR|市场规模|产业规模|订单|售价|定价|单价|价格|起价|标价|销售额|销量|销售|净利润|利润|亏损|市值|合同|补贴|补助|奖励|奖金|成本|总投资|投资额|注册资本|罚款|赔偿|产值|成交额|交易额|GMV|预算|薪|工资|身价|身家|财富|支出|开支|资本开支|研发投入|"
    "费用|基金规模|管理规模|募集规模|总规模|目标规模|首关规模|资产|现金|负债|货值|贷款余额|授信余额|回购|分红|税|捐|现金收购|收购价|对价|作价|票房|流水|年化|每股|均价|出资额|认缴|采购|投入|转让|存款|赔|租金|关税|拨款|保费|消费|买入|卖出|增持|减持|募资净额"
)
_AFTER = [
    (role, re.compile(pattern))
    for role, pattern in (
        (
            "valuation",
            r"\s?(?:的|人民币|美元)?(?:的)?(?:投前|投后)?(?:估值|投前|投后|身价)(?!(?:为|约|达到?|至|近|超过?|逾|高达|已)*\s?[\d数$¥])",
        ),
        (
            "other",
            rf"\s?(?:的|年度|年化|规模的)?(?:{_OTHER_WORDS}|市场|产业(?!资本|方|投)|收购|并购|的?(?:[^，。；]{{0,6}})?基金(?!领投|独家|跟投|投资|等)|年薪|一年|每年|/年|每|大单|巨额合同|产业链市场|的?订单|赔偿)",
        ),
    )
]
_BEFORE = [
    (role, re.compile(pattern + r"[约近超逾达为过至到的是高最不低于都均\s:：在了额超过达到接近突破]*\Z"))
    for role, pattern in (
        ("valuation", r"(?:估值|投前|投后|作价估值)(?:[（(][^）)]{0,8}[）)])?[^，。；,]{0,14}?"),
        (
            "total",
            r"(?:累计|总计|总共|历史)(?:已|共)?(?:完成|获得|获|实现|筹集|募集|募资|拿到)?[^，。；,]{0,10}?(?:融资|融得|募资|资金)?(?:总?额|金额|规模)?",
        ),
        ("amount", r"(?:[本此该新][一]?轮|[A-K][\d+]*\s?轮|(?:种子|天使)\+?轮)(?:次|的)?\s?(?:融资)?总(?:金|规模)?额?"),
        (
            "total",
            r"(?:融资总(?:额|金额|规模)|总(?:的)?(?:融资|募资)(?:金?额|规模)?|共融资|共获融资|已融资总额|累计金额|累计|融资合计)",
        ),
        ("other", rf"(?:{_OTHER_WORDS})[^，。；,]{{0,10}}?"),
        ("other", r"(?:以|斥资|耗资|花费|花了|支付|豪掷|砸)"),
    )
]
# raised so far, where no round is named: 已经筹集了至少200亿美元
_SO_FAR = re.compile(r"已经?(?:总计|一共|累计|总共)?(?:筹集|募集)(?:到|了)[约近超至少过高达逾\s]*\Z")
# what was so much before is as much now: ARR从400万增长到了近5000万, 估值从43亿飙升至100亿; but not 再收到1亿
_GROWN = re.compile(
    r"(?:\s*|[^，。；,、融募筹获投]{0,12}[增涨升跃攀提翻扩窜冲跌降减缩调变][^，。；,、融募筹获投]{0,3})[到至][^，。；,、]{0,8}\Z"
)
_SHARED = re.compile(r"两轮|多轮|三轮|四轮|数轮|轮及|轮和|轮与|轮、|连续|系列")
_LAST_DIGIT = re.compile(r"\s*[（(]\s*(?:约合?|折合|合|大约|相当于|约为|等于)?(?:人民币)?\s*\Z")


def assign_roles(text: str, money: list[MoneyMention], start: int, end: int) -> list[MoneyMention]:
    """Gives each amount of the sentence `text[start:end]` its role, from the words beside it."""
    told: list[MoneyMention] = []
    for index, mention in enumerate(money):
        left = max(start, told[-1].end if told else start)
        if told and told[-1].role == "valuation" and text.startswith("估值", told[-1].end):
            left += 2  # these words told what the amount before is
        right = min(end, money[index + 1].start if index + 1 < len(money) else end)
        before, after = text[left : mention.core], text[mention.end : right]
        role = _role(before, after, text[start:end])
        gap = text[told[-1].end : mention.start] if told else ""
        if told and told[-1].role in ("other", "valuation") and _GROWN.fullmatch(gap):
            role = told[-1].role
            told[-1] = told[-1].with_role("other")
        if (
            told
            and told[-1].money.currency != mention.money.currency
            and _LAST_DIGIT.search(gap + text[mention.start : mention.core])
            and gap.strip()[:1] in ("（", "(")
        ):
            role = "conversion"
        told.append(mention.with_role(role))
    return told


def _role(before: str, after: str, sentence: str) -> str:
    clause = re.split(r"[，。；,;\n]", before)[-1]
    for role, pattern in _AFTER:
        if pattern.match(after):
            return role
    for role, pattern in _BEFORE:
        if pattern.search(clause):
            return "amount" if role == "total" and _SHARED.search(sentence) else role
    return "total" if _SO_FAR.search(clause) and "轮" not in sentence else "amount"
