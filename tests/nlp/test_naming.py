"""Which of a firm's names in a document stands for it."""

from __future__ import annotations

import pytest

from nlp.mentions import Name
from nlp.naming import find_first_names, find_whole, rank_names


def names(*texts: str) -> list[Name]:
    return [Name(text, at, at + len(text)) for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("title", "text", "kept"),
    [
        ("远帆创投", "海口远帆创业投资合伙企业", "远帆创投"),
        ("远帆创投", "海口远帆创业投资合伙企业（有限合伙）", "远帆创投"),
        ("松鹤实业", "山东松鹤实业", "松鹤实业"),
        ("国投", "合肥国投", "合肥国投"),
        ("启明创投", "北极启明创投", "北极启明创投"),
        ("上海近舟汽车科技股份有限公司", "近舟科技", "上海近舟汽车科技股份有限公司"),
        ("湖州基金", "湖州金控基金", "湖州金控基金"),
        ("远帆创投", "近舟创业投资合伙企业", "近舟创业投资合伙企业"),
        ("Saltmarsh", "Saltmarsh Partners", "Saltmarsh Partners"),
    ],
)
def test_a_firm_told_first_by_a_short_name_keeps_it(title, text, kept):
    assert find_first_names([names(title), names(text)])[text].text == kept


def test_two_names_of_one_list_are_two_firms():
    listed = names("远帆创投", "海口远帆创业投资合伙企业")
    assert find_first_names([listed])[listed[1].text] == listed[1]


@pytest.mark.parametrize(
    ("statements", "name", "whole"),
    [
        ((("Larkfield",), ("Larkfield Ventures",)), "Larkfield", "Larkfield Ventures"),
        ((("Lark",), ("Larkfield Ventures",)), "Lark", "Lark"),
        ((("天图",), ("天图投资",)), "天图", "天图投资"),
        # two firms: the one leads, the other joins
        ((("Larkfield", "Larkfield Ventures"), ("Larkfield",)), "Larkfield", "Larkfield"),
        ((("岚山", "岚山音乐"),), "岚山", "岚山"),
    ],
)
def test_a_name_cut_short_in_one_statement_is_whole_in_another(statements, name, whole):
    told = [names(*each) for each in statements]
    every = [each for told_here in told for each in told_here]
    assert find_whole(names(name)[0], every, told).text == whole


@pytest.mark.parametrize(
    ("body", "found", "ranked"),
    [
        (
            "Marrow Security adds $5M. Marrow Security tests; Marrow's aim",
            ("Marrow Security", "Marrow"),
            ["Marrow Security", "Marrow"],
        ),
        (
            "Larkfield Freight raised $5M. Larkfield ships; Larkfield's aim",
            ("Larkfield Freight", "Larkfield"),
            ["Larkfield Freight", "Larkfield"],
        ),
        ("Larkfield raised $5M. Larkfield Tweet: Larkfield", ("Larkfield", "Larkfield Tweet"), ["Larkfield"]),
        ("湖东远帆完成融资。远帆成立，远帆说", ("湖东远帆科技有限公司", "远帆"), ["远帆", "湖东远帆科技有限公司"]),
        ("公司湖东远帆完成融资。远帆说，远帆做", ("湖东远帆", "远帆"), ["远帆"]),
    ],
)
def test_the_name_that_the_text_uses_comes_first(body, found, ranked):
    assert [n.text for n in rank_names(names(*found), body)] == ranked
