"""A set of rounds told in Chinese and in English, sixty of them, and of namesakes.

The companies and their names in both languages are those of the shipped files; the deals are made up by a fixed seed.
Nothing says which company it is but its name, and the two languages give amounts in their own currencies, rounded.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import combinations
from random import Random

from domain.claim import Claim
from domain.gazetteer import load_gazetteer
from domain.ledger import file_in_order
from storage.rates import load_rates
from tests.domain.factories import claim, deal, money

ROUNDS = ("seed", "series-a", "series-b", "series-c", None)
BACKERS = (
    ("Sequoia China", "红杉中国"),
    ("Tencent", "腾讯"),
    ("Alibaba", "阿里巴巴"),
    ("Matrix", "经纬"),
    ("GV", "GV"),
)
NAMESAKES = (
    *("Atlas", "Loop", "Nova", "Pillar", "Slash", "Shade", "Manifest", "Harbor"),
    *("Beacon", "Summit", "Vertex", "Orbit", "Prism", "Relay", "Signal", "Anchor"),
)


def build_pair(random: Random, english: str, chinese: str, day: date) -> list[Claim]:
    """One round in two languages, a few days apart, each report with what such reports leave out."""
    millions = random.choice([12, 30, 45, 80, 150, 320, 700])
    name, (en, zh) = random.choice(ROUNDS), random.choice(BACKERS)
    yuan = money(round(millions * 7.2, -1) * 1e6, currency="CNY", precision="approx")
    in_english = {"amount": money(millions * 1e6), "round": name, "leads": [en]}
    in_chinese = {"amount": random.choice([yuan, money(millions * 1e6)]), "round": name, "leads": [zh]}
    for told in (in_english, in_chinese):
        told.pop(random.choice(list(told)))
    later = day + timedelta(days=random.randrange(4))
    return [
        claim(deal(english, **in_english, language="en"), day),
        claim(deal(chinese, **in_chinese, language="zh"), later, language="zh"),
    ]


def build_namesakes(random: Random, name: str, day: date) -> list[list[Claim]]:
    """Two companies of one name in one month, each told twice."""
    groups = []
    for round_, millions, backer in (("seed", 6, "Quaymont"), ("series-b", 90, "Harrowgate")):
        told = {"round": round_, "amount": money(millions * 1e6 * random.choice([1, 1.5])), "leads": [backer]}
        again = dict(told)
        again.pop(random.choice(["round", "leads"]))
        start = day + timedelta(days=random.randrange(20))
        groups.append([claim(deal(name, **told), start), claim(deal(name, **again), start + timedelta(days=1))])
    return groups


def build_rounds() -> list[list[Claim]]:
    """Claims by the round they tell."""
    random = Random(3)
    both = [c for c in load_gazetteer().companies if c.names.get("zh") and c.names["zh"] != c.name]
    days = (date(2025, 1, 6) + timedelta(days=random.randrange(300)) for _ in range(200))
    rounds = [build_pair(random, c.names.get("en", c.name), c.names["zh"], next(days)) for c in random.sample(both, 60)]
    return rounds + [group for name in NAMESAKES for group in build_namesakes(random, name, next(days))]


def score(filed: dict[int, str], gold: dict[int, int]) -> tuple[float, float]:
    """F1 over pairs, and B-cubed F1."""
    pairs = [(gold[a] == gold[b], filed[a] == filed[b]) for a, b in combinations(sorted(gold), 2)]
    both, wanted, found = (sum(map(test, pairs)) for test in (all, lambda p: p[0], lambda p: p[1]))
    mine, true = Counter(filed.values()), Counter(gold.values())
    joint = Counter((filed[k], gold[k]) for k in gold)
    precision = sum(joint[filed[k], gold[k]] / mine[filed[k]] for k in gold) / len(gold)
    recall = sum(joint[filed[k], gold[k]] / true[gold[k]] for k in gold) / len(gold)
    return 2 * both / (wanted + found), 2 * precision * recall / (precision + recall)


def test_rounds_told_in_two_languages_and_namesakes_are_told_apart() -> None:
    rounds = build_rounds()
    gold = {told.extraction_id: number for number, group in enumerate(rounds) for told in group}
    events = file_in_order([told for group in rounds for told in group], rates=load_rates())
    filed = {filing.claim.extraction_id: event.event.id for event in events for filing in event.filings}
    pairs, b_cubed = score(filed, gold)
    assert len(rounds) >= 60
    assert pairs >= 0.88
    assert b_cubed >= 0.95
