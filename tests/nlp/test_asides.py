"""What a document tells in passing is no deal."""

from __future__ import annotations

import pytest

from nlp.lang.en.rounds import find_rounds
from nlp.reading import read_deals
from tests.nlp.marking import mark


def companies(text: str, language: str = "en") -> list[str]:
    """The first name of each deal."""
    return [deal.names[0].text for deal in read_deals(mark(text, language))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # a word of a line that another company begins
        ("Three rounds\n2. {c:Quillo}, {a:$9 million}. {c:Fluidics} on a chip. {r:Series B}.", ["Quillo"]),
        (
            "Founders at one table\n{c:Quillo} raised {a:$9 million}. The third, {c:Tindra}, is talked about. "
            "The city puts {a:$14 million} into a school.",
            ["Quillo"],
        ),
        # named at the head of a line, or by a sentence of its own, it is what comes next
        ("Rounds\n1. {c:Quillo}, undisclosed. {a:$9 million} from {l:Halden}.", ["Quillo"]),
        (
            "Rounds\n{c:Quillo} raised {a:$9 million}. The second is ring maker {c:Tindra}. {r:Series A}.",
            ["Quillo", "Tindra"],
        ),
        ("Rounds\nGood robots, says {c:Quillo}. {c:Quillo} has {a:$9 million} from {l:Halden}.", ["Quillo"]),
        # what a rival got in another month stands beside the title's news
        (
            "{c:Quillo} raises {a:$9 million}\n{c:Quillo} raised it today. {c:Tindra} raised {a:$75 million} in May.",
            ["Quillo"],
        ),
        (
            "{c:Quillo} raises {a:$9 million}\n{c:Quillo} raised it today. {c:Tindra} raised {a:$75 million} in May 5.",
            ["Quillo", "Tindra"],
        ),
        (
            "{c:Quillo} raises {a:$9 million}\nAlso today, {c:Tindra} raised {a:$75 million} for May Street.",
            ["Quillo", "Tindra"],
        ),
        ("Two rounds\n{c:Quillo} raised {a:$9 million} in May and {c:Tindra} {a:$75 million}.", ["Quillo", "Tindra"]),
        # corrections and links
        ("Digest\n{c:Quillo} raised {a:$9 million}.\nCorrection: {c:Tindra}'s {r:seed} had another lead.", ["Quillo"]),
        ("Digest\n{c:Quillo} raised {a:$9 million}.\nRelated: {c:Tindra} spent its {a:$44M} {r:Series A}.", ["Quillo"]),
        ("Related Robotics raises {a:$9 million}: {c:Related Robotics} of Leeds", ["Related Robotics"]),
        # what stands in quotes
        ("A plea\n“{c:Quillo} raises {a:$12M} to reinvent X,” it said. {c:Quillo} sells ink.", ["Quillo"]),
        ("“{c:Quillo} raises {a:$12M} to build inks”, says its chief", ["Quillo"]),
        ("News\n“{c:Quillo} raised {a:$12M} and we are thrilled”, says its chief", ["Quillo"]),
        ("A column\nI can write it in my sleep. “{c:Quillo} raises {a:$12M} to reinvent X.” None of it is so.", []),
        ('A column\nThe release: "{c:Quillo} lands {a:$12M} from {l:Halden}." I made it up.', []),
        (
            "{c:Quillo} raises {a:$12M}\n“{c:Quillo} raises {a:$12M} to build inks.” So ran the headline it wanted.",
            ["Quillo"],
        ),
        ("News\n“{c:Quillo} has {a:$12M}.” Its chief smiles.", ["Quillo"]),
        ("News\nThe ink “{c:Quillo}” got a maker: it raises {a:$12M} under “Project X”.", ["Quillo"]),
        ('News\nIts chief said: "{c:Quillo} gets {a:$9 million} from {l:Halden} to build inks."', ["Quillo"]),
        ('News\nIn a post titled "{c:Quillo} closes {a:$9 million} {r:Series B} led by {l:Halden}".', ["Quillo"]),
        ('News\n"{c:Quillo} gets {a:$9 million} from {l:Halden} to build", according to a statement.', ["Quillo"]),
        ("{c:Quillo}'s day\nIts blog says it plainly: “{c:Quillo} raises {a:$14M} led by {l:Halden}.”", ["Quillo"]),
        ('On releases\n"{c:Quillo} raises {a:$12M} {r:Series B}" tells a reader nothing.', []),
        # the next sentence tells its round, or no other firm is named in a text without a title
        (
            "Rounds\n{c:Quillo} raised {a:$9 million}. Take {c:Tindra}, of Leeds. It raised {a:$12M}.",
            ["Quillo", "Tindra"],
        ),
        ("Backers put in {a:$9 million} in a {r:Series A}. Now, {c:Quillo} employs sixty.", ["Quillo"]),
        ("News\n“{c:Quillo}” raised {a:$12M} from “{l:Halden}”.", ["Quillo"]),
    ],
)
def test_what_is_told_in_passing_is_no_deal(text, wanted):
    assert companies(text) == wanted


def test_what_a_chinese_quote_says_of_a_round_is_news():
    text = "他们做对了什么\n“{c:拓森智能}已完成{a:2亿元}{r:B轮}融资，由{l:衡山资本}领投，”创始人说。"
    assert companies(text, "zh") == ["拓森智能"]


def test_whom_a_chinese_sentence_introduces_the_next_one_tells_of():
    text = "两笔融资\n{c:拓森智能}完成{a:3亿元}融资。第二笔是戒指品牌{c:听岚科技}。{r:A轮}融资，由{l:衡山资本}领投。"
    assert companies(text, "zh") == ["拓森智能", "听岚科技"]


@pytest.mark.parametrize(
    ("text", "rounds"),
    [
        ("took a $6 million bridge from its shareholders", ["bridge"]),
        ("paid $6 million bridge tolls", []),
        ("spent $6 million bridging the gap", []),
        ("a bridge round to last until a “proper” Series B", ["bridge"]),
        ("Quillo closes its Series A before its Series B", ["series-a"]),
        ("Quillo raised money ahead of a Series C", []),
        ("Quillo is to raise money towards its Series C", ["series-c"]),
        ("Investors came before the Series B closed", ["series-b"]),
        ("Quillo raised before: a Series A", ["series-a"]),
    ],
)
def test_a_round_to_come_is_not_the_one_told(text, rounds):
    assert [mention.round for mention in find_rounds(text)] == rounds


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("看看各家的钱袋子：{o:远帆}已经筹集200亿美元；{o:拓森}100亿美元；{c:白鹭}{a:120亿美元左右}。", []),
        ("看账本：{c:远帆}已经筹集了{a:200亿美元}；{o:拓森}100亿美元。", []),
        ("{c:远帆}完成{a:5亿元}融资，累计融资10亿元；{c:拓森}获{a:2亿元}投资。", ["远帆", "拓森"]),
        ("新闻\n“{c:远帆}完成{a:5亿元}{r:C轮}融资”，该公司尚未回应。", ["远帆"]),
        ("周记\n很多人转发了《{c:远帆}完成{a:5亿元}{r:C轮}融资》这篇稿子。", []),
    ],
)
def test_totals_in_a_comparison_and_titles_of_articles_are_no_deals(text, wanted):
    assert companies(text, "zh") == wanted
