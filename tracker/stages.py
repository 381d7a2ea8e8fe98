"""The two stages between crawling and alerting, each taking what is pending, so that it can crash and be run again.

extract   articles.iter_pending ─→ extractor ─→ check_extraction ─→ extractions.replace
merge     extractions.iter_unmerged ─→ events.candidates ─→ domain.filing.file_claim ─→ alerting.RuleBook.find_due
          ─→ events.apply + outbox.put, outbox.correct, in ONE transaction some claims
"""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from domain.alerting import DEFAULT_RULES, Rule, RuleBook
from domain.article import Article
from domain.claim import Claim, company_keys
from domain.currency import Rates
from domain.errors import BadExtraction, BadInput, RoundwatchError
from domain.event import Extraction, check_extraction
from domain.filing import file_claim
from domain.history import Change
from domain.plausibility import check_day, check_money
from domain.profile import Knowledge
from domain.resolution import Decision, Join, New, Unsure
from storage.rates import load_rates
from tracker.alerts.watch import apply_watched
from tracker.refiling import refile, unite

if TYPE_CHECKING:
    from storage.store import Shelves, Store

log = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]
# claims that are filed in one transaction: some, so that it pays, and few, so that others need not wait
_BATCH = 200
_TOLD: dict[type[Decision] | type[None], str] = {New: "new", Join: "joined", Unsure: "unsure", type(None): "joined"}


class Reader(Protocol):
    """What the extract stage needs of an extractor."""

    @property
    def version(self) -> str:
        """A new version makes every article pending."""

    def extract_many(self, articles: Iterable[Article]) -> Iterator[list[Extraction]]:
        """Yields the events of each article, in order."""


def extract(
    store: Store, extractor: Reader, *, limit: int | None = None, progress: Progress | None = None
) -> dict[str, int]:
    """Reads the articles that this version of the extractor has not read, and gives the counts."""
    counts = Counter(articles=0, events=0, refused=0)
    with noted_run(store, "extract", counts):
        total = store.articles.count_pending(extractor.version)
        for article_id, article in store.articles.iter_pending(extractor.version, limit):
            # one by one: an article that breaks the extractor must not take others with it
            found = _read(extractor, article, counts)
            store.extractions.replace(article_id, extractor.version, found)
            counts["articles"] += 1
            counts["events"] += len(found)
            if progress:
                progress(counts["articles"], total if limit is None else min(limit, total))
    return dict(counts)


def _read(extractor: Reader, article: Article, counts: Counter[str]) -> list[Extraction]:
    kept = []
    for found in next(iter(extractor.extract_many([article])), []):
        try:
            check_claimable(found, article)
        except BadInput as error:
            counts["refused"] += 1
            log.warning("refused: %s", error)
        else:
            kept.append(found)
    return kept


def check_claimable(extraction: Extraction, article: Article) -> None:
    """Raises BadInput where an extraction cannot be true: no witness, an absurd amount or day, an unknown currency."""
    check_extraction(extraction, article)
    # where the article comes from it may be tomorrow already
    now, tomorrow = datetime.now(UTC), timedelta(days=1)
    latest = (now + tomorrow).date()
    told_on = article.published_on or (article.fetched_at or now).date() + tomorrow
    stated = extraction.announced_on
    field = "announced_on"
    try:
        if stated:
            check_day(stated.on, min(told_on, latest))
        field = "published_on" if article.published_on else "fetched_at"
        check_day(told_on, latest)
        for field in ("amount", "valuation", "total_raised"):
            if money := getattr(extraction, field):
                check_money(money, told_on, load_rates())
    except BadInput as error:
        raise BadExtraction(article.url, f"{field}: {error}") from error


def merge(
    store: Store,
    rules: Sequence[Rule] = DEFAULT_RULES,
    now: datetime | None = None,
    *,
    limit: int | None = None,
    rates: Rates | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Files what was read under events, puts the alerts that fall due into the outbox, and gives the counts."""
    rates = rates or load_rates()
    at = now or datetime.now(UTC)
    book = RuleBook(rules)
    counts = Counter(claims=0, new=0, joined=0, unsure=0, refreshed=0, withdrawn=0, alerts=0)
    with noted_run(store, "merge", counts), _collecting_news_alone():
        total = store.extractions.count_unmerged()
        pending = store.extractions.iter_unmerged(limit)
        while claims := list(islice(pending, _BATCH)):
            _merge_batch(store, claims, book, at, rates, counts)
            if progress:
                progress(counts["claims"], total if limit is None else min(limit, total))
        _refresh_stale(store, book, at, rates, counts)
    return dict(counts)


@contextmanager
def _collecting_news_alone() -> Iterator[None]:
    """Garbage is looked for among what merging makes: going through all that the program knows takes a fifth more."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _merge_batch(
    store: Store, claims: Sequence[Claim], book: RuleBook, at: datetime, rates: Rates, counts: Counter[str]
) -> None:
    with store.transaction() as tx:
        judged = tx.judgements.any()
        known = Knowledge(tx.aliases.gazetteer(), rates)
        claims = tx.extractions.still_unmerged(claims)
        tx.events.expect(claims)
        for claim in claims:
            decision = _file(tx, claim, book, at, known, counts, judged=judged)
            counts["claims"] += 1
            counts[_TOLD[type(decision)]] += 1


def _file(
    tx: Shelves, claim: Claim, book: RuleBook, at: datetime, known: Knowledge, counts: Counter[str], *, judged: bool
) -> Decision | None:
    """Files a claim among its candidates; all of the company's anew where a person judged or a name was learnt."""
    if not (judged and _is_judged(tx, company_keys(claim.extraction, known.gazetteer))):
        near = tx.events.candidates(claim)
        change = file_claim(claim, near, now=at, known=known, is_taken=tx.events.exists)
        if change.names_known or not isinstance(change.decision, Join):
            if change.tied:
                unite(tx, change, rates=known.rates, write=_watch(book, counts))
            else:
                counts["alerts"] += apply_watched(tx, change, book)
            return change.decision
        # it ties names together that were strangers so far: what was told under either may be one event
    keys = company_keys(claim.extraction, known.gazetteer)
    plan, _ = refile(tx, keys, at=at, rates=known.rates, pending=claim, write=_watch(book, counts))
    return next((change.decision for change in plan.changes if change.claim == claim), None)


def _is_judged(tx: Shelves, keys: frozenset[str]) -> bool:
    return tx.judgements.touch(tx.blocks.close(keys))


def _watch(book: RuleBook, counts: Counter[str]) -> Callable[[Shelves, Change], None]:
    def write(tx: Shelves, change: Change) -> None:
        counts["alerts"] += apply_watched(tx, change, book)

    return write


def _refresh_stale(store: Store, book: RuleBook, at: datetime, rates: Rates, counts: Counter[str]) -> None:
    """Files companies anew whose articles were read anew, and takes events out of sight that nothing tells any more."""
    done: set[str] = set()
    for event_id in store.blocks.stale_ids():
        with store.transaction() as tx:
            keys = tx.blocks.keys_of(event_id)
            if keys <= done:
                continue
            plan, reached = refile(tx, keys, at=at, rates=rates, write=_watch(book, counts))
        done |= reached
        counts["refreshed"] += len(plan.changes)
        counts["withdrawn"] += len(plan.gone)


@contextmanager
def noted_run(store: Store, stage: str, counts: Counter[str]) -> Iterator[None]:
    """Notes the run in the store, with its counts and its error where it had one."""
    run_id = store.runs.start(stage)
    try:
        yield
    except RoundwatchError as error:
        store.runs.finish(run_id, counts, str(error))
        raise
    store.runs.finish(run_id, counts)
