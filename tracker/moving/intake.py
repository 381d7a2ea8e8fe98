"""Takes a file into the store, some items a transaction; what was kept before stays as it is.

file ─→ items.open_items ─→ articles, with what was read in them │ claims of known rounds │ judgements ─→ store
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from domain.judgement import Judgement
from storage.articles import GIVEN
from storage.sources import SourceRecord
from tracker.deciding import Judge, settle
from tracker.moving.articles import MovedArticle, keep_article
from tracker.moving.items import Item, open_items
from tracker.moving.layout import Layout
from tracker.moving.rounds import KnownRound, trim_state
from tracker.stages import noted_run

if TYPE_CHECKING:
    from storage.store import Shelves, Store

_TOGETHER = 100


def take_in(store: Store, path: str, layout: Layout, judge: Judge, report: Callable[[str], None]) -> dict[str, int]:
    """Keeps what a file holds (`-` is standard input), and gives the counts; bad items are reported and left out."""
    counts = Counter(articles=0, rounds=0, judgements=0, known=0, refused=0)

    def refuse(text: str) -> None:
        counts["refused"] += 1
        report(text)

    with noted_run(store, "import", counts), open_items(path, layout, refuse) as items:
        keeper = _Keeper(store, layout, judge)
        while some := list(islice(items, _TOGETHER)):
            with store.transaction() as tx:
                counts.update([keeper.keep(tx, item) for item in some])
    return dict(counts)


class _Keeper:
    """Keeps items, knowing what the store had of them before."""

    def __init__(self, store: Store, layout: Layout, judge: Judge) -> None:
        self._judge = judge
        self._sources = {record.id for record in store.sources.list()}
        self._judgements = [judgement.as_dict() for judgement in store.judgements.list()]
        self._facts = [SourceRecord(layout.source, layout.name or layout.source, trust=layout.trust)]
        self._states: dict[str, list[int]] = defaultdict(list)
        for url, article_id in store.articles.ids_of_source(layout.source).items():
            self._states[trim_state(url)].append(article_id)

    def keep(self, tx: Shelves, item: Item) -> str:
        """Keeps an item, and says as what it counts."""
        match item:
            case KnownRound():
                name, is_new = "rounds", self._keep_round(tx, item)
            case Judgement():
                name, is_new = "judgements", self._keep_judgement(tx, item)
            case MovedArticle():
                name, is_new = "articles", self._keep_article(tx, item)
        return name if is_new else "known"

    def _keep_article(self, tx: Shelves, moved: MovedArticle) -> bool:
        if moved.source is not None and moved.source.id not in self._sources:
            tx.sources.sync([moved.source])
            self._sources.add(moved.source.id)
        return keep_article(tx, moved)

    def _keep_round(self, tx: Shelves, told: KnownRound) -> bool:
        """Keeps the claim of a row, in place of what an earlier state of the row claimed."""
        tx.sources.sync(self._facts)
        self._facts.clear()
        article_id, is_new = tx.articles.add(told.article)
        tx.extractions.replace(article_id, GIVEN, [told.extraction])
        if told.row is not None:
            for earlier in self._states[told.row]:
                if earlier != article_id:
                    tx.extractions.replace(earlier, GIVEN, [])
            self._states[told.row] = [article_id]
        return is_new

    def _keep_judgement(self, tx: Shelves, judgement: Judgement) -> bool:
        """Keeps a judgement, and files anew what it is about where that is filed already."""
        if judgement.as_dict() in self._judgements:
            return False
        settle(tx, judgement, self._judge)
        self._judgements.append(judgement.as_dict())
        return True
