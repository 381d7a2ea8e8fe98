"""Loans that stand beside a round's own money."""

from __future__ import annotations

import pytest

from domain.event import Kind
from nlp.reading import read_deals
from tests.nlp.marking import mark

_ENGLISH = [
    # the second sum is a loan: a deal of its own
    ("{c:Harrow} raises {a:$51M} and secures $200M debt", [("$51M", "equity", []), ("$200M", "debt", [])]),
    ("{c:Harrow} raises {a:$24M} in equity, $10M in debt", [("$24M", "equity", []), ("$10M", "debt", [])]),
    (
        "{c:Harrow} lands {a:€25m} {r:Series B} plus €40m debt facility",
        [("€25m", "equity", []), ("€40m", "debt", [])],
    ),
    (
        "{c:Harrow} raises {a:$60M} {r:Series C} and $40M in debt from {l:Halden Bank}",
        [("$60M", "equity", []), ("$40M", "debt", ["Halden Bank"])],
    ),
    (
        "{c:Harrow} closes {a:$60 million} {r:Series C}, $40 million loan from {i:Halden Bank} and {i:Ferro}\n"
        "The round was led by {l:Quill Partners}.",
        [("$60 million", "equity", ["Quill Partners"]), ("$40 million", "debt", ["Halden Bank", "Ferro"])],
    ),
    (
        "{c:Harrow} raises {a:$60 million} in equity, $60 million in debt\n"
        "{l:Quill} led the {r:Series C}, while {i:Ferro Bank} provided the credit line.",
        [("$60 million", "equity", ["Quill"]), ("$60 million", "debt", ["Ferro Bank"])],
    ),
    (
        "{c:Harrow} raises {a:$20M} along with a $15M credit line\nThe debt comes from {i:Ferro Bank}.",
        [("$20M", "equity", []), ("$15M", "debt", ["Ferro Bank"])],
    ),
    # a part of the sum, an old loan, a debt that is paid back, one sum for both
    ("{c:Harrow} raises {a:$30M}, including $10M in debt", [("$30M", "equity", [])]),
    ("{c:Harrow} secures {a:$45M}, of which $15M is venture debt", [("$45M", "equity", [])]),
    ("{c:Harrow} raises {a:$30M} three years after a $10M loan", [("$30M", "equity", [])]),
    ("{c:Harrow} raises {a:$30M} to repay $10M in debt", [("$30M", "equity", [])]),
    ("{c:Harrow} raises {a:$120 million} in debt and equity", [("$120 million", "equity", [])]),
    ("{c:Harrow} raises {a:$30M}, and plans to spend $10M on credit checks", [("$30M", "equity", [])]),
    # what the firm lends itself, owes, or is spared
    (
        "{c:Harrow} raised {a:$50 million} from {l:Halden} and has over $2 billion in loans on its books",
        [("$50 million", "equity", ["Halden"])],
    ),
    ("{c:Harrow} raises {a:$50 million} with $10 million of debt outstanding", [("$50 million", "equity", [])]),
    ("{c:Harrow} raises {a:$50 million} and a $90 million loan guarantee", [("$50 million", "equity", [])]),
    ("{c:Harrow} raises {a:$50 million} and adds $25M of debt", [("$50 million", "equity", []), ("$25M", "debt", [])]),
    # a lender that invests as well
    (
        "{c:Harrow} raises {a:$70 million} in equity from {l:Halden} and $30 million in debt from {i:Halden}",
        [("$70 million", "equity", ["Halden"]), ("$30 million", "debt", ["Halden"])],
    ),
    # a loan alone
    ("{c:Harrow} secures {a:$80M} credit facility from {l:Halden Bank}", [("$80M", "debt", ["Halden Bank"])]),
]
_CHINESE = [
    (
        "{c:远帆科技}完成{a:1亿元}{r:A轮}融资，并获得{i:招商银行}5000万元授信",
        [("1亿元", "equity", []), ("5000万元", "debt", ["招商银行"])],
    ),
    (
        "{c:远帆科技}完成{a:2亿元}{r:B轮}融资，{l:衡山资本}领投，同时取得3亿元银行贷款",
        [("2亿元", "equity", ["衡山资本"]), ("3亿元", "debt", [])],
    ),
    ("{c:远帆科技}完成{a:2亿元}{r:B轮}融资，其中5000万元为银行贷款", [("2亿元", "equity", [])]),
    ("{c:远帆科技}完成{a:2亿元}{r:B轮}融资，此前曾获3000万元银行贷款", [("2亿元", "equity", [])]),
    ("{c:远帆科技}完成{a:2亿元}{r:B轮}融资，并已为小微企业发放超100亿元贷款", [("2亿元", "equity", [])]),
    ("{c:远帆科技}完成{a:2亿元}{r:B轮}融资，同时归还2亿元贷款", [("2亿元", "equity", [])]),
    (
        "{c:远帆科技}完成{a:2亿元}{r:B轮}融资，另有{i:浦发银行}5000万元贷款额度",
        [("2亿元", "equity", []), ("5000万元", "debt", ["浦发银行"])],
    ),
]


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [*(("en", *case) for case in _ENGLISH), *(("zh", *case) for case in _CHINESE)],
)
def test_a_loan_beside_a_round_is_a_deal_of_its_own_with_its_lenders(language, text, wanted):
    doc = mark(text, language)
    body = doc.user_data["text"]
    told = [
        (
            deal.amount and body[deal.amount.start : deal.amount.end],
            (deal.kind or Kind.EQUITY).value,
            [name.text for s in deal.statements for name in s.investors],
        )
        for deal in read_deals(doc)
    ]
    assert told == wanted
