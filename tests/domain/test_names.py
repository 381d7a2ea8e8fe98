from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.names import loose_key, match_key, simplify


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Moonshot AI", "MOONSHOT-AI, Inc."),
        ("Bolt.new", "bolt new"),
        ("Physical Intelligence", "Physical Intelligence Inc"),
        ("Mistral AI SAS", "Mistral AI"),
        ("Helsing GmbH", "helsing"),
        ("Société Générale", "Societe Generale"),
        ("ＡＢＣ科技", "abc科技"),
        ("北京智谱华章科技股份有限公司", "北京智谱华章科技"),
        ("月之暗面", "「月之暗面」"),
        ("銀河通用", "银河通用"),
        ("未來智能", "未来智能"),
        ("Black Forest Labs (BFL)", "Black Forest Labs"),
        ("Johnson & Johnson", "Johnson and Johnson"),
        ("OpenAI Group PBC, Ltd.", "OpenAI Group PBC"),
    ],
)
def test_spelling_does_not_matter(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Scale AI", "Scale"),
        ("Inc", "Company"),
        ("Figure", "Figma"),
        ("云迹科技", "云从科技"),
        ("World Labs", "World"),
        ("Sakana SA", "Sakana"),
    ],
)
def test_what_may_be_another_company_keeps_another_key(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("Moonshot AI", "moonshot"),
        ("Thinking Machines Lab", "thinkingmachines"),
        ("Figure AI Inc.", "figure"),
        ("月之暗面科技有限公司", "月之暗面"),
        ("北京银河通用机器人", "银河通用"),
        ("深圳市优必选科技股份有限公司", "优必选"),
        ("红杉资本", "红杉"),
    ],
)
def test_the_loose_key_leaves_off_what_companies_leave_off(long: str, short: str) -> None:
    assert loose_key(long) == short


@pytest.mark.parametrize("name", ["AI", "Labs", "科技", "智能", "北京", "集团", "公司"])
def test_a_name_made_of_such_words_alone_stays(name: str) -> None:
    assert match_key(name)
    assert loose_key(name)


@given(st.text(min_size=1, max_size=40).filter(lambda name: any(map(str.isalnum, name))))
def test_a_key_is_never_empty_and_padding_does_not_matter(name: str) -> None:
    assert match_key(name)
    assert loose_key(name)
    assert match_key(f"  {name}\t") == match_key(name)


@given(st.text(alphabet="abcdefghij klmnop", min_size=1, max_size=20).filter(str.strip))
def test_latin_names_fold_their_case_and_spacing(name: str) -> None:
    assert match_key(name.upper()) == match_key(name) == match_key(name.replace(" ", "  "))


def test_traditional_characters_are_simplified() -> None:
    assert simplify("優必選機器人，OpenAI") == "优必选机器人，OpenAI"
