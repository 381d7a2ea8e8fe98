from __future__ import annotations

from collections import Counter

import pytest

from api.reports.house import load_house
from domain.topics import find_topic, load_topics, read_topics

HEADLINES = {
    "listings": [
        "Quartzway files for an IPO in New York",
        "Lidar maker Peregrine Optics goes public at $14 a share",
        "燧石智能递表港交所，冲刺“智能体第一股”",
        "星禾机器人科创板上市首日收涨三成",
    ],
    "acquisitions": [
        "Harbourline acquires search start-up Tidepool",
        "Quillgate agrees to takeover by Merrow Group",
        "传大厂拟收购语音公司鸣蝉",
        "两家标注公司宣布合并",
    ],
    "funding": [
        "Quaymont closes a $400M fund for deep tech",
        "Loomfield raises $30 million in Series B",
        "北岸资本三期基金完成募集",
        "衡流科技完成数千万元A轮融资",
    ],
    "policy": [
        "Brussels opens antitrust probe into cloud bundles",
        "Export rules for chips are drawn tighter",
        "Authors sue over books in training data",
        "网信办就生成式人工智能标识办法征求意见",
        "法院判决：AI 绘图可受版权保护",
    ],
    "chips": [
        "TSMC's new foundry in Dresden starts tooling",
        "Norway plans a gigawatt of data centers for AI",
        "国产GPU出货量翻倍，昇腾占一半",
        "内蒙古建成十万卡智算中心",
    ],
    "robots": [
        "Humanoids fold laundry at a hotel in Osaka",
        "Robotaxis start in three more cities",
        "具身智能公司晒出灵巧手",
        "深圳放行夜间无人驾驶",
    ],
    "models": [
        "A small open-weight model beats larger ones at code",
        "DeepSeek explains how it trains",
        "新的推理模型开源",
        "通义千问更新，上下文长到百万",
    ],
    "research": [
        "Benchmark of medical questions fools every system, study finds",
        "University scientists measure hallucinations",
        "中科院团队论文给出可解释的新路径",
    ],
    "people": [
        "Chief scientist of Vellum steps down",
        "Perilune lays off a tenth of its workforce",
        "首席科学家离职，加盟创业公司",
        "大厂抢人：应届生年薪百万",
    ],
    "products": [
        "Kestrel launches an assistant for accountants",
        "Hands-on with the glasses that whisper",
        "蓝溪推出会议助手，今日公测",
        "这款AI玩具怎么样？三天实测",
    ],
    "business": [
        "Merrow's quarterly revenue doubles",
        "Cloud provider cuts its forecast for the year",
        "云雀三季度净利大增",
        "潮汐科技与北方电网签约",
    ],
    None: [
        "What a week",
        "Three things we noticed in Lisbon",
        "周末闲聊",
        "",
    ],
}
TABLE = [(headline, topic) for topic, headlines in HEADLINES.items() for headline in headlines]


@pytest.mark.parametrize(("headline", "topic"), TABLE)
def test_a_headline_tells_the_topic(headline: str, topic: str | None) -> None:
    assert find_topic(headline, "") == topic


@pytest.mark.parametrize(
    ("title", "text", "topic"),
    [
        ("The quiet of Tuesday", "A wafer plant and its foundry rest. The chips can wait.", "chips"),
        ("The quiet of Tuesday", "One robot was seen.", None),
        ("The quiet of Tuesday", "x " * 400 + "robots, humanoids, robotaxis", None),
        # the headline outweighs what comes after it
        ("Vellum acquires a rival", "Its chips and its model are no part of this.", "acquisitions"),
        # what is said of whoever is listed already is no listing
        ("上市公司云雀的客户", "", "business"),
        ("商业模式之争", "", None),
        ("Robots robots robots", "", "robots"),
    ],
)
def test_the_headline_counts_most_and_the_beginning_some(title: str, text: str, topic: str | None) -> None:
    assert find_topic(title, text) == topic


def test_no_word_tells_two_topics_and_each_topic_has_both_languages_and_a_label() -> None:
    told = read_topics()
    words = {(word.casefold(), name) for name, by in told.items() for spelt in by.values() for word in spelt}
    assert [word for word, count in Counter(word for word, _ in words).items() if count > 1] == []
    assert all(set(by) == {"en", "zh"} and all(by.values()) for by in told.values())
    for language in ("en", "zh"):
        phrases = load_house().phrases(language)
        assert all(phrases.get(f"topics.{name}", "") for name in (*load_topics().names, "other"))
