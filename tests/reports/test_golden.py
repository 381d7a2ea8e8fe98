from __future__ import annotations

import json

import pytest

from domain.week import Week
from storage.reporting import open_reporting
from tests.reports.making import FORMS, GOLDEN, LANGUAGES, WEEKS, build, make
from tests.reports.world import at, change_the_past, open_world

KNOWN = at("2025-01-31T00:00")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("week", WEEKS)
def test_a_report_is_the_one_that_was_looked_at(world, week, language, form):
    found = make(world, week, language, form)
    assert found.decode() == (GOLDEN / f"{week}-{language}.{form}").read_bytes().decode()


@pytest.fixture(scope="module")
def two_times():
    """Reports as of a time, made then and made again after much has changed."""
    asked = [("2025-W04", language, form) for language in LANGUAGES for form in ("md", "csv", "json")]
    with open_world() as store:
        then = {key: make(store, *key, as_of=KNOWN) for key in asked}
        live = {key: make(store, *key) for key in asked}
        change_the_past(store)
        later = {key: make(store, *key, as_of=KNOWN) for key in asked}
        now = {key: make(store, *key) for key in asked}
    return then, live, later, now


def test_a_report_as_of_a_time_is_the_same_byte_for_byte_later(two_times):
    then, _, later, _ = two_times
    assert then == later


def test_a_report_as_of_now_has_the_table_of_a_report_without_a_time(two_times):
    then, live, _, _ = two_times
    key = ("2025-W04", "zh", "csv")
    assert then[key] == live[key]
    assert "2025-01-31" in then["2025-W04", "zh", "md"].decode()


def test_a_report_of_today_tells_what_came_in_since(two_times):
    *_, later, now = two_times
    rows = {(row["application"], row["amount"]) for row in json.loads(now["2025-W04", "en", "json"])["rows"]}
    # the second Bolt.new is what a person parted from the first
    assert {("Bolt.new", "$107M"), ("Bolt.new", "$85M"), ("Pebblewise & Söhne", "$3M")} <= rows
    assert {"Overlooked", "Lumenfold"} & {name for name, _ in rows} == {"Overlooked"}
    assert "Overlooked" not in later["2025-W04", "en", "csv"].decode()


def test_what_was_known_at_a_time_is_what_the_store_holds_then(world):
    reporting, week = open_reporting(world), Week(2025, 4)
    days = (week.monday, week.sunday)
    told = [(event.id, event.amount, event.status) for event in reporting.events(*days)]
    assert told == [(event.id, event.amount, event.status) for event in reporting.events(*days, KNOWN)]
    assert sorted(map(repr, reporting.deals(*days))) == sorted(map(repr, reporting.deals(*days, KNOWN)))
    assert reporting.events(*days, at("2025-01-22T00:00")) == []


def test_each_figure_leads_back_to_its_event(world):
    report = build(world, "2025-W04", "zh")
    text = make(world, "2025-W04", "zh", "md").decode()
    for line in report.table.lines:
        assert f"[{line.printed[0]}](https://rounds.example/events/{line.event.id})" in text
    assert {source.url for source in report.sources} >= {"https://chaoliu.example/stargate"}
