from __future__ import annotations

import tomllib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sectors import find_sector


def read(name):
    return tomllib.loads((resources.files("domain") / "data" / name).read_text("utf-8"))


@pytest.mark.parametrize(
    ("description", "sector"),
    [
        ("AI drug-discovery", "drug-discovery"),
        ("voice-agent platform for call centers", "voice"),
        ("driverless trucks", "autonomous-driving"),
        ("compliance for banks", "finance"),
        ("legal assistant built on large language models", "legal"),
        ("large language models", "foundation-models"),
        ("Humanoid Robots", "embodied-ai"),
        ("AI工业质检", "industrial"),
        ("家庭服务机器人", "robotics"),
        ("具身智能机器人", "embodied-ai"),
        ("语音客服智能体", "voice"),
        ("企业智能体", "enterprise-agents"),
        ("AI chip设计", "ai-chips"),
        # no word, only part of one
        ("embanked, urban spacecrafty codex", None),
        ("model testing", None),
        ("", None),
    ],
)
def test_what_a_company_does_tells_its_sector(description, sector):
    assert find_sector([description]) == sector


def test_descriptions_in_two_languages_are_read_together():
    assert find_sector(["AI platform", "大模型"]) == find_sector(["大模型", "AI platform"]) == "foundation-models"
    assert find_sector([]) is None


def test_words_tell_only_sectors_of_the_closed_list_and_each_word_one():
    words = read("sector_words.toml")
    assert set(words) == set(read("sectors.toml")) - {"other"}
    told = [word for found in words.values() for word in found]
    assert len(told) == len(set(told))


@pytest.mark.parametrize("key", read("sector_words.toml"))
def test_each_word_tells_its_own_sector_unless_it_holds_one_of_an_earlier(key):
    words = read("sector_words.toml")
    order = list(words)
    for word in words[key]:
        assert order.index(find_sector([word])) <= order.index(key)


@given(st.text())
def test_any_text_has_a_sector_of_the_list_or_none(text):
    assert find_sector([text]) in {None, *read("sector_words.toml")}
