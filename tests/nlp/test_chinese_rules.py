"""What the rules for Chinese read out of lines, sums and lists, and what is made of marks where they say more."""

from __future__ import annotations

import pytest

from nlp.found import get_found, tidy
from nlp.lang.zh.document import blank_headings, iter_sentences, read_statements
from nlp.lang.zh.roles import assign_roles
from nlp.mentions import MoneyMention
from nlp.reading import read_deals
from nlp.tokens import split_name
from nlp.values import find_values
from tests.nlp.marking import mark


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("核心事件：拓森智能完成A轮融资", "拓森智能完成A轮融资"),
        ("事件: 拓森智能融资600万美元", "拓森智能融资600万美元"),
        ("2. 衡山资本领投拓森智能", "衡山资本领投拓森智能"),
        ("标题\n核心提示：传拓森智能融资", "标题\n传拓森智能融资"),
        ("2.5亿元融资到账", "2.5亿元融资到账"),
        ("事件相机公司拓森智能融资", "事件相机公司拓森智能融资"),
        ("拓森智能：完成A轮融资", "拓森智能：完成A轮融资"),
    ],
)
def test_what_heads_a_line_is_blanked_and_nothing_moves(body, left):
    blanked = blank_headings(body)
    assert len(blanked) == len(body)
    assert "\n".join(line.strip() for line in blanked.split("\n")) == left


def test_headlines_numbered_within_a_line_are_sentences_of_their_own():
    body = "延伸阅读：1.拓森智能的三个阶段2.衡山资本领投5000万美金，青禾想做打印机"
    assert [body[s:e] for s, e in iter_sentences(body)] == [
        "延伸阅读：1.拓森智能的三个阶段",
        "2.衡山资本领投5000万美金，青禾想做打印机",
    ]
    assert len(list(iter_sentences("拓森2.0版本发布，估值3.5亿元"))) == 1


@pytest.mark.parametrize(
    ("sentence", "roles"),
    [
        ("拓森智能总融资金额在5000万美金级别", ["total"]),
        ("拓森智能融资总额超过5亿元", ["total"]),
        ("拓森智能和青禾制造的总融资金额都超过了一亿美金", ["total"]),
        ("拓森智能C轮融资总额超7亿美金", ["amount"]),
        ("拓森智能本轮融资总额达3亿元", ["amount"]),
        ("拓森智能已经筹集了至少200亿美元", ["total"]),
        ("拓森智能完成A轮融资，已经筹集到5000万美元", ["amount"]),
        ("ARR从4月份的400万美金直接增长到了现在的近5000万美金", ["other", "other"]),
        ("营收从1亿元增长到3亿元，拓森智能完成2亿元B轮融资", ["other", "other", "amount"]),
        ("拓森智能估值从43亿美元飙升至100亿美元", ["other", "valuation"]),
        ("估值20亿元的拓森智能再收到1亿元", ["valuation", "amount"]),
        ("拓森智能以10亿元估值融到3亿元", ["valuation", "amount"]),
        ("内测期间合计成交额逾2600万元", ["other"]),
    ],
)
def test_a_sum_is_what_the_words_beside_it_say(sentence, roles):
    money = [value for value in find_values(sentence, "zh") if isinstance(value, MoneyMention)]
    assert [m.role for m in assign_roles(sentence, money, 0, len(sentence))] == roles


def test_a_line_in_columns_names_its_company_first():
    [statement] = read_statements("\n· 扶摇低空｜天使+轮｜未披露｜投资方：成都创业投资引导基金（领投）、白鹭资本")
    assert [name.text for name in statement.company] == ["扶摇低空"]


def test_what_a_company_has_done_is_no_part_of_its_name():
    [statement] = read_statements("\n前衡山员工创业的拓森实验室实现国内量产，获近亿元融资。")
    assert [name.text for name in statement.company] == ["拓森实验室"]


def names(text: str) -> list[tuple[str, str]]:
    """The names left of the marks, each with what it is held for."""
    doc = mark(text)
    return [(f.name.text, f.label) for f in tidy(get_found(doc), doc.user_data["text"])]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("由{l:凯岳消费}共创基金投资。", ["凯岳消费共创基金"]),
        ("投资方为{l:帕拉金}股权。", ["帕拉金股权"]),
        ("由{l:上海集团旗下}投资平台{l:尚岳资本}领投", ["上海集团旗下", "尚岳资本"]),
        ("由{l:岚山}和白鹭资本领投", ["岚山"]),
        ("由{l:成都}、{l:深圳}两地国资背景基金领投", []),
        ("领投方是{l:德国物流集团}{l:Harrow}。", ["Harrow"]),
        ("领投方是{l:新加坡电信集团}。", ["新加坡电信集团"]),
    ],
)
def test_a_fund_is_named_whole_and_a_place_is_none(text, wanted):
    assert [name for name, _ in names(text)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("传出{l:岚山}要领投，今天由{l:岚山}旗下的{l:岚山成长基金}领投", ["岚山成长基金"]),
        ("{c:拓森智能}获{l:岚山}投资。由{l:岚山}旗下{l:白鹭基金}独家投资", ["拓森智能", "白鹭基金"]),
        ("由{l:岚山}领投，{i:岚山}旗下{i:白鹭基金}跟投", ["岚山", "白鹭基金"]),
        ("由{l:岚山}及{l:岚山}旗下{l:白鹭基金}领投", ["岚山", "白鹭基金"]),
        ("由{l:岚山}旗下{l:白鹭基金}和{l:岚山}领投", ["白鹭基金", "岚山"]),
    ],
)
def test_a_group_whose_fund_invests_is_a_party_only_in_a_part_of_its_own(text, wanted):
    assert [name for name, _ in names(text)] == wanted


def test_whose_subsidiary_raises_raises_nothing():
    assert names("{c:拓森精工}：关于控股子公司引入战略投资者的公告") == []
    assert names("{c:拓森精工}关于引入战略投资者的公告") == [("拓森精工", "company")]


def test_a_company_that_the_rules_read_too_is_kept_beside_a_surer_one():
    found = names("{c:拓森智能}完成{r:A轮}融资，{c4:青禾制造}完成{a:2亿元}{r:B轮}融资。")
    assert [name for name, label in found if label == "company"] == ["拓森智能", "青禾制造"]


def deals(text: str) -> list[tuple[str, str | None, list[str]]]:
    """Of each deal the company, the amount as written and who invests."""
    doc = mark(text)
    body = doc.user_data["text"]
    return [
        (
            deal.names[0].text,
            deal.amount and body[deal.amount.start : deal.amount.end],
            [name.text for s in deal.statements for name in s.investors],
        )
        for deal in read_deals(doc)
    ]


def test_a_round_that_is_said_to_be_raised_stands_without_a_sum():
    text = "一周要闻\n{c:拓森智能}即将完成{r:新一轮}融资，{c:青禾制造}完成{r:新一轮}{a:数亿元}融资，又涨价了。"
    assert [(company, amount) for company, amount, _ in deals(text)] == [("拓森智能", None), ("青禾制造", "数亿元")]


@pytest.mark.parametrize(
    "text",
    [
        "行业观察\n今年已有{c:拓森智能}等企业获得了{r:新一轮}融资，门槛更高。",
        "行业观察\n面世至今，{c:拓森智能}完成了{r:两轮}融资，随之而来的是变革。",
        "裁员风波\n公司发了声明。{c:拓森智能}尚未完成{r:新一轮}融资。",
    ],
)
def test_rounds_of_many_or_of_years_are_not_said_to_be_raised(text):
    assert deals(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "{c:拓森智能}获{l:岚山资本}投资\n2020年11月，{c:拓森智能}完成{a:亿元}{r:A轮}融资，由{l:白鹭资本}领投。",
            [("拓森智能", None, ["岚山资本"])],
        ),
        (
            "2021年3月5日，{c:拓森智能}完成{r:B轮}融资。据悉，2021年3月5日{c:拓森智能}获得{l:岚山资本}领投，共{a:2亿元}。",
            [("拓森智能", "2亿元", ["岚山资本"])],
        ),
        (
            "{c:拓森智能}完成{r:B轮}融资\n2021年3月，{c:青禾制造}完成{a:1亿元}{r:A轮}融资，由{l:白鹭资本}领投。",
            [("拓森智能", None, []), ("青禾制造", "1亿元", ["白鹭资本"])],
        ),
        # when the firm was founded, or what the money is to bring, dates no round
        (
            "{c:拓森智能}获{r:B轮}融资\n成立于2019年3月的{c:拓森智能}宣布完成{a:2亿元}融资，由{l:岚山资本}领投。",
            [("拓森智能", "2亿元", ["岚山资本"])],
        ),
        (
            "{c:拓森智能}完成{r:B轮}融资\n融资金额{a:2亿元}，将用于2027年6月投产的工厂。",
            [("拓森智能", "2亿元", [])],
        ),
        # a day may be that of the news, unless another round or other backers are told
        (
            "{c:拓森智能}获{l:岚山资本}投资\n2026年11月25日，公司完成{a:2亿元}{r:B轮}融资的交割。",
            [("拓森智能", "2亿元", ["岚山资本"])],
        ),
        (
            "{c:拓森智能}获{a:2亿元}融资\n2026年11月，{c:拓森智能}完成{a:2亿元}{r:B轮}融资，由{l:岚山资本}领投。",
            [("拓森智能", "2亿元", ["岚山资本"])],
        ),
        (
            "{c:拓森智能}完成{r:B轮}融资\n2026年11月，{c:拓森智能}完成{a:2亿元}{r:B轮}融资。",
            [("拓森智能", "2亿元", [])],
        ),
        (
            "{c:拓森智能}完成{r:B轮}融资，{l:岚山资本}领投\n2024年5月20日，公司完成由{l:白鹭资本}领投的{r:A轮}融资。",
            [("拓森智能", None, ["岚山资本"])],
        ),
    ],
)
def test_an_old_round_of_the_same_company_told_with_its_month_is_left_out(text, wanted):
    assert deals(text) == wanted


def test_a_month_of_rounds_before_does_not_date_the_news():
    doc = mark(
        "{c:拓森智能}完成{a:6亿元}{r:C+轮}融资\n实际上，在获得{a:6亿元}{r:C+轮}融资之前，{c:拓森智能}已经完成了多轮融资，"
        "包括：2012年5月拿到天使投资。"
    )
    [deal] = read_deals(doc)
    told = [doc.user_data["text"][s.start : s.end] for s in deal.statements if not s.background]
    assert told
    assert not any("2012年" in text for text in told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("拓森智能发布新品\n2020年，公司{c:拓森智能}完成{a:1亿元}{r:A轮}融资，由{l:岚山资本}领投。", False),
        ("拓森智能发布新品\n{c:拓森智能}创办于上海，2020年完成{a:1亿元}{r:A轮}融资。", False),
        ("拓森智能收购青禾\n另悉，{c:拓森智能}在去年10月底完成{r:B轮}融资。", False),
        ("行业成风口\n2026 年初，{c:拓森智能}获得{a:10亿美元}融资，聚焦研发。", False),
        ("拓森智能获投\n2021年3月5日，{c:拓森智能}完成{a:1亿元}{r:A轮}融资，由{l:岚山资本}领投。", True),
        ("{c:拓森智能}完成{a:1亿元}融资\n2021年完成的这轮由{l:岚山资本}领投。", True),
        ("专访：慢就是快\n成立于2019年的{c:拓森智能}宣布完成{a:1亿元}{r:A轮}融资。", True),
        ("专访：慢就是快\n这家2021年成立的公司{c:拓森智能}宣布完成{a:1亿元}{r:A轮}融资。", True),
        ("拓森智能发布新品\n2021年起做机器人的{c:拓森智能}近日完成{a:1亿元}{r:A轮}融资。", True),
    ],
)
def test_a_round_of_an_earlier_year_below_another_news_is_history(text, told):
    assert bool(deals(text)) is told


def test_two_rounds_each_told_with_its_sum_stay_two_though_a_sentence_names_both():
    text = (
        "{c:拓森智能}连融两轮：{r:种子轮}{a:300万元}，{r:天使轮}{a:2000万元}\n"
        "公司{c:拓森智能}先后完成{r:种子轮}与{r:天使轮}融资。{r:天使轮}{a:2000万元}由{l:岚山资本}领投。"
    )
    assert [(company, amount) for company, amount, _ in deals(text)] == [
        ("拓森智能", "300万元"),
        ("拓森智能", "2000万元"),
    ]


def test_what_else_an_investor_holds_is_no_party_of_the_round():
    text = (
        "{c:拓森智能}完成{r:C轮}融资，由{l:岚山资本}领投。资料显示，{i:岚山资本}投资了{i:青禾制造}、{i:白鹭打印}等。"
        "本轮由{l:岚山资本}领投。"
    )
    [(_, _, investors)] = deals(text)
    assert set(investors) == {"岚山资本"}
    [(_, _, investors)] = deals("{c:拓森智能}完成{r:C轮}融资\n{i:岚山资本}、{i:白鹭资本}投资了本轮。")
    assert investors == ["岚山资本", "白鹭资本"]


def test_letters_before_a_share_are_a_word():
    assert split_name("Harrow49%") == ["Harrow", "49", "%"]
    assert split_name("C3") == ["C3"]


def test_the_only_backer_named_among_others_does_not_lead():
    doc = mark("{c:拓森智能}正在与{l:岚山资本}以及其他投资人谈判再融至少{a:至少20亿元}的资金。")
    [deal] = read_deals(doc)
    assert [([n.text for n in s.leads], [n.text for n in s.investors]) for s in deal.statements] == [([], ["岚山资本"])]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026年Q1全球AI融资突破3000亿美元\n{c:拓森智能}获得{a:1220亿美元}融资，头部效应明显。", False),
        ("融资晚报：三季度AI融资突破千亿\n今日，{c:拓森智能}获得{a:3亿美元}融资。", True),
        ("2026年Q3净利翻倍，拓森投资超10亿元\n{c:拓森智能}获得{a:3亿美元}融资。", True),
        ("9月融资周报：六笔交易\n{c:拓森智能}获得{a:3亿美元}融资。", True),
        ("{c:拓森智能}创上半年融资纪录，获投超3亿美元\n{c:拓森智能}获得{a:3亿美元}融资。", True),
    ],
)
def test_a_title_that_sums_up_a_time_makes_rounds_below_it_examples(text, told):
    assert bool(deals(text)) is told
