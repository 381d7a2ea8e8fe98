from __future__ import annotations

from storage.sources import SourceState
from tests.domain.days import NOW


def test_a_run_is_kept_with_its_counts(store) -> None:
    first, second = store.runs.start("extract"), store.runs.start("merge")
    store.runs.finish(first, {"articles": 3})
    store.runs.finish(second, {}, "gone wrong")
    latest = store.runs.latest()
    assert [(run.stage, run.counts, run.error) for run in latest] == [
        ("merge", {}, "gone wrong"),
        ("extract", {"articles": 3}, None),
    ]
    assert latest[0].finished_at >= latest[0].started_at


def test_a_run_that_was_killed_has_no_end(store) -> None:
    store.runs.start("merge")
    assert store.runs.latest(1)[0].finished_at is None


def test_the_state_of_a_source_is_kept_by_address(store) -> None:
    assert store.sources.state("harbour") == SourceState("harbour")
    state = SourceState("harbour", "https://harbour.example/feed", etag='"1"', last_success_at=NOW, failures=2)
    store.sources.save(state)
    store.sources.save(SourceState("harbour", failures=1))
    assert store.sources.state("harbour", state.url) == state
    assert store.sources.state("harbour").failures == 1
