from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.cadence import asks_for_patience, find_due, is_due
from crawler.courtesy import parse_retry_after
from crawler.expectations import check_reading, check_silence, describe_silence
from crawler.failures import Flaw
from crawler.ledger import Ledger
from crawler.network import Admitted, Gate, read_address
from crawler.report import CrawlReport, Tally
from domain.article import Article
from domain.health import SourceHealth, find_usual_gap, judge_health
from storage.frontier import Pending
from storage.queries import open_queries
from storage.sources import SourceState
from storage.store import Store
from tests.crawler.conftest import make_source
from tracker.source_table import build_rows

NOW = datetime(2025, 1, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Wed, 22 Jan 2025 12:01:00 GMT", 60),
        ("Wed, 22 Jan 2025 11:00:00 GMT", 0),
        ("99999999999999999999", 172_800),
        ("Wed, 22 Jan 2098 12:00:00 GMT", 172_800),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_never_for_ever(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("minutes", "failures", "due"),
    [
        (30, 0, False),
        (55, 0, True),
        (61, 0, True),
        (61, 1, False),
        (121, 1, True),
        (60 * 23, 20, True),
        (60, 20, False),
    ],
)
def test_a_source_is_due_after_its_interval_and_ever_later_while_it_fails(
    minutes: int, failures: int, due: bool
) -> None:
    state = SourceState("x", "u", last_success_at=NOW - timedelta(minutes=minutes), failures=failures)
    assert is_due([state], HOUR, NOW) is due


def test_a_source_that_was_never_asked_is_due_and_one_that_asks_for_patience_is_left_alone() -> None:
    assert is_due([SourceState("x", "u")], HOUR, NOW)
    assert asks_for_patience([SourceState("x", "u"), SourceState("x", "v", retry_at=NOW + HOUR)], NOW)
    assert not asks_for_patience([SourceState("x", "v", retry_at=NOW - HOUR)], NOW)


def test_pages_whose_host_asks_for_patience_wait_for_a_later_crawl_with_their_source(store: Store) -> None:
    source = make_source(feeds=["https://news.example/feed"])
    url = "https://news.example/1"
    store.frontier.add("example", [Pending(url, {})])
    Ledger(store, [source]).note_page_flaw(source, url, Flaw("asked_to_wait", "asks to be left alone", NOW + HOUR))
    for now, due in ((NOW, []), (NOW + 2 * HOUR, [source])):
        assert find_due([source], Ledger(store, [source]), now, keep_cadence=False) == due
    assert store.frontier.count_pending("example") == 1


def make_days(*numbers: int) -> list[date]:
    return [date(2025, 1, number) for number in numbers]


@pytest.mark.parametrize(
    ("days", "gap"),
    [
        (make_days(1, 2, 3), None),
        (make_days(1, 2, 3, 4), 1),
        (make_days(10, 11, 12, 13, 14, 17, 18, 20), 1),
        (make_days(20, 1, 8, 15, 8, 1), 7),
        (make_days(1, 8, 15, 22), 7),
    ],
)
def test_the_usual_gap_is_that_between_days_with_items(days: list[date], gap: int | None) -> None:
    assert find_usual_gap(days) == (timedelta(days=gap) if gap else None)


@pytest.mark.parametrize(
    ("failures", "read", "silence", "health"),
    [
        (0, None, None, SourceHealth.NEW),
        (0, NOW, 1, SourceHealth.OK),
        (0, NOW, 4, SourceHealth.SILENT),
        (2, NOW, 4, SourceHealth.FAILING),
        (0, NOW, None, SourceHealth.OK),
    ],
)
def test_health_is_failure_before_silence(
    failures: int, read: datetime | None, silence: int | None, health: str
) -> None:
    found = judge_health(
        failures=failures,
        last_success_at=read,
        last_item_at=NOW - timedelta(days=silence) if silence else None,
        usual_gap=timedelta(days=1),
        now=NOW,
    )
    assert found is health


def test_silence_is_told_once_and_kept(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    source = make_source(feeds=["https://news.example/feed"])
    for number in range(1, 7):
        at = datetime(2025, 1, number, 9, tzinfo=UTC)
        text = f"News of day {number}"
        store.articles.add(Article(f"https://news.example/{number}", text, text, None, at.date(), at, at, "example"))
    assert check_silence(source, store, datetime(2025, 1, 8, tzinfo=UTC)) is SourceHealth.OK
    assert check_silence(source, store, NOW) is SourceHealth.SILENT
    assert check_silence(source, store, NOW) is SourceHealth.SILENT
    assert [record.message for record in caplog.records] == ["example: no new item for 16 days, usually one every day"]
    assert (store.sources.state("example").flaw, store.sources.state("example").usual_gap) == ("silent", 86_400)
    store.sources.save(SourceState("example", "https://news.example/feed", last_success_at=NOW))
    [row] = build_rows([source], store, NOW)
    assert (row[7], row[-1]) == ("silent", "no new item for 16 days, usually one every day")
    quiet = make_source(feeds=["https://news.example/feed"], expect={"silence": False})
    assert check_silence(quiet, store, NOW) is SourceHealth.OK
    assert store.sources.state("example").flaw is None
    assert describe_silence(timedelta(days=9), timedelta(days=2)) == "no new item for 9 days, usually one every 2 days"


@pytest.mark.parametrize(
    ("counts", "problems"),
    [
        ({"read": 1, "entries": 3}, 0),
        ({"read": 1, "entries": 1}, 1),
        ({"read": 1, "entries": 1, "unchanged": 1}, 0),
        ({"read": 1, "entries": 1, "failed_addresses": 1}, 0),
        ({}, 0),
    ],
)
def test_too_little_is_a_problem_of_whole_readings_only(counts: dict[str, int], problems: int, store: Store) -> None:
    tally = Tally("example")
    tally.counts.update(counts)
    check_reading(make_source(feeds=["https://news.example/f"], expect={"min": 2}), tally, store, NOW)
    assert len(tally.problems) == problems
    assert store.sources.state("example").failures == problems


def read_entries(number: int) -> Tally:
    return Tally("example", Counter(read=1, entries=number))


def test_a_shortage_is_kept_and_shown_until_a_reading_gives_enough(store: Store) -> None:
    source = make_source(feeds=["https://news.example/f"], expect={"min": 2})
    for times in (1, 2):
        check_reading(source, read_entries(1), store, NOW)
        check_silence(source, store, NOW)
        state = store.sources.state("example")
        assert (state.flaw, state.failures, state.last_failure_at) == ("too_few", times, NOW)
    store.frontier.add("example", [Pending("https://news.example/1", {})])
    [row] = build_rows([source], store, NOW)
    words = "only 1 articles told of, at least 2 are expected"
    assert (row[7], *row[-2:]) == ("failing", "1", f"too_few: {words} (2 times)")
    [summary] = open_queries(store).sources()
    assert (summary.failures, summary.error_kind, summary.last_error, summary.pending) == (2, "too_few", words, 1)
    check_reading(source, read_entries(2), store, NOW)
    [summary] = open_queries(store).sources()
    assert (summary.failures, summary.error_kind, summary.last_error) == (0, None, None)


def test_a_report_tells_the_first_problems_of_a_source_and_counts_the_rest() -> None:
    tally = Tally("example")
    for number in range(8):
        tally.blame(f"https://news.example/{number}", "HTTP 500")
    report = CrawlReport.gather([tally, Tally("other")], "crawl: stopped")
    assert report.problems[:2] == ("crawl: stopped", "example: https://news.example/0: HTTP 500")
    assert report.problems[-1] == "example: 3 more problems of such kinds"
    assert len(report.problems) == 7


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("::1", "::1"),
        ("news.example", None),
        ("36kr.com", None),
    ],
)
def test_an_address_is_known_in_every_form_that_a_socket_takes(host: str, address: str | None) -> None:
    assert read_address(host) == address


@pytest.mark.parametrize(
    ("address", "admitted"),
    [
        ("8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.1.2.3", True),
        ("10.2.2.3", False),
        ("::ffff:127.0.0.1", False),
        ("fe80::1", False),
    ],
)
def test_a_gate_admits_public_addresses_and_the_networks_that_it_was_given(address: str, admitted: bool) -> None:
    assert Gate(["10.1.0.0/16"]).admits(address) is admitted


class Heard:
    """What a resolver told."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.complete = False

    def resolutionBegan(self, resolution: object) -> None:
        pass

    def addressResolved(self, address: IPv4Address | IPv6Address) -> None:
        self.hosts.append(address.host)

    def resolutionComplete(self) -> None:
        self.complete = True


@pytest.mark.parametrize(
    ("found", "told", "refused"),
    [
        (["93.184.215.14", "2606:2800:21f::1"], ["93.184.215.14", "2606:2800:21f::1"], {}),
        (["::1", "93.184.215.14", "10.0.0.1"], ["93.184.215.14"], {}),
        (["fd00::2", "127.0.0.1"], [], {"news.example": "fd00::2"}),
        ([], [], {}),
    ],
)
def test_a_name_leads_to_its_public_addresses_alone(found: list[str], told: list[str], refused: dict[str, str]) -> None:
    heard, names = Heard(), {}
    admitted = Admitted(heard, "news.example", Gate(), names)
    for host in found:
        admitted.addressResolved((IPv6Address if ":" in host else IPv4Address)("TCP", host, 443))
    admitted.resolutionComplete()
    assert (heard.hosts, names, heard.complete) == (told, refused, True)
