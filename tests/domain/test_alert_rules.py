from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alert_rules import DEFAULT_RULES, Rule, parse_rule
from domain.alerting import Alert, RuleBook, Told, find_corrections
from domain.conditions import BadRule
from domain.conflicts import has_conflict
from domain.errors import BadInput
from domain.event import Event, Kind, Party, Status
from domain.fusion import Reported
from domain.money import Money
from domain.names import match_key
from domain.subjects import build_subject
from domain.timing import Digest, Timing, parse_quiet_hours, parse_zone
from tests.domain.factories import money

DAY = date(2025, 1, 22)
NOW = datetime(2025, 1, 23, 12, tzinfo=UTC)


def party(name: str, **names: str) -> Party:
    return Party(name, match_key(name), names)


def event(**fields: Any) -> Event:
    company = fields.pop("company", "Loomfield")
    amount = fields.get("amount")
    if isinstance(amount, (int, float)):
        fields["amount"] = amount = money(amount)
    facts = {
        "id": "e1",
        "company": party(company) if isinstance(company, str) else company,
        "kind": Kind.EQUITY,
        "status": Status.ANNOUNCED,
        "announced_on": DAY,
        "amount_usd": float(amount.value) * {"CNY": 0.14}.get(amount.currency, 1.0) if amount else None,
    }
    return Event(**{**facts, **fields})


def rule(**when: Any) -> Rule:
    return parse_rule({"id": "r", "when": when})


MOONSHOT = Party("Moonshot AI", match_key("Moonshot AI"), {"zh": "月之暗面"})
CASES = [
    ({"minimum_usd": 1e8}, event(amount=1e8), True),
    ({"minimum_usd": 1e8}, event(amount=99_999_999), False),
    ({"minimum_usd": 1e8}, event(), False),
    # at least and at most are told apart
    ({"minimum_usd": 1e8}, event(amount=money(1e8, precision="at_least")), True),
    ({"minimum_usd": 1e8}, event(amount=money(5e11, precision="at_most")), False),
    ({"ceiling_usd": 1e8}, event(amount=money(5e11, precision="at_most")), True),
    ({"ceiling_usd": 1e8}, event(amount=money(5e11, precision="at_least")), False),
    ({"maximum_usd": 1e7}, event(amount=5e6), True),
    ({"maximum_usd": 1e7}, event(amount=money(5e6, precision="at_least")), False),
    ({"minimum_usd": 1e7}, event(amount=money(1e8, 1e9, "CNY", "vague")), True),
    ({"minimum_usd": 2e7}, event(amount=money(1e8, 1e9, "CNY", "vague")), False),
    ({"kinds": ["debt"]}, event(), False),
    ({"kinds": ["debt", "equity"]}, event(), True),
    ({"statuses": ["rumoured"]}, event(status=Status.RUMOURED), True),
    ({"rounds": ["series-a"]}, event(round="series-a+"), True),
    ({"rounds": ["series-a+"]}, event(round="series-a"), False),
    ({"sectors": ["ai-chips"]}, event(sector="ai-chips"), True),
    ({"sectors": ["ai-chips"]}, event(), False),
    ({"countries": ["cn"]}, event(country="CN"), True),
    # any name of a known company finds it
    ({"companies": ["月之暗面"]}, event(company=MOONSHOT), True),
    ({"companies": ["Kimi Moonshot AI"]}, event(company=MOONSHOT), False),
    ({"companies": ["Loomfield, Inc."]}, event(), True),
    ({"investors": ["红杉中国"]}, event(participants=(party("HongShan"),)), True),
    ({"leads": ["HongShan"]}, event(participants=(party("HongShan"),)), False),
    ({"leads": ["HongShan"]}, event(leads=(party("HongShan"),)), True),
    ({"words": ["智能体"]}, event(application_types={"zh": "企业智能体平台"}), True),
    ({"words": ["Agent"]}, event(application_types={"en": "AI agents for banks"}), True),
    ({"words": ["x"]}, event(company="Xaira"), True),
    ({"not": {"countries": ["US"]}}, event(country="CN"), True),
    ({"not": {"countries": ["US"]}, "kinds": ["debt"]}, event(country="CN"), False),
    ({"any": [{"kinds": ["debt"]}, {"minimum_usd": 10}]}, event(amount=11), True),
    ({"all": [{"kinds": ["equity"]}, {"minimum_usd": 10}]}, event(amount=9), False),
    ({"any": [{"not": {"any": [{"kinds": ["equity"]}]}}]}, event(), False),
]


@pytest.mark.parametrize(("when", "one", "true"), CASES)
def test_a_rule_is_true_of_what_it_watches_for_and_the_book_finds_it(when, one, true):
    subject = build_subject(one)
    assert rule(**when).is_true_of(subject) is true
    # the book's short cut never misses a rule and never adds one
    assert bool(RuleBook([rule(**when)]).find_true(subject)) is true


def test_flags_and_titles_are_looked_at_as_well():
    assert rule(conflict=True).is_true_of(build_subject(event(), ["conflict"]))
    assert rule(first_round=False).is_true_of(build_subject(event()))
    assert rule(words=["chips"]).is_true_of(build_subject(event(), titles=["Loomfield makes CHIPS"]))
    assert RuleBook([rule(**{"not": {"conflict": True}})]).asks("conflict")
    assert not RuleBook([rule(kinds=["debt"])]).asks("conflict")


LISTS = {"rivals": {"companies": ["月之暗面"], "investors": ["红杉中国"], "sectors": ["ai-chips"]}, "none": {}}


@pytest.mark.parametrize(
    ("when", "one", "true"),
    [
        ({"watch": ["rivals"]}, event(company=MOONSHOT), True),
        ({"watch": "rivals"}, event(participants=(party("HongShan"),)), True),
        ({"watch": ["none", "rivals"]}, event(sector="ai-chips"), True),
        ({"watch": ["rivals"]}, event(), False),
        ({"watch": ["none"]}, event(company=MOONSHOT), False),
        ({"watch": ["rivals"], "minimum_usd": 1e8}, event(company=MOONSHOT, amount=9e7), False),
        ({"not": {"watch": ["rivals"]}}, event(company=MOONSHOT), False),
        ({"not": {"watch": ["none"]}}, event(), True),
    ],
)
def test_a_rule_may_name_watch_lists(when, one, true):
    made = parse_rule({"id": "r", "when": when}, LISTS)
    assert made.is_true_of(build_subject(one)) is true
    assert bool(RuleBook([made]).find_true(build_subject(one))) is true


@pytest.mark.parametrize(("lists", "there"), [(None, "there is none"), (LISTS, "there are none, rivals")])
def test_a_watch_list_that_nobody_keeps_is_refused(lists, there):
    with pytest.raises(BadRule, match=f"watch does not know the list 'mine'; {there}"):
        parse_rule({"id": "r", "when": {"watch": ["mine"]}}, lists)


def test_an_event_that_was_merged_into_another_is_watched_by_no_rule():
    assert not rule(kinds=["equity"]).is_true_of(build_subject(event(merged_into="e2")))


@pytest.mark.parametrize(
    ("one", "mega"),
    [
        (event(amount=1e8), True),
        (event(amount=1e8, kind=Kind.DEBT), False),
        (event(amount=1e8, status=Status.RUMOURED), False),
        (event(amount=money(5e11, precision="at_most"), kind=Kind.COMMITMENT), True),
        (event(amount=money(5e8, precision="at_most")), False),
    ],
)
def test_the_shipped_rule_watches_for_equity_and_commitments_of_100_million_dollars(one, mega):
    assert DEFAULT_RULES[0].is_true_of(build_subject(one)) is mega


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"id": "r", "when": {"minimum": 5}}, "rule r: unknown field 'minimum'; there are minimum_usd"),
        ({"id": "r", "whem": {}}, "rule r: unknown field 'whem'"),
        ({"id": "r"}, "`when` is missing"),
        ({"id": "a b", "when": {"kinds": ["debt"]}}, "rule 'a b': id wants"),
        ({"when": {"kinds": ["debt"]}}, "id wants"),
        ({"id": "r", "when": {"kinds": ["loan"]}}, "kinds does not know 'loan'; there are commitment, debt"),
        ({"id": "r", "when": {"rounds": ["series-z"]}}, "rounds does not know 'series-z'"),
        ({"id": "r", "when": {"sectors": ["chips"]}}, "sectors does not know 'chips'; there are"),
        ({"id": "r", "when": {"countries": ["USA"]}}, "countries wants two-letter codes"),
        ({"id": "r", "when": {"minimum_usd": "much"}}, "minimum_usd wants an amount"),
        ({"id": "r", "when": {"minimum_usd": True}}, "minimum_usd wants an amount"),
        ({"id": "r", "when": {"words": []}}, "words wants a list of texts"),
        ({"id": "r", "when": {"any": {}}}, "any wants a list"),
        ({"id": "r", "when": {"not": 3}}, "3 is no table"),
        ({"id": "r", "when": {"conflict": "yes"}}, "conflict wants true or false"),
        ({"id": "r", "when": {"kinds": ["debt"]}, "language": "de"}, "language is en or zh"),
        ({"id": "r", "when": {"kinds": ["debt"]}, "digest": "yearly"}, "digest is one of at_once"),
        ({"id": "r", "when": {"kinds": ["debt"]}, "quiet_hours": "night"}, "not quiet hours such as"),
        ({"id": "r", "when": {"kinds": ["debt"]}, "timezone": "Mars/Base"}, "not a time zone"),
        ({"id": "r", "when": {"kinds": ["debt"]}, "channels": "desk"}, "channels wants a list"),
        ({"id": "r", "when": {"kinds": ["debt"]}, "channels": [3]}, "channels wants a list of names"),
        (
            {"id": "r", "when": {"kinds": ["debt"]}, "channels": ["slack://s3cret/x"]},
            "rule r: channels wants names; an a",
        ),
        ({"id": "r", "when": {"kinds": ["debt"]}, "debounce_minutes": -1}, "debounce_minutes 0 to 1440"),
        ({"id": "r", "when": {"kinds": ["debt"]}, "fresh_days": "old"}, "fresh_days wants a whole number"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_name_the_field_and_the_reason(table, says):
    with pytest.raises(BadRule) as caught:
        parse_rule(table)
    assert says in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_conditions_cannot_lie_endlessly_deep():
    table: dict[str, Any] = {"kinds": ["debt"]}
    for _ in range(50):
        table = {"not": table}
    with pytest.raises(BadRule, match="deeper than"):
        rule(**table)


BOOK = RuleBook(DEFAULT_RULES)


def due(before: Event | None, after: Event, told_on: date | None = DAY, at: datetime = NOW) -> list[Alert]:
    earlier = build_subject(before) if before else None
    return BOOK.find_due(earlier, build_subject(after), at, told_on=told_on)


def test_a_rule_is_due_when_it_turns_true_between_two_revisions():
    small, large = event(amount=9e7), event(amount=2e8, revision=2)
    assert due(None, small) == []
    [alert] = due(small, large)
    assert (alert.id, alert.revision, alert.amount_usd) == ("mega-round.e1", 2, 2e8)
    assert due(large, event(amount=3e8)) == []
    assert len(due(event(amount=2e8, status=Status.RUMOURED), large)) == 1


OLD = NOW + timedelta(days=60)


@pytest.mark.parametrize(
    ("before", "told_on", "at", "fires"),
    [
        (None, DAY, NOW, True),
        # old news crawled late
        (None, DAY, OLD, False),
        # a stale repost of an old round
        (None, OLD.date(), OLD, False),
        # fresh news of a round that was known as a rumour
        (event(amount=2e8, status=Status.RUMOURED), OLD.date(), OLD, True),
        (event(amount=2e8, status=Status.RUMOURED), DAY, OLD, False),
        (None, None, NOW, True),
        (None, None, OLD, False),
    ],
)
def test_old_news_alerts_nobody(before, told_on, at, fires):
    assert bool(due(before, event(amount=2e8), told_on, at)) is fires


def test_old_news_alerts_who_asked_for_it():
    book = RuleBook([parse_rule({"id": "r", "when": {"minimum_usd": 1}, "fresh_days": "any"})])
    assert book.find_due(None, build_subject(event(amount=2)), OLD, told_on=DAY)


@pytest.mark.parametrize(
    ("told", "now", "corrected"),
    [
        ((Status.ANNOUNCED, 1e8), {"amount": 1.1e8}, False),
        ((Status.ANNOUNCED, 1e8), {"amount": 1.11e8}, True),
        ((Status.ANNOUNCED, 1e8), {"amount": 8e7}, True),
        ((Status.ANNOUNCED, None), {"amount": 8e7}, True),
        ((Status.ANNOUNCED, 8e7), {}, False),
        ((Status.RUMOURED, 1e8), {"amount": 1e8}, True),
        ((Status.ANNOUNCED, 1e8), {"amount": 1e8, "status": Status.DENIED}, True),
        ((Status.DENIED, 1e8), {"amount": 1e8}, True),
        ((Status.ANNOUNCED, 1e8), {"amount": 1e8, "status": Status.CLOSED}, False),
    ],
)
def test_a_change_that_matters_gives_one_marked_correction(told, now, corrected):
    corrections = find_corrections([Told("r", "e1", 0, *told)], event(**now), NOW)
    assert [(c.id, c.correction) for c in corrections] == ([("r.e1.1", True)] if corrected else [])


amounts = st.one_of(st.none(), st.integers(1, 10**13))
fields = st.fixed_dictionaries(
    {
        "amount": amounts,
        "kind": st.sampled_from(Kind),
        "status": st.sampled_from(Status),
        "round": st.sampled_from([None, "seed", "series-a", "series-a+"]),
        "sector": st.sampled_from([None, "ai-chips", "robotics"]),
        "country": st.sampled_from([None, "US", "CN"]),
        "application": st.sampled_from([None, "Agent desk", "芯片"]),
    }
)
leaves = st.one_of(
    st.fixed_dictionaries({"minimum_usd": st.integers(1, 10**13)}),
    st.fixed_dictionaries({"maximum_usd": st.integers(1, 10**13)}),
    st.fixed_dictionaries({"ceiling_usd": st.integers(1, 10**13)}),
    st.fixed_dictionaries({"kinds": st.lists(st.sampled_from([k.value for k in Kind]), min_size=1)}),
    st.fixed_dictionaries({"rounds": st.lists(st.sampled_from(["seed", "series-a"]), min_size=1)}),
    st.fixed_dictionaries({"sectors": st.just(["ai-chips"])}),
    st.fixed_dictionaries({"words": st.lists(st.sampled_from(["agent", "芯", "desk"]), min_size=1)}),
    st.fixed_dictionaries({"conflict": st.booleans()}),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
    ),
    max_leaves=8,
)


@given(when=conditions, facts=fields, conflict=st.booleans())
def test_the_book_finds_exactly_the_rules_that_are_true_whatever_they_say(when, facts, conflict):
    made = event(**{**facts, "amount": facts["amount"] and float(facts["amount"])})
    subject = build_subject(made, ["conflict"] if conflict else [])
    one = rule(**when)
    assert [found.id for found in RuleBook([one]).find_true(subject)] == (["r"] if one.is_true_of(subject) else [])


def reported(field: str, *values: Any) -> list[Reported]:
    return [Reported(field, value, (), shown=False) for value in values]


@pytest.mark.parametrize(
    ("values", "conflict"),
    [
        (reported("amount", money(2.9e8), money(2.93e8), money(3e8)), False),
        (reported("amount", money(2.9e8), money(4.1e8)), True),
        (reported("amount", money(1e8, precision="at_least"), money(1.2e8)), False),
        (reported("amount", money(1e8, precision="at_least"), money(5e7)), True),
        (reported("amount", money(1e7), Money(10**9, 10**9, "CNY")), False),
        (reported("valuation", money(1e9), money(3e9)), True),
        (reported("round", "series-a", "series-a+"), False),
        (reported("round", "series-a", "series-b"), True),
    ],
)
def test_a_conflict_is_what_no_rounding_explains(values, conflict):
    assert has_conflict(values) is conflict


SHANGHAI = parse_zone("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("timing", "put", "due"),
    [
        (Timing(zone=SHANGHAI), "2025-01-22 12:00", "2025-01-22 12:00"),
        (Timing(debounce=timedelta(minutes=15), zone=SHANGHAI), "2025-01-22 12:00", "2025-01-22 12:15"),
        (Timing(Digest.HOURLY, zone=SHANGHAI), "2025-01-22 12:00", "2025-01-22 13:00"),
        (Timing(Digest.DAILY, zone=SHANGHAI), "2025-01-22 07:59", "2025-01-22 08:00"),
        (Timing(Digest.DAILY, zone=SHANGHAI), "2025-01-22 08:00", "2025-01-23 08:00"),
        (Timing(Digest.DAILY, zone=SHANGHAI, hour=18), "2025-01-22 08:00", "2025-01-22 18:00"),
        (Timing(Digest.WEEKLY, zone=SHANGHAI), "2025-01-22 08:00", "2025-01-27 08:00"),
        (Timing(Digest.WEEKLY, zone=SHANGHAI), "2025-01-27 07:00", "2025-01-27 08:00"),
        (Timing(quiet=parse_quiet_hours("22:00-07:00"), zone=SHANGHAI), "2025-01-22 23:00", "2025-01-23 07:00"),
        (Timing(quiet=parse_quiet_hours("22:00-07:00"), zone=SHANGHAI), "2025-01-23 06:59", "2025-01-23 07:00"),
        (Timing(quiet=parse_quiet_hours("22:00-07:00"), zone=SHANGHAI), "2025-01-23 07:00", "2025-01-23 07:00"),
        (Timing(quiet=parse_quiet_hours("12:00-14:00"), zone=SHANGHAI), "2025-01-23 13:00", "2025-01-23 14:00"),
    ],
)
def test_an_alert_is_due_when_the_rules_manners_allow(timing, put, due):
    assert timing.plan(at(put), at(put)) == at(due)


@pytest.mark.parametrize("text", ["", "22-7", "22:00", "25:00-07:00", "07:00-07:00"])
def test_what_are_no_quiet_hours_is_refused(text):
    with pytest.raises(BadInput, match="not quiet hours"):
        parse_quiet_hours(text)
