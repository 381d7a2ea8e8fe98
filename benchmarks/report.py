"""How fast a year of weekly reports is made: 52 weeks of 200 events, in every form."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from api.reports.build import Request
from api.reports.formats import FORMATS
from api.reports.make import prepare_report
from benchmarks.bench_files import print_beside_frozen
from domain.article import Article
from domain.event import Extraction, Kind, Status
from domain.gazetteer import load_gazetteer
from domain.money import Money, Precision
from domain.period import period_of
from domain.week import Week
from storage.store import Store, open_store
from tracker.stages import merge

_YEAR, _WEEKS, _EVENTS = 2025, 52, 200
_ROUNDS = ("seed", "pre-a", "series-a", "series-b", "series-c", None)
_KINDS = (Kind.EQUITY,) * 8 + (Kind.DEBT, Kind.GRANT)
_TYPES = ("AI硬件", "机器人", "企业智能体", "AI制药", "智能客服", "具身智能")
_SYLLABLES = "云山海星月光明远天地新智启元澜图青鸟微本真知合众立方深度原力"


def fill_store(store: Store, weeks: int, events: int) -> None:
    """Files that many rounds a week, half of them told in Chinese, by the real road."""
    random = Random(7)
    names = iter_names(random)
    backers = [f"{a}{b}资本" for a in _SYLLABLES[:8] for b in _SYLLABLES[8:16]]
    load_gazetteer()
    for week in list(Week(_YEAR, 1).until(Week(_YEAR, weeks))):
        for number in range(events):
            _tell(store, next(names), week.monday + timedelta(days=number % 7), random, backers)
        merge(store, now=datetime.combine(week.sunday, datetime.min.time(), UTC))


def iter_names(random: Random) -> Iterator[str]:
    """Yields company names, each once."""
    seen: set[str] = set()
    while True:
        name = "".join(random.sample(_SYLLABLES, 4)) + random.choice(("科技", "智能", "机器人", " Labs"))
        if name not in seen:
            seen.add(name)
            yield name


def _tell(store: Store, name: str, day: date, random: Random, backers: list[str]) -> None:
    investors = tuple(random.sample(backers, random.randrange(1, 5)))
    amount = random.randrange(1, 3000) * 100_000
    told = Extraction(
        company=(name,),
        kind=random.choice(_KINDS),
        status=Status.RUMOURED if random.random() < 0.08 else Status.ANNOUNCED,
        round=random.choice(_ROUNDS),
        amount=Money(amount, amount, random.choice(("USD", "CNY")), Precision.EXACT) if random.random() < 0.8 else None,
        lead_investors=investors[:1],
        investors=investors,
        application_type=random.choice(_TYPES),
        language="zh",
    )
    article = Article(
        f"https://news.example/{name}", f"{name}完成融资", f"{name}宣布完成融资。", "zh", day, source_id="bench"
    )
    article_id, _ = store.articles.add(article)
    store.extractions.replace(article_id, "1", [told])


def measure(store: Store, weeks: int) -> dict[str, float]:
    """Seconds in all for the reports of the year, by form; "facts" is what all forms share."""
    spent: dict[str, float] = defaultdict(float)
    for number in range(1, weeks + 1):
        request = Request(period_of(Week(_YEAR, number)), "zh" if number % 2 else "en")
        begin = time.perf_counter()
        report, house = prepare_report(store, request)
        spent["facts"] += time.perf_counter() - begin
        for name, form in FORMATS.items():
            begin = time.perf_counter()
            form.render(report, house)
            spent[name] += time.perf_counter() - begin
    return dict(spent)


def main(arguments: list[str]) -> int:
    """Prints the figures; `--weeks=4 --events=200` for a smaller year, `--freeze` keeps them."""
    options = dict(argument.lstrip("-").split("=", 1) for argument in arguments if "=" in argument)
    weeks, events = int(options.get("weeks", _WEEKS)), int(options.get("events", _EVENTS))
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder) / 'year.sqlite'}") as store:
        fill_store(store, weeks, events)
        print(f"{store.events.count()} events in {weeks} weeks", file=sys.stderr)
        begin = time.process_time()
        spent = measure(store, weeks)
        cpu = time.process_time() - begin
    figures = {f"{name}, seconds for {weeks} weeks": seconds for name, seconds in spent.items()}
    figures[f"every form, seconds for {weeks} weeks"] = sum(spent.values())
    figures[f"every form, CPU seconds for {weeks} weeks"] = cpu
    print_beside_frozen("report", figures, arguments)
    return 0
