"""How marks become deals."""

from __future__ import annotations

import pytest

from domain.article import Article
from domain.event import Kind
from nlp.frames import build_extractions
from nlp.lang import load_reader
from nlp.reading import read_deals
from tests.nlp.marking import mark


def deals(text: str, language: str = "zh") -> list[tuple[str, list[str], str | None, list[str], list[str]]]:
    """Of each deal the company, the rounds, the amount as written, who leads and who else joins."""
    doc = mark(text, language)
    body = doc.user_data["text"]
    told = []
    for deal in read_deals(doc):
        amount = deal.amount and body[deal.amount.start : deal.amount.end]
        leads = [name.text for s in deal.statements for name in s.leads]
        others = [name.text for s in deal.statements for name in s.investors if name.text not in leads]
        rounds = [mention.round or "" for mention in deal.rounds]
        told.append((deal.names[0].text, rounds, amount, leads, others))
    return told


def test_each_of_two_rounds_in_one_sentence_has_its_own_money_and_investors():
    assert deals(
        "{c:拓森智能}完成{a:500万元}{r:天使轮}融资，由{l:白鹭资本}投资，以及{a:3000万元}{r:A轮}融资，由{l:衡山资本}领投。"
    ) == [
        ("拓森智能", ["angel"], "500万元", ["白鹭资本"], []),
        ("拓森智能", ["series-a"], "3000万元", ["衡山资本"], []),
    ]


def test_two_rounds_that_share_their_money_and_investors_are_told_together():
    [(company, rounds, amount, leads, _)] = deals(
        "{c:拓森智能}连续完成{r:天使轮}和{r:A轮}融资，共{a:3000万元}，由{l:衡山资本}领投。"
    )
    assert (company, sorted(rounds), amount, leads) == ("拓森智能", ["angel", "series-a"], "3000万元", ["衡山资本"])


def test_who_leads_a_round_leads_it_though_the_trained_part_read_a_plain_investor():
    [(*_, leads, others)] = deals("{c:拓森智能}完成{r:A轮}融资，由{i:衡山资本}领投，{i:白鹭资本}跟投。")
    assert (leads, others) == (["衡山资本"], ["白鹭资本"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{c:拓森智能}（英文名称{c:Tosen}）完成{r:A轮}融资。", "拓森智能"),
        ("杭州{c:拓森智能科技有限公司}（以下简称“{c:拓森}”）完成{r:A轮}融资。", "拓森智能科技有限公司"),
    ],
)
def test_two_names_of_one_company_are_one_deal(text, wanted):
    assert [company for company, *_ in deals(text)] == [wanted]


def test_a_brand_and_the_firm_that_owns_it_are_one_deal_and_two_firms_of_one_round_are_two():
    told = "{c:好物工坊}完成{r:B轮}融资\n{c:远帆餐饮}完成{r:B轮}融资，由{l:白鹭资本}投资。"
    brand = ("好物工坊", ["series-b"], None, ["白鹭资本"], [])
    assert deals(told + "远帆餐饮旗下“好物工坊”已有百店。") == [brand]
    assert [company for company, *_ in deals("两家品牌获投\n" + told)] == ["好物工坊", "远帆餐饮"]
    assert len(deals("两家品牌获投\n" + told + "远帆餐饮是好物工坊的竞争对手。")) == 2


def test_backers_of_the_past_do_not_join_the_round():
    [(*_, leads, others)] = deals(
        "{c:拓森智能}完成{r:B轮}融资，由{l:衡山资本}领投。\n此前，{c:拓森智能}曾获得{i:白鹭资本}等机构投资。"
    )
    assert (leads, others) == (["衡山资本"], [])


def test_each_company_of_a_sentence_gets_the_money_named_after_it():
    found = deals("{c:Bramblewood} raised {a:$12 million} and {c:Oakhollow} {a:$5 million}.", "en")
    assert [(company, amount) for company, _, amount, _, _ in found] == [
        ("Bramblewood", "$12 million"),
        ("Oakhollow", "$5 million"),
    ]


def test_the_partners_of_a_venture_do_not_raise_its_money():
    found = deals(
        "{c:Northlight} venture gets {a:$4 billion}\n{c:Northlight}, a joint venture of Halden and Ferro, will receive "
        "{a:$4 billion} from {i:Halden} and {i:Ferro}. {c:Halden} will invest {a:$3 billion}.",
        "en",
    )
    assert [(company, amount) for company, _, amount, *_ in found] == [("Northlight", "$4 billion")]


def test_another_company_needs_to_be_told_as_plainly_as_that_of_the_title():
    found = deals(
        "{c:Bramblewood} raises {a:$12M}\n{c:Bramblewood} raised {a:$12 million}. Its rival {c5:Oakhollow} is older.",
        "en",
    )
    assert [company for company, *_ in found] == ["Bramblewood"]


def test_a_later_round_of_the_same_company_told_with_its_year_is_history():
    found = deals(
        "{c:拓森智能}完成{a:3000万元}{r:B轮}融资。\n2021年，{c:拓森智能}完成{a:500万元}{r:A轮}融资，由{l:白鹭资本}领投。"
    )
    assert [(company, rounds) for company, rounds, *_ in found] == [("拓森智能", ["series-b"])]


def test_what_the_title_denies_is_no_deal():
    assert deals("{c:拓森智能}否认融资传闻\n此前有消息称{c:拓森智能}将完成{a:3亿元}融资。") == []


def test_a_round_up_tells_a_deal_a_line():
    text = "\n".join(
        ["本周融资"]
        + [
            f"{{c:{name}}}完成{{a:{n}000万元}}{{r:A轮}}融资"
            for n, name in enumerate(["拓森", "听岚", "云帆", "白鹿"], 1)
        ]
    )
    assert [(company, amount) for company, _, amount, _, _ in deals(text)] == [
        ("拓森", "1000万元"),
        ("听岚", "2000万元"),
        ("云帆", "3000万元"),
        ("白鹿", "4000万元"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{c:Quillo} weighs employee share sale at {v:$8 billion} valuation", False),
        ("{l:Saltmarsh} leads {a:$90M} tender offer for {c:Quillo}", False),
        ("{l:Saltmarsh} cuts {c:Quillo}'s valuation to {v:$2 billion}", False),
        ("{l:Saltmarsh}'s {a:$9 billion} investment in {c:Quillo} raises concerns", False),
        ("{c:Dana Whitcombe} raises {a:$355M} for new fund", False),
        ("{c:Quillo} raises {a:$9M} for fund management software", True),
        ("{c:Quillo} raises {a:$90M} {r:Series C} beside a tender offer", True),
        ("{c:Quillo} raises {a:$90M} to cut costs", True),
        ("{c:Quillo} raises {a:$90M} to cut costs at {v:$1 billion} valuation", True),
        ("{c:Quillo} raises fresh funding amid concerns", True),
        ("{c:Quillo} raises {a:$5M} for its climate fund platform", True),
        ("Digest: {o:Tindra} weighs tender offer, {c:Quillo} raises {a:$30M}", True),
        ("Digest: secondary sale at Tindra\n{c:Quillo} raised {a:$30 million} led by {l:Dovecote}.", True),
    ],
)
def test_shares_that_change_hands_are_no_round(text, told):
    assert bool(deals(text, "en")) is told


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("{c:Quillo} takes its {r:Series B} to {a:€61 million}\n{c:Quillo} raised {a:€19 million}.", "€19 million"),
        ("{c:Quillo} raised {a:€19 million}, lifting the {r:round} to {a:€61 million}.", "€19 million"),
        ("{c:Quillo} raised money. The round now stands at {a:€61 million}. It got {a:€19 million}.", "€19 million"),
        ("{c:Quillo} brings its new robots to {a:€61 million} round", "€61 million"),
        ("{c:Quillo} closes {r:Series B} at {a:€61 million}", "€61 million"),
        ("{c:Quillo}'s {r:seed} round totals {a:€8 million}", "€8 million"),
    ],
)
def test_what_a_round_comes_to_is_not_what_comes_in_now(text, amount):
    assert [found for _, _, found, _, _ in deals(text, "en")] == [amount]


@pytest.mark.parametrize(
    ("text", "leads", "others"),
    [
        (
            "{c:Quillo} raised {a:$90 million}. {l:Halden} led the deal with {a:$20 million} of its own.",
            ["Halden"],
            [],
        ),
        ("{c:Quillo} raised {a:$90 million}. {i:Halden} put in {a:$20 million}.", [], ["Halden"]),
        # a round of its own, and money beyond that of the round
        ("{c:Quillo} raised {a:$90 million}. {l:Halden} led a {r:Series A} of {a:$20 million}.", [], []),
        ("{c:Quillo} raised {a:$90 million}. {l:Halden} put {a:$200 million} into it.", [], []),
    ],
)
def test_what_an_investor_puts_in_is_a_part_of_the_round(text, leads, others):
    (_, _, amount, found, joined), *_ = deals(text, "en")
    assert (amount, found, joined) == ("$90 million", leads, others)


def test_a_price_is_no_round():
    assert deals("{c:Quillo} is a cargo bike for {a:$4,000} at a value of {v:$5,000}.", "en") == []
    [(company, _, amount, *_)] = deals("{c:Quillo} raised {a:$40,000} and sells bikes for {a:$400}.", "en")
    assert (company, amount) == ("Quillo", "$40,000")


def test_what_ended_before_a_round_does_not_deny_it():
    assert deals("{c:拓森智能}终止对赌后完成新一轮{a:3亿元}融资") != []


def test_the_sum_goes_to_the_company_that_it_is_put_into():
    [(company, _, amount, leads, _)] = deals("{c:Harrow} is putting a further {a:$1 billion} into {c:Quillo}.", "en")
    assert (company, amount, leads) == ("Quillo", "$1 billion", ["Harrow"])


@pytest.mark.parametrize("text", ["{c:拓森智能}启动老股转让，估值{v:80亿元}", "{c:拓森智能}员工拟出售{a:3亿元}股份"])
def test_shares_that_change_hands_are_no_round_in_chinese_either(text):
    assert deals(text) == []


@pytest.mark.parametrize(
    ("text", "language", "leads"),
    [
        (
            "{c:拓森智能}完成{r:B轮}融资，{l:白鹭资本}成为新股东\n{c:拓森智能}完成{r:B轮}融资，由{l:衡山资本}领投。",
            "zh",
            ["衡山资本"],
        ),
        ("{c:拓森智能}完成{r:B轮}融资，由{l:衡山资本}领投，{l:白鹭资本}战略投资。", "zh", ["衡山资本"]),
        ("{c:拓森智能}完成{r:B轮}融资，由{l:衡山资本}，{l:白鹭资本}联合领投。", "zh", ["衡山资本", "白鹭资本"]),
        ("{l:Dovecote} backs {c:Quillo}\n{c:Quillo} raised {a:$9 million}. {l:Saltmarsh} led.", "en", ["Saltmarsh"]),
        ("{l:Dovecote} invests {a:$9 million} in {c:Quillo}", "en", ["Dovecote"]),
        # who stands in a list without a lead does not lead by being named alone elsewhere
        (
            "{l:白鹭资本}投资{c:拓森智能}\n{c:拓森智能}完成{r:B轮}融资，{i:白鹭资本}、{i:衡山资本}参与投资。",
            "zh",
            [],
        ),
        (
            "{l:白鹭资本}投资{c:拓森智能}\n{c:拓森智能}完成{r:B轮}融资，老股东{i:衡山资本}、{i:云帆资本}参与投资。",
            "zh",
            ["白鹭资本"],
        ),
    ],
)
def test_who_is_said_to_lead_leads_alone(text, language, leads):
    doc, reader = mark(text, language), load_reader(language)
    title, _, rest = doc.user_data["text"].partition("\n")
    body = (title, rest) if rest else ("", title)
    article = Article("https://news.example/a", *body, language)
    if not rest:
        doc = mark("\n" + text, language)
    assert reader is not None
    [event] = build_extractions(article, read_deals(doc), language, reader.find_application)
    assert list(event.lead_investors) == leads


def test_a_grant_beside_a_round_is_a_deal_of_its_own_and_its_giver_no_investor():
    doc = mark(
        "{c:Quillo} has raised {a:$9 million} in a {r:Series A} round led by {l:Saltmarsh}. "
        "Besides, the {l:Northern Innovation Fund} has awarded it a grant of $2 million.",
        "en",
    )
    found = [
        (deal.kind, deal.amount and deal.amount.money.value, [n.text for s in deal.statements for n in s.leads])
        for deal in read_deals(doc)
    ]
    assert found == [(None, 9e6, ["Saltmarsh"]), (Kind.GRANT, 2e6, ["Northern Innovation Fund"])]


def test_each_round_of_a_firm_names_it_though_another_sentence_does():
    doc = mark("{c:Quillo}{r:种子轮}？不，{r:A轮}：{a:2400万美元}，{l:衡山资本}独投")
    reader = load_reader("zh")
    assert reader is not None
    events = build_extractions(Article("a", "", doc.text, "zh"), read_deals(doc), "zh", reader.find_application)
    assert {event.company for event in events} == {("Quillo",)}


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (
            "在完成{a:10亿元}{r:A轮}融资仅一个月后，{c:拓森智能}再次获得{a:3亿元}融资，由{l:衡山资本}领投。",
            "zh",
            [("拓森智能", [], "3亿元", ["衡山资本"], [])],
        ),
        (
            "在{i:白鹭资本}投资{a:2亿元}之后，最新消息称{c:拓森智能}正以更高估值进行{a:5亿元}的新一轮融资。",
            "zh",
            [("拓森智能", [], "5亿元", [], [])],
        ),
        # here the round is the news, and its value follows from it
        (
            "在完成{a:5亿元}{r:A轮}融资后，{c:拓森智能}计划明年扩建工厂。",
            "zh",
            [("拓森智能", ["series-a"], "5亿元", [], [])],
        ),
        (
            "Months after closing a {a:$50 million} {r:Series B}, {c:Bramblewood} has raised {a:$200 million}.",
            "en",
            [("Bramblewood", [], "$200 million", [], [])],
        ),
        (
            "Months after its launch, {c:Bramblewood} has raised {a:$200 million}.",
            "en",
            [("Bramblewood", [], "$200 million", [], [])],
        ),
    ],
)
def test_a_round_that_the_news_only_starts_from_is_not_told_again(text, language, wanted):
    assert deals(text, language) == wanted


@pytest.mark.parametrize(
    ("text", "leads", "others"),
    [
        (
            "{c:拓森智能}完成{r:B轮}融资，由老股东{l:衡山资本}和新股东{i:白鹭资本}、{i:岚山创投}共同领投，{i:远帆基金}跟投。",
            ["衡山资本", "白鹭资本", "岚山创投"],
            ["远帆基金"],
        ),
        (
            "{c:拓森智能}完成{r:B轮}融资，由{l:亚马逊}、{o:英伟达}和{o:软银}领投。",
            ["亚马逊", "英伟达", "软银"],
            [],
        ),
        # a partner that no list of leads names stays one
        ("{c:拓森智能}完成{r:B轮}融资，由{l:衡山资本}领投。公司与{o:英伟达}合作。", ["衡山资本"], []),
    ],
)
def test_all_of_a_list_that_leads_lead(text, leads, others):
    [(*_, found, joined)] = deals(text)
    assert (found, joined) == (leads, others)


@pytest.mark.parametrize(
    ("text", "leads", "others"),
    [
        (
            "{c:Quillo} raised {a:$9 million}. It was led by {l:Halden} and the Dutch impact investor {i:Ferro}.",
            ["Halden", "Ferro"],
            [],
        ),
        ("{c:Quillo} raised {a:$9 million}. It was led by {o:Halden} and {i:Ferro}.", ["Halden", "Ferro"], []),
        ("{c:Quillo} raised {a:$9 million}, led by {l:Halden}; {i:Ferro} joined.", ["Halden"], ["Ferro"]),
        ("{c:Quillo} raised {a:$9 million}, led by {l:Halden}, with {i:Ferro}.", ["Halden"], ["Ferro"]),
        ("{c:Quillo} raised {a:$9 million}, led by {l:Halden}. {o:Ferro} is a customer.", ["Halden"], []),
        # one name with "and" in it, and two names
        (
            "{c:Quillo} raised {a:$9 million} led by the {l:Northern Transformation} and {i:Upgrade Fund}.",
            ["Northern Transformation and Upgrade Fund"],
            [],
        ),
        (
            "{c:Quillo} raised {a:$9 million} led by {l:Halden Capital} and {i:Ferro Fund}.",
            ["Halden Capital", "Ferro Fund"],
            [],
        ),
        # none of a list leads without a word for it
        (
            "{c:Quillo} raised {a:$9 million} from {l:Halden} and two growers, {i:Ada Orr} and {i:Ira Fenn}.",
            [],
            ["Halden", "Ada Orr", "Ira Fenn"],
        ),
        ("{l:Halden} and {l:Ferro} back {c:Quillo} with {a:$9 million}.", [], ["Halden", "Ferro"]),
        ("{l:Halden} backs {c:Quillo} with {a:$9 million}, {i:Ferro} joining.", ["Halden"], ["Ferro"]),
        ("{c:Quillo} raised {a:$9 million} from {l:Halden}, which led, and {i:Ferro}.", ["Halden"], ["Ferro"]),
        ("{c:Quillo} raised {a:$9 million}, with {l:Halden} and {l:Ferro} leading.", ["Halden", "Ferro"], []),
        # an earlier round's backer
        (
            "{c:Quillo} raised {a:$9 million} from {l:Halden}. "
            "{c:Quillo} earlier got $1 million under the {l:Ferro Scheme}.",
            ["Halden"],
            [],
        ),
    ],
)
def test_all_of_an_english_list_that_leads_lead(text, leads, others):
    [(*_, found, joined)] = deals(text, "en")
    assert (found, joined) == (leads, others)


def test_a_round_on_the_eve_of_a_listing_is_a_round():
    reader = load_reader("zh")
    assert reader
    statements = reader.read_statements("拓森智能在上市前夕完成12亿元融资。")
    assert [(s.company[0].text, s.background) for s in statements] == [("拓森智能", False)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "{c:Dovecote} led this week's {a:$230 million} round of {c:Tindra}.",
            [("Tindra", [], "$230 million", ["Dovecote"], [])],
        ),
        (
            "{c:Dovecote} led this week's {a:$230 million} round of {o:Tindra}.",
            [("Tindra", [], "$230 million", ["Dovecote"], [])],
        ),
        ("{c:Tindra}, led by Ada Orr, raised {a:$230 million}.", [("Tindra", [], "$230 million", [], [])]),
    ],
)
def test_who_led_a_round_did_not_raise_it(text, wanted):
    assert deals(text, "en") == wanted


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        # the year of the paragraph, or a word that leads back to it
        (
            "拓森智能关停始末\n{c:拓森智能}火过。2020年它搬进新楼，两个月后{l:衡山资本}投了{a:200万元}的{r:种子轮}。",
            "zh",
            False,
        ),
        (
            "拓森智能关停始末\n矛盾始于2020年。那年{c:拓森智能}完成{a:7亿元}的{r:C轮}融资，{l:衡山资本}领投。",
            "zh",
            False,
        ),
        (
            "The kettle that failed\nTwo years on, {l:Halden} led a {a:$7 million} {r:Series A} in {c:Quillo}.",
            "en",
            False,
        ),
        (
            "A kettle\n{c:Quillo}, which two years ago was small, has just raised {a:$7 million} from {l:Halden}.",
            "en",
            True,
        ),
        ("A kettle\n{c:Quillo}, which doubled last year, got {a:$7 million} in funding led by {l:Halden}.", "en", True),
        ("一家做水壶的公司\n2020年它搬进新楼。{c:拓森智能}完成{a:7亿元}的{r:C轮}融资，{l:衡山资本}领投。", "zh", True),
        ("一家做水壶的公司\n去年亏损，现在{c:拓森智能}完成{a:7亿元}的{r:C轮}融资，{l:衡山资本}领投。", "zh", True),
        # what brings it up to date, another paragraph, when the firm was founded, a title that speaks of money
        (
            "一家做水壶的公司\n2020年它搬进新楼。不久前，{c:拓森智能}完成{a:7亿元}的{r:C轮}融资，{l:衡山资本}领投。",
            "zh",
            True,
        ),
        (
            "一家做水壶的公司\n2020年它搬进新楼。\n{c:拓森智能}完成{a:7亿元}的{r:C轮}融资，{l:衡山资本}领投。",
            "zh",
            True,
        ),
        ("一家做水壶的公司\n{c:拓森智能}成立于2020年。它完成{a:7亿元}的{r:C轮}融资，{l:衡山资本}领投。", "zh", True),
        (
            "拓森智能完成C轮融资\n2020年它搬进新楼。它完成{a:7亿元}的{r:C轮}融资，{c:拓森智能}由{l:衡山资本}领投。",
            "zh",
            True,
        ),
        (
            "A kettle\nA customer since 2022, {l:Halden} led a {a:$7 million} {r:Series A} in {c:Quillo} today.",
            "en",
            True,
        ),
        (
            "A kettle\nA bank buys it since 2022. {l:Halden} led a {a:$7 million} {r:Series A} in {c:Quillo}.",
            "en",
            True,
        ),
    ],
)
def test_a_round_of_years_ago_in_news_about_something_else_is_history(text, language, told):
    assert bool(read_deals(mark(text, language))) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{l:衡山资本}向{c:拓森}追加{a:9亿美元}光模块订单", False),
        ("{l:丰田}拟投资140亿美元建{c:拓森}电池厂，{a:9亿元}到位", False),
        ("{c:拓森}递表，拟募{a:9亿元}", False),
        ("{c:拓森}递表前夕获{l:衡山资本}{a:5亿元}投资", True),
        ("{c:拓森}获亿元订单后再获{l:衡山资本}{a:5亿元}投资", True),
        ("曾被罚款的{c:拓森}获{a:2亿元}投资", True),
        ("{l:衡山资本}投资{a:5亿元}建{c:邦制药}", True),
    ],
)
def test_orders_plants_offerings_and_fines_are_no_rounds_unless_one_is_told_beside(text, told):
    assert bool(read_deals(mark(text))) == told
