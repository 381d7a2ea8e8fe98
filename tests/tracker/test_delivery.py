from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.alerts.message import Message
from domain.alerting import RuleBook
from domain.errors import DeliveryError
from storage.store import Store, open_store
from tests.tracker.factories import build_server_context, mail_server, report, rule
from tests.tracker.receivers import SECRET, Receiver, receiver
from tracker.alerts.channels import Channel, Rate, Route
from tracker.alerts.channels.webhook import WebhookChannel
from tracker.alerts.compose import build_composer
from tracker.alerts.deliver import Backoff, Deliverer, build_deliverer
from tracker.alerts.plan import build_plan, build_release
from tracker.settings import load_settings


@pytest.mark.parametrize(
    ("tried", "retry_after", "chance", "seconds"),
    [
        (1, None, 0.5, 5),
        (2, None, 0.5, 20),
        (3, None, 0.5, 80),
        (1, None, 0.0, 3.75),
        (1, None, 1.0, 6.25),
        (9, None, 0.5, 6 * 3600),
        (1, 120.0, 0.5, 120),
        (4, 1.0, 0.5, 320),
    ],
)
def test_waits_grow_with_jitter_up_to_a_limit_and_obey_the_receiver(tried, retry_after, chance, seconds):
    assert Backoff().wait(tried, retry_after, chance) == timedelta(seconds=seconds)


def test_after_the_last_try_there_is_no_other():
    assert Backoff(attempts=3).wait(2) is not None
    assert Backoff(attempts=3).wait(3) is None
    assert Backoff(attempts=3).wait(3, retry_after=5.0) is None


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2025, 2, 1, 12, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Notes:
    """A channel that notes what it gets, and fails while it is told to."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.failing = False

    def send(self, message: Message) -> None:
        if self.failing:
            raise DeliveryError("notes", "away")
        self.messages.append(message)


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


def deliverer(
    store: Store, clock: Clock, channels: Mapping[str, Channel], *rules, rate: Rate | None = None, attempts: int = 10
) -> Deliverer:
    book = RuleBook(rules or (rule(),))
    return Deliverer(
        store,
        build_plan(book, tuple(channels), clock),
        build_composer(store, book, load_settings(public_url="https://rounds.example")),
        {name: Route(channel, rate) for name, channel in channels.items()},
        Backoff(attempts=attempts),
        clock=clock,
        chance=lambda: 0.5,
    )


def webhook(server: Receiver, timeout: float = 30.0) -> WebhookChannel:
    return WebhookChannel(server.url, (SECRET,), allow_private=True, timeout=timeout)


def test_ten_outlets_that_tell_one_round_give_one_alert_with_all_sources(store, clock):
    for number in range(10):
        report(store, source_id=f"outlet{number}")
    notes = Notes()
    assert deliverer(store, clock, {"notes": notes}).deliver() == {"sent": 1, "failed": 0, "dead": 0}
    [message] = notes.messages
    assert message.title == "Loomfield raises $200M (Series B)"
    data = message.payload["data"]
    assert len(data["sources"]) == 2 and len(data["more_sources"]) == 8
    assert data["event"]["url"] in message.text
    assert deliverer(store, clock, {"notes": notes}).deliver()["sent"] == 0


def test_a_change_that_matters_after_the_alert_gives_one_marked_correction(store, clock):
    notes = Notes()
    report(store, 2e8)
    deliverer(store, clock, {"notes": notes}).deliver()
    # an official release outranks what was told before
    store.sources.sync([_Source("official", 0.95)])
    assert report(store, 2.6e8, source_id="official")["alerts"] == 1
    assert report(store, 2.6e8, source_id="another")["alerts"] == 0
    deliverer(store, clock, {"notes": notes}).deliver()
    assert [message.title for message in notes.messages] == [
        "Loomfield raises $200M (Series B)",
        "Correction: Loomfield raises $260M (Series B)",
    ]
    assert notes.messages[1].payload["type"] == "funding_event.correction"
    assert notes.messages[1].id == f"{notes.messages[0].id}.1"
    assert "Told before: $200M, announced" in notes.messages[1].text


class _Source:
    language, country = "en", "US"

    def __init__(self, id: str, trust: float) -> None:
        self.id, self.name, self.trust = id, id, trust


def test_a_denial_is_a_correction_even_where_the_rule_watches_for_facts(store, clock):
    notes = Notes()
    facts = rule(when={"minimum_usd": 1e8, "statuses": ["announced", "closed"]})
    report(store, 2e8, facts)
    deliverer(store, clock, {"notes": notes}, facts).deliver()
    report(store, 2e8, facts, status="denied", on=datetime(2025, 1, 24, tzinfo=UTC).date())
    deliverer(store, clock, {"notes": notes}, facts).deliver()
    assert notes.messages[1].title == "Correction: Loomfield: the report of $200M (Series B) is denied"


def test_with_a_debounce_the_first_reports_arrive_as_one_message_and_need_no_correction(store, clock):
    slow = rule(debounce_minutes=15)
    notes = Notes()
    report(store, 2e8, slow, at=clock.now)
    assert deliverer(store, clock, {"notes": notes}, slow).deliver()["sent"] == 0
    store.sources.sync([_Source("official", 0.95)])
    report(store, 2.6e8, slow, source_id="official", at=clock.now)
    clock.move(minutes=15)
    deliverer(store, clock, {"notes": notes}, slow).deliver()
    assert [message.title for message in notes.messages] == ["Loomfield raises $260M (Series B)"]
    assert len(notes.messages[0].payload["data"]["sources"]) == 2


def test_old_news_crawled_late_alerts_nobody(store, clock):
    assert report(store, at=clock.now + timedelta(days=90))["alerts"] == 0
    assert report(store, 2e8, rule(fresh_days="any"), company="Kestrel", at=clock.now + timedelta(days=90))["alerts"]


def test_where_one_receiver_of_a_channel_fails_the_others_get_nothing_twice(store, tmp_path):
    report(store)
    with mail_server(tmp_path, starttls=False) as (box, port):
        box.refused = {"away@example.org": "450 not now", "gone@example.org": "550 no such user"}
        settings = load_settings(
            alert_rules=tmp_path / "none.toml",
            alert_channels="mail",
            alert_tables={
                "mail": {
                    "host": "127.0.0.1",
                    "port": port,
                    "encryption": "none",
                    "sender": "rounds@example.org",
                    "to": "desk@example.org, away@example.org, gone@example.org",
                    "allow_private": True,
                }
            },
        )
        clock = Clock()
        clock.now = datetime.now(UTC) + timedelta(minutes=1)
        postman = replace(build_deliverer(store, settings), clock=clock)
        assert postman.deliver() == {"sent": 1, "failed": 1, "dead": 1}
        clock.move(seconds=10)
        assert postman.deliver() == {"sent": 0, "failed": 1, "dead": 0}
        box.refused = {}
        clock.move(minutes=1)
        assert postman.deliver() == {"sent": 1, "failed": 0, "dead": 0}
    assert [mail.rcpt_tos for mail in box.mails] == [["desk@example.org"], ["away@example.org"]]
    [letter] = store.outbox.dead_letters()
    assert (letter.channel, letter.attempts) == ("mail/gone@example.org", 1)


def test_a_receiver_without_a_good_certificate_gets_the_alert_once_that_is_mended(store, clock, tmp_path):
    report(store)
    with receiver() as server:
        server.socket = build_server_context(tmp_path).wrap_socket(server.socket, server_side=True)
        url = server.url.replace("http:", "https:")
        strict = WebhookChannel(url, (SECRET,), allow_private=True, timeout=30.0)
        assert deliverer(store, clock, {"hook": strict}).deliver() == {"sent": 0, "failed": 1, "dead": 0}
        assert server.seen_ids == []
        mended = WebhookChannel(url, (SECRET,), allow_private=True, ca_file=str(tmp_path / "server.pem"))
        clock.move(seconds=6)
        assert deliverer(store, clock, {"hook": mended}).deliver()["sent"] == 1


def test_a_receiver_that_is_gone_for_good_is_not_asked_again(store, clock):
    report(store)
    with receiver() as server:
        server.answers = [(410, {}, 0.0)]
        postman = deliverer(store, clock, {"hook": webhook(server)})
        assert postman.deliver() == {"sent": 0, "failed": 0, "dead": 1}
        clock.move(hours=12)
        assert postman.deliver() == {"sent": 0, "failed": 0, "dead": 0}
        assert len(server.seen_ids) == 1


def test_a_second_try_waits_for_the_end_of_quiet_hours(store, clock):
    calm = rule(quiet_hours="12:10-14:00")
    notes = Notes()
    notes.failing = True
    report(store, 2e8, calm, at=clock.now)
    postman = replace(deliverer(store, clock, {"notes": notes}, calm), release=build_release(RuleBook([calm])))
    assert postman.deliver() == {"sent": 0, "failed": 1, "dead": 0}
    notes.failing = False
    clock.move(minutes=30)
    assert postman.deliver() == {"sent": 0, "failed": 0, "dead": 0, "quiet": 1}
    assert notes.messages == []
    clock.move(minutes=86)
    assert postman.deliver()["sent"] == 1


def test_a_digest_gathers_what_fell_due_into_one_message(store, clock):
    daily = rule(digest="daily", language="zh")
    notes = Notes()
    for company in ("Loomfield", "Kestrel", "Quaymont"):
        report(store, 2e8, daily, company=company, at=clock.now)
    assert deliverer(store, clock, {"notes": notes}, daily).deliver()["sent"] == 0
    clock.move(hours=20)
    deliverer(store, clock, {"notes": notes}, daily).deliver()
    [digest] = notes.messages
    assert (digest.id, digest.title) == ("digest.mega.20250202T0800", "Mega-rounds：3 条")
    assert digest.payload["type"] == "funding_event.digest"
    assert {part["event"]["company"] for part in digest.payload["data"]["alerts"]} == {
        "Loomfield",
        "Kestrel",
        "Quaymont",
    }


def test_in_quiet_hours_nothing_goes_out(store, clock):
    quiet = rule(quiet_hours="12:00-14:00")
    notes = Notes()
    report(store, 2e8, quiet, at=clock.now)
    deliverer(store, clock, {"notes": notes}, quiet).deliver()
    assert notes.messages == []
    clock.move(hours=2)
    deliverer(store, clock, {"notes": notes}, quiet).deliver()
    assert len(notes.messages) == 1


def test_a_rule_goes_to_its_own_channels_and_else_to_those_of_the_settings(store, clock):
    one, two = Notes(), Notes()
    own = rule(id="own", channels=["two"])
    report(store, 2e8, rule(), own)
    deliverer(store, clock, {"one": one}, rule(), own).deliver()
    assert [m.payload["data"]["rule"] for m in one.messages] == ["mega"]
    deliverer(store, clock, {"two": two}, rule(), own).deliver()
    assert [m.payload["data"]["rule"] for m in two.messages] == ["own"]


@pytest.mark.parametrize(
    ("answers", "wait", "says"),
    [
        ([(500, {}, 0.0)], 5, "answered 500"),
        ([(429, {"Retry-After": "90"}, 0.0)], 90, "answered 429"),
        ([(503, {"Retry-After": "90"}, 0.0)], 90, "answered 503"),
        ([(0, {}, 0.0)], 5, "broke off"),
        ([(302, {"Location": "http://127.0.0.1/"}, 0.0)], 5, "redirects"),
        ([(200, {}, 1.5)], 5, "no answer within"),
    ],
)
def test_a_receiver_that_fails_gets_the_alert_again_after_the_wait_under_the_same_id(store, clock, answers, wait, says):
    report(store)
    with receiver() as server:
        server.answers = list(answers)
        patience = 0.5 if "no answer" in says else 30.0
        hasty = deliverer(store, clock, {"hook": webhook(server, timeout=patience)})
        assert hasty.deliver()["failed"] == 1
        postman = deliverer(store, clock, {"hook": webhook(server, timeout=30.0)})
        clock.move(seconds=wait - 0.5)
        assert postman.deliver() == {"sent": 0, "failed": 0, "dead": 0}
        clock.move(seconds=1)
        assert postman.deliver()["sent"] == 1
        assert len(set(server.seen_ids)) == 1
    assert store.outbox.counts()["done"] == 1


def test_retry_after_holds_the_whole_channel_and_no_other(store, clock):
    for company in ("Loomfield", "Kestrel"):
        report(store, company=company)
    notes = Notes()
    with receiver() as server:
        server.answers = [(429, {"Retry-After": "600"}, 0.0)]
        postman = deliverer(store, clock, {"hook": webhook(server), "notes": notes})
        assert postman.deliver() == {"sent": 2, "failed": 1, "dead": 0}
        clock.move(seconds=599)
        postman.deliver()
        assert len(server.seen_ids) == 1
        clock.move(seconds=2)
        assert postman.deliver()["sent"] == 2


def test_a_receiver_that_is_gone_for_an_hour_gets_everything_in_the_end(store, clock):
    notes = Notes()
    notes.failing = True
    for number in range(6):
        report(store, company=f"Company {number}")
    postman = deliverer(store, clock, {"notes": notes})
    tries = 0
    for _ in range(60):
        tries += postman.deliver()["failed"]
        clock.move(minutes=1)
    # it is left alone after three failures in a row, and waits grow
    assert tries < 60
    notes.failing = False
    for _ in range(60):
        postman.deliver()
        clock.move(minutes=2)
    assert len(notes.messages) == 6
    assert store.outbox.counts() == {"waiting": 0, "done": 6, "dead": 0}


def test_what_was_tried_too_often_is_a_dead_letter_until_a_person_sends_it_again(store, clock):
    report(store)
    notes = Notes()
    notes.failing = True
    postman = deliverer(store, clock, {"notes": notes}, attempts=2)
    assert postman.deliver()["failed"] == 1
    clock.move(seconds=6)
    assert postman.deliver()["dead"] == 1
    [letter] = store.outbox.dead_letters()
    assert letter.error == "notes: away"
    notes.failing = False
    assert store.outbox.revive(clock.now) == 1
    assert postman.deliver()["sent"] == 1


def test_no_more_messages_than_the_rate_go_out_in_its_time(store, clock):
    for number in range(5):
        report(store, company=f"Company {number}")
    notes = Notes()
    postman = deliverer(store, clock, {"notes": notes}, rate=Rate(2, timedelta(minutes=1)))
    sent = []
    for _ in range(4):
        sent.append(postman.deliver()["sent"])
        clock.move(seconds=60)
    assert sent == [2, 2, 1, 0]


def test_the_rate_of_one_channel_holds_up_no_other(store, clock):
    for number in range(5):
        report(store, company=f"Company {number}")
    slow, fast = Notes(), Notes()
    postman = deliverer(store, clock, {"slow": slow, "fast": fast})
    routes = {"slow": Route(slow, Rate(1, timedelta(minutes=1))), "fast": Route(fast, Rate(100, timedelta(minutes=1)))}
    assert replace(postman, routes=routes).deliver()["sent"] == 6
    assert (len(slow.messages), len(fast.messages)) == (1, 5)


def test_an_alert_whose_event_is_gone_is_given_up_and_the_others_go_out(store, clock, monkeypatch):
    from domain.errors import NotFound

    for company in ("Loomfield", "Kestrel"):
        report(store, company=company)
    notes = Notes()
    postman = deliverer(store, clock, {"notes": notes})
    real, calls = store.events.get, []

    def get(event_id: str):
        calls.append(event_id)
        if len(calls) == 1:
            raise NotFound(f"event {event_id}", "there is no such event")
        return real(event_id)

    monkeypatch.setattr(store.events, "get", get)
    assert postman.deliver() == {"sent": 1, "failed": 0, "dead": 1}
