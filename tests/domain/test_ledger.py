from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.claim import Candidate, claim_order, company_keys
from domain.filing import file_claim
from domain.gazetteer import load_gazetteer
from domain.judgement import Judgement, Verdict, anchor_claim
from domain.ledger import file_in_order
from domain.record import build_record, read_record
from domain.refiling import StoredEvent, plan_refiling
from domain.resolution import Join, Unsure, choose_heir
from tests.domain.days import NOW
from tests.domain.factories import candidate, claim, deal, money


def judge(verdict: str, subject, other=(), *, after: int = 0, **values) -> Judgement:
    anchors = [tuple(map(anchor_claim, claims)) for claims in (subject, other)]
    at = NOW + timedelta(hours=after)
    return Judgement(Verdict(verdict), anchors[0], anchors[1], "mei", at, id=after, **values)


def groups(filed) -> set[frozenset[int]]:
    return {frozenset(filing.claim.extraction_id for filing in event.filings) for event in filed}


def ids(*claims) -> frozenset[int]:
    return frozenset(told.extraction_id for told in claims)


SEED = claim(deal(round="seed", amount=5e6), "2025-01-20")
SEED_AGAIN = claim(deal(amount=5e6), "2025-01-21")
SERIES_A = claim(deal(round="series-a", amount=4e7), "2025-01-25")
ALL = (SEED, SEED_AGAIN, SERIES_A)


def test_without_judgements_the_machine_decides() -> None:
    assert groups(file_in_order(ALL)) == {ids(SEED, SEED_AGAIN), ids(SERIES_A)}


@pytest.mark.parametrize(
    ("judgements", "wanted"),
    [
        ([judge("same", [SEED], [SERIES_A])], {ids(*ALL)}),
        ([judge("merge", [SEED, SEED_AGAIN], [SERIES_A])], {ids(*ALL)}),
        ([judge("different", [SEED], [SEED_AGAIN])], {ids(SEED), ids(SEED_AGAIN), ids(SERIES_A)}),
        ([judge("split", [SEED_AGAIN], [SEED])], {ids(SEED), ids(SEED_AGAIN), ids(SERIES_A)}),
        # the newest word on two claims counts
        ([judge("same", [SEED], [SERIES_A]), judge("different", [SERIES_A], [SEED], after=1)],
         {ids(SEED, SEED_AGAIN), ids(SERIES_A)}),
        ([judge("different", [SEED], [SEED_AGAIN]), judge("same", [SEED_AGAIN], [SEED], after=1)],
         {ids(SEED, SEED_AGAIN), ids(SERIES_A)}),
        # same goes on: a with b, b with c
        ([judge("same", [SEED], [SEED_AGAIN]), judge("same", [SEED_AGAIN], [SERIES_A], after=1)], {ids(*ALL)}),
    ],
    ids=["same", "merge", "different", "split", "undone", "redone", "chain"],
)  # fmt: skip
def test_a_judgement_outranks_the_machine(judgements, wanted) -> None:
    assert groups(file_in_order(ALL, judgements)) == wanted
    assert groups(file_in_order(reversed(ALL), list(reversed(judgements)))) == wanted


def test_a_judgement_says_who_judged() -> None:
    [event] = file_in_order(ALL, [judge("same", [SEED], [SERIES_A])])
    reasons = {filing.claim.extraction_id: filing.decision.reasons for filing in event.filings}
    assert "mei" in reasons[SERIES_A.extraction_id][0].text


def test_two_names_of_a_company_are_one_event_once_a_person_says_so() -> None:
    lab = claim(deal("Jeff Bezos' AI lab", valuation=3.8e10), "2025-01-20")
    named = claim(deal("Prometheus", amount=1e10), "2025-01-24")
    late = claim(deal("Prometheus", amount=1e10), "2025-01-25")
    assert len(file_in_order([lab, named, late])) == 2
    assert groups(file_in_order([lab, named, late], [judge("same", [lab], [named])])) == {ids(lab, named, late)}


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("round", "series-a", "series-a"),
        ("round", None, None),
        ("status", "closed", "closed"),
        ("amount", {"min": 6_000_000, "max": 6_000_000, "currency": "USD", "precision": "exact"}, money(6e6)),
        ("announced_on", "2025-01-19", date(2025, 1, 19)),
        ("sector", "robotics", "robotics"),
    ],
)
def test_an_edited_field_shows_what_a_person_set(field, value, shown) -> None:
    [event] = file_in_order(ALL[:2], [judge("edit", [SEED], field=field, value=value)])
    assert getattr(event.event, field) == shown


def test_the_last_edit_counts_and_dollars_follow_the_amount() -> None:
    edits = [
        judge("edit", [SEED], field="amount", value=money(amount).as_dict(), after=hour)
        for hour, amount in enumerate((6e6, 7e6))
    ]
    [event] = file_in_order(ALL[:2], edits)
    assert event.event.amount_usd == 7e6


def test_a_person_can_tell_two_companies_of_one_name_apart() -> None:
    books = claim(deal("Atlas", round="seed", amount=6e6))
    robots = claim(deal("Atlas", round="series-b", amount=1e8))
    edits = [judge("edit", [robots], field="company", value="Atlas (robots)")]
    keys = [event.event.company.key for event in file_in_order([books, robots], edits)]
    assert sorted(keys) == ["atlas", "atlas#robots"]


def test_a_judgement_holds_on_when_its_article_is_read_anew() -> None:
    judgement = judge("different", [SEED], [SEED_AGAIN])
    anew = replace(SEED_AGAIN, extraction_id=9_999, extraction=deal(amount=5.1e6))
    assert groups(file_in_order([SEED, anew], [judgement])) == {ids(SEED), ids(anew)}


def test_a_judgement_on_claims_that_are_gone_does_nothing() -> None:
    gone = claim(deal("Gone"))
    assert groups(file_in_order(ALL, [judge("same", [SEED], [gone])])) == {ids(SEED, SEED_AGAIN), ids(SERIES_A)}


CLAIMS = st.builds(
    lambda told, on: claim(told, on),
    st.builds(
        deal,
        st.sampled_from(["Loomfield", "Loomfield AI", "Quaymont"]),
        status=st.sampled_from(["rumoured", "announced"]),
        round=st.sampled_from([None, "seed", "series-a"]),
        amount=st.sampled_from([None, 5e6, 5.1e6, 4e7]),
        leads=st.sampled_from([(), ("GV",), ("a16z",)]),
    ),
    st.dates(date(2025, 1, 1), date(2025, 3, 1)),
)


@given(st.lists(CLAIMS, max_size=8), st.randoms())
def test_the_order_in_which_claims_come_does_not_matter(claims, random) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert file_in_order(shuffled) == file_in_order(claims)


def file_one_by_one(claims) -> set[frozenset[int]]:
    """Each claim among the events that share a name with it, those that it ties united, as the merge stage does."""
    known = load_gazetteer()
    events: dict[str, Candidate] = {}
    for told in sorted(claims, key=claim_order):
        keys = company_keys(told.extraction, known)
        near = [e for e in events.values() if any(keys & company_keys(m.extraction, known) for m in e.members)]
        change = file_claim(told, near, now=NOW, is_taken=events.__contains__)
        one = [events.pop(id) for id in (change.after.id, *change.tied) if id in events]
        into = choose_heir({e.event.id: len(e.members) for e in one} or {change.after.id: 1}, change.after.id)
        events[into] = candidate(*(member for event in one for member in event.members), told, id=into)
    return {ids(*event.members) for event in events.values()}


@given(st.lists(CLAIMS, max_size=8))
def test_filing_one_by_one_gives_the_same_as_filing_all(claims) -> None:
    assert file_one_by_one(claims) == groups(file_in_order(claims))


@given(st.lists(CLAIMS, min_size=1, max_size=8))
def test_an_event_comes_back_from_its_record(claims) -> None:
    for filed in file_in_order(claims):
        assert read_record(build_record(filed.event)) == filed.event


def stored(filed) -> list[StoredEvent]:
    return [StoredEvent(event.event, event.filings) for event in filed]


@given(st.lists(CLAIMS, max_size=8))
def test_there_is_nothing_to_write_where_nothing_changed(claims) -> None:
    filed = file_in_order(claims)
    for keep_ids in (True, False):
        plan = plan_refiling(stored(filed), filed, at=NOW, keep_ids=keep_ids)
        assert (plan.changes, dict(plan.gone)) == ((), {})


def test_an_event_that_is_split_keeps_its_id_where_most_articles_stay() -> None:
    third = claim(deal(amount=5e6), "2025-01-22")
    before = file_in_order([SEED, SEED_AGAIN, third])
    after = file_in_order([SEED, SEED_AGAIN, third], [judge("split", [SEED], [SEED_AGAIN, third])])
    plan = plan_refiling(stored(before), after, at=NOW)
    [kept] = [change for change in plan.changes if change.before]
    [new] = [change for change in plan.changes if change.before is None]
    assert kept.after.id == before[0].event.id
    assert (len(kept.filings), len(new.filings), dict(plan.gone)) == (2, 1, {})
    assert new.after.id != kept.after.id


def test_an_event_that_is_merged_leads_to_the_one_that_has_its_articles() -> None:
    before = file_in_order(ALL)
    plan = plan_refiling(stored(before), file_in_order(ALL, [judge("same", [SEED], [SERIES_A])]), at=NOW)
    [gone] = [event.event.id for event in before if event.filings[0].claim == SERIES_A]
    assert dict(plan.gone) == {gone: before[0].event.id}


def test_an_event_without_articles_leads_nowhere() -> None:
    before = stored(file_in_order([SEED]))
    plan = plan_refiling([replace(before[0], filings=(), former=(SEED.article.id,))], [], at=NOW)
    assert dict(plan.gone) == {before[0].event.id: None}


def test_decisions_follow_their_events_under_new_ids() -> None:
    before = file_in_order([SEED, SEED_AGAIN])
    renamed = [StoredEvent(replace(before[0].event, id="eoldname"), before[0].filings)]
    plan = plan_refiling(renamed, before, at=NOW)
    decisions = [filing.decision for filing in plan.changes[0].filings]
    assert {d.event_id for d in decisions if isinstance(d, (Join, Unsure))} == {"eoldname"}
