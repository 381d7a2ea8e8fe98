"""What a transaction has at hand is what it would read: filing goes by it, claim after claim."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from domain.alerting import RuleBook
from domain.claim import Candidate
from domain.ledger import _Index
from domain.profile import Knowledge
from storage.dossiers import _Near
from storage.models import EventMentionRow
from storage.rates import load_rates
from storage.rows import table
from storage.store import Store, open_store
from tests.domain.days import NOW
from tests.domain.factories import deal, money
from tests.storage.factories import file, tell
from tracker.stages import _file, merge

DEALS = st.tuples(
    st.dates(date(2025, 1, 1), date(2025, 2, 10)),
    st.builds(
        deal,
        st.sampled_from(["Loomfield", "Loomfield AI", ("Loomfield", "织羽"), "织羽", "Quaymont"]),
        status=st.sampled_from(["rumoured", "announced", "closed"]),
        round=st.sampled_from([None, "series-b", "series-c"]),
        amount=st.sampled_from([None, 3e8, 3.4e8, 5e8]),
        leads=st.sampled_from([(), ("Amazon",), ("Nvidia", "亚马逊")]),
    ),
)


def describe(candidates: list[Candidate]) -> list[object]:
    """The candidates, whatever the order of their members."""
    return [(found.event, sorted(member.extraction_id for member in found.members)) for found in candidates]


@settings(max_examples=25)
@given(st.lists(DEALS, min_size=2, max_size=14), st.integers(0, 13))
def test_what_a_transaction_has_filed_it_knows_as_if_it_had_read_it(news, before) -> None:
    with open_store("sqlite://") as store:
        for number, (on, told) in enumerate(news):
            tell(store, told, on=on, url=f"https://news.example/{number}", title=f"Report {number}", text=f"{number}")
        merge(store, now=NOW, limit=before)
        claims = list(store.extractions.iter_unmerged())
        with store.transaction() as tx:
            known = Knowledge(tx.aliases.gazetteer(), load_rates())
            tx.events.expect(claims)
            for claim in claims:
                _file(tx, claim, RuleBook(()), NOW, known, Counter(), judged=False)
            held = [describe(tx.events.candidates(claim)) for claim in claims]
        assert held == [describe(store.events.candidates(claim)) for claim in claims]


@given(
    st.lists(st.dates(date(2020, 1, 1), date(2026, 1, 1)), max_size=40), st.dates(date(2021, 1, 1), date(2025, 1, 1))
)
def test_the_nearest_events_are_those_of_a_rebuild_in_whatever_order_they_come(days, on) -> None:
    near, index = _Near(on), _Index()
    for number, day in enumerate(days):
        near.add(day, f"e{number}")
        index.put(f"e{number}", day, ["loomfield"])
    assert sorted(near.ids) == sorted(index.find(["loomfield"], on))


def test_claims_that_stay_where_they_are_are_not_written_anew(store: Store) -> None:
    early = file(store, deal(status="rumoured", amount=money(1e10), valuation=money(3.5e11)), on="2025-01-10")
    file(store, deal(amount=money(3e10)), on="2025-02-13")
    written: list[int] = []
    engine = store._access.engine
    event.listen(engine, "before_cursor_execute", lambda *given: written.append(_count_mentions(given)))
    joined = file(store, deal(valuation=money(3.8e11)), on="2025-02-16")
    assert store.events.get(early).id == joined
    # the one that is new and the one whose event became part of the other
    assert sum(written) == 2
    with store._access.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(table(EventMentionRow))) == 3


def _count_mentions(given: tuple[object, ...]) -> int:
    _, _, statement, parameters, _, many = given
    return (len(parameters) if many else 1) if str(statement).startswith("INSERT INTO event_mention ") else 0  # type: ignore[arg-type]
