"""Acts on the judgements that the API takes, as the commands under `decide` do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tracker.deciding import Judge, judge_different, judge_edit, judge_same, judge_split

if TYPE_CHECKING:
    from api.judging import Word
    from storage.store import Store
    from tracker.settings import TrackerSettings


class StoreCourt:
    """Files anew what a judgement is about, with the alerts that come of it."""

    def __init__(self, store: Store, settings: TrackerSettings) -> None:
        self._store = store
        self._settings = settings

    def judge(self, word: Word) -> tuple[Sequence[str], Mapping[str, str | None]]:
        """The events that changed, and those that are gone with where they went."""
        judge = build_judge(self._store, self._settings, word.by, word.note)
        match word.verdict:
            case "same" | "merge":
                plan = judge_same(self._store, word.event_id, word.others, judge)
            case "different":
                plan = judge_different(self._store, word.event_id, word.others[0], judge)
            case "split":
                plan = judge_split(self._store, word.event_id, word.urls, judge)
            case _:
                plan = judge_edit(self._store, word.event_id, word.field or "", word.value, judge)
        return [change.after.id for change in plan.changes], dict(plan.gone)


def build_judge(store: Store, settings: TrackerSettings, by: str, note: str | None = None) -> Judge:
    """Somebody who judges now, and whose word may make alerts due."""
    from storage.rates import load_rates
    from tracker.alerts.setup import load_setup
    from tracker.alerts.watch import apply_watched

    book = load_setup(settings, store).book
    return Judge(by, load_rates(), note, write=lambda tx, change: apply_watched(tx, change, book))
