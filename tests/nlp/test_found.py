"""How the marks of the trained part become names."""

from __future__ import annotations

import pytest

from nlp.found import get_found, tidy
from tests.nlp.marking import mark


def tidied(text: str, language: str = "zh") -> list[tuple[str, str]]:
    """The names left of the marks, each with what it is held for."""
    doc = mark(text, language)
    return [(f.name.text, f.label) for f in tidy(get_found(doc), doc.user_data["text"])]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("由{l:远帆创业投资}（海口{l:）有限公司}领投", ["远帆创业投资（海口）有限公司"]),
        (
            "投资方为{i:衡山创业投资合伙企业}（有限合伙）、{i:白鹭资本}",
            ["衡山创业投资合伙企业（有限合伙）", "白鹭资本"],
        ),
        ("{i:白鹭资本}（持续加码）、{i:衡山资本}跟投", ["白鹭资本", "衡山资本"]),
    ],
)
def test_a_bracket_that_belongs_to_a_firm_stays_in_its_name(text, wanted):
    assert [name for name, _ in tidied(text)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("由{l:东海科技创业基金}（{l:东科创}）领投", ["东海科技创业基金"]),
        ("led by {l:Saltmarsh Partners} ({l:SMP}) and {i:Dovecote}", ["Saltmarsh Partners", "Dovecote"]),
        ("由{l:岚山资本}{l:Mistfell Capital}领投", ["岚山资本"]),
        ("由{l:岚山资本}、{l:衡山资本}领投", ["岚山资本", "衡山资本"]),
        ("led by {l:Beecham Sea Capital} (岚山{i:资本}) and {l:Dovecote}", ["Beecham Sea Capital", "Dovecote"]),
        ("{c:Harrow Drive} (青禾{l:智行}) raised a round led by {l:Dovecote}", ["Harrow Drive", "Dovecote"]),
    ],
)
def test_of_an_investor_with_two_names_the_first_is_kept(text, wanted):
    assert [name for name, _ in tidied(text, "zh" if "由" in text else "en")] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("由{l:岚山资本}旗下专注消费的{l:岚山成长基金}投资", ["岚山成长基金"]),
        ("由{l:北辰集团}全资子公司{l:辰光投资}领投", ["辰光投资"]),
        ("led by {l:Ada Orr}’s {l:Dovecote Capital}", ["Dovecote Capital"]),
        ("led by {l:Jim Banks}' {l:Dovecote Capital} and {i:Saltmarsh}", ["Dovecote Capital", "Saltmarsh"]),
        ("由{l:岚山资本}领投，旗下有多只基金，{i:白鹭资本}跟投", ["岚山资本", "白鹭资本"]),
        ("from {i:Dovecote}’s venture fund {i:S12} and {i:Saltmarsh}", ["S12", "Saltmarsh"]),
        ("from {i:Dovecote}’s venture unit, {i:Dovecote Ventures}", ["Dovecote Ventures"]),
        ("from {i:Ada Orr}’s family office, {i:Orr House}, and others", ["Orr House"]),
        ("from {i:SaltG}, {i:Dovecote}’s independent growth fund", ["SaltG"]),
        ("from {i:Dovecote}, {i:Saltmarsh}’s biggest rival", ["Dovecote", "Saltmarsh"]),
        ("from {i:Dovecote}’s home town and {i:Saltmarsh}", ["Dovecote", "Saltmarsh"]),
    ],
)
def test_of_a_group_or_a_person_and_its_fund_the_fund_invests(text, wanted):
    assert [name for name, _ in tidied(text, "en" if text.isascii() or "’" in text else "zh")] == wanted


def test_a_firm_between_two_investors_of_a_list_is_one_too():
    found = tidied("{i:白鹭资本}、{o:北辰集团}、{i:衡山资本}跟投，与{o:云帆物流}合作")
    assert found == [
        ("白鹭资本", "investor"),
        ("北辰集团", "investor"),
        ("衡山资本", "investor"),
        ("云帆物流", "other_org"),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{c:远帆}({c:海口)科技有限公司}完成融资", ["远帆(海口)科技有限公司"]),
        ("“{c:Quillo} {c:好物工坊}”完成融资", ["Quillo 好物工坊"]),
        ("“{c:Quillo} 超级{c:工坊}”完成融资", ["Quillo 超级工坊"]),
        ("“{c:远帆}”和“{c:近舟}”完成融资", ["远帆", "近舟"]),
        ("“{c:远帆}、{c:近舟}”完成融资", ["远帆", "近舟"]),
    ],
)
def test_a_company_cut_apart_by_its_bracket_or_within_its_quotes_has_one_name(text, wanted):
    assert tidied(text) == [(name, "company") for name in wanted]


@pytest.mark.parametrize(
    "text",
    [
        "由{l:某美元基金}领投",
        "{i:多家机构}跟投",
        "投资方均为{i:国资背景基金}",
        "由{l:行}领投",
        "由{l:老股东}追投",
        "{c:100}完成融资",
    ],
)
def test_what_names_nobody_is_no_name(text):
    assert tidied(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "{c:Harrow} alums raise $24M to sell maps",
        "{c:Harrow}’s former security leads raise $13M",
        "Deep_{c:Harrow5} raises doubts",
    ],
)
def test_the_firm_that_founders_left_does_not_raise_their_money(text):
    assert tidied(text, "en") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("德国物流集团{c:Hansewerk}完成融资", "Hansewerk"),
        ("{c:德国物流集团Hansewerk}完成融资", "Hansewerk"),
        ("{c:3. 拓森智能}完成融资", "拓森智能"),
    ],
)
def test_a_name_goes_without_its_origin_and_the_number_of_its_line(text, wanted):
    assert tidied(text) == [(wanted, "company")]


@pytest.mark.parametrize(
    "text", ["{c:Harrow} helps engineers get answers, raises $5M", "{c:Harrow} founders raise $5M to map reefs"]
)
def test_a_firm_whose_own_people_are_spoken_of_stays(text):
    assert tidied(text, "en") == [("Harrow", "company")]


def test_an_investor_told_in_brackets_beside_another_is_no_second_name():
    assert [name for name, _ in tidied("led by {l:Dovecote} (with {i:Saltmarsh})", "en")] == ["Dovecote", "Saltmarsh"]


def test_a_domain_and_a_government_are_named_whole():
    text = "{c:Quillbase}.dev raised money from the {l:Veyland} government"
    assert [name for name, _ in tidied(text, "en")] == ["Quillbase.dev", "Veyland government"]


def test_a_company_that_is_nowhere_likely_gives_way_to_a_plain_one():
    assert tidied("{c:拓森智能}完成融资，对手有{c4:听岚科技}") == [("拓森智能", "company")]
    assert tidied("{c6:拓森智能}完成融资，对手有{c4:听岚科技}") == [("拓森智能", "company"), ("听岚科技", "company")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("由{i:深圳汉景}投资中心投资", ["深圳汉景投资中心"]),
        ("由{i:海口远帆}创业投资合伙企业（有限合伙）投资", ["海口远帆创业投资合伙企业（有限合伙）"]),
        ("由一支{i:岚山资本管理}的基金投资", ["岚山资本"]),
        ("由{i:岚山资产管理}投资", ["岚山资产管理"]),
        ("由{i:岚山资产管理}的基金投资", ["岚山资产管理"]),
        ("由{i:远帆创投}投资中心城市扩张项目", ["远帆创投"]),
        ("由{i:岚山资本}投资", ["岚山资本"]),
    ],
)
def test_a_registered_name_is_whole_and_a_verb_behind_a_name_is_left_out(text, wanted):
    assert [name for name, _ in tidied(text)] == wanted


@pytest.mark.parametrize(
    "text",
    ["私募股权投资", "文化旅游产业", "電訊商", "国内半导体龙头", "30XX17　　证券", "消费投资机构"],
)
def test_words_for_a_kind_of_firm_name_nobody(text):
    assert tidied(f"由{{i:{text}}}领投") == []


@pytest.mark.parametrize(
    "text",
    [
        "红杉资本",
        "新加坡电信集团",
        "德国物流集团",
        "国投创业",
        "创新工场",
        "中国银行",
        "深圳资本",
        "产业资本联盟",
        "华平投资",
        "云锋基金",
        "美的集团",
    ],
)
def test_a_name_made_of_more_than_words_for_a_trade_stays(text):
    assert [name for name, _ in tidied(f"由{{i:{text}}}领投")] == [text]


def test_a_word_for_a_trade_may_name_a_company():
    assert tidied("{c:消费机器人}完成3亿元融资") == [("消费机器人", "company")]
    assert tidied("{c:Quillo  Robotics} raises $5 million", "en") == [("Quillo  Robotics", "company")]


@pytest.mark.parametrize(
    ("text", "raising"),
    [
        ("{l:Dovecote} invests {a:$100 million} in {c:Harrow} rival {o:Tindra}", ["Tindra"]),
        ("{l:Dovecote} backs {c:Harrow}’s spinout {o:Tindra}", ["Tindra"]),
        ("{c:Harrow} raises {a:$50 million} to take on rival {o:Tindra}", ["Harrow"]),
        ("{o:Harrow} rival {c:Tindra} raises {a:$50 million}", ["Tindra"]),
    ],
)
def test_of_a_firm_and_its_rival_named_together_the_rival_raises(text, raising):
    assert [name for name, label in tidied(text, "en") if label == "company"] == raising
