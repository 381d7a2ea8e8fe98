from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
import uvicorn

from api.alerts.body import AlertBody, build_schema
from api.app import build_app
from api.settings import ApiSettings
from domain.alerting import Alert
from storage.access_keys import AccessKeys
from storage.store import Store, open_store
from tests.api.factories import deal, file, money, open_client

RULES = "/api/v1/alerts/rules"
KEY = "a-key-of-the-tests"
HEADERS = {"Authorization": f"Bearer {KEY}"}
RULE = {"name": "Chips", "when": {"sectors": ["ai-chips"]}, "digest": "daily"}
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "alert.schema.json"


@pytest.fixture
def keyed() -> Iterator[object]:
    with open_store("sqlite://") as store, open_client(store, write_keys=KEY) as client:
        yield client


def test_the_shipped_rule_is_listed_with_its_definition(client):
    [rule] = client.get(RULES).json()["items"]
    assert rule["id"] == "mega-round"
    assert rule["definition"]["when"]["any"][0] == {"kinds": ["equity"], "minimum_usd": 100_000_000.0}


def test_a_rule_is_kept_replaced_and_forgotten_by_who_has_the_key(keyed):
    kept = keyed.put(f"{RULES}/chips", json=RULE, headers=HEADERS)
    assert (kept.status_code, kept.json()["name"]) == (200, "Chips")
    assert keyed.put(f"{RULES}/chips", json={**RULE, "name": "All chips"}, headers=HEADERS).status_code == 200
    assert [rule["name"] for rule in keyed.get(RULES).json()["items"]][1:] == ["All chips"]
    left = keyed.delete(f"{RULES}/chips", headers=HEADERS).json()["items"]
    assert [rule["id"] for rule in left] == ["mega-round"]
    assert keyed.delete(f"{RULES}/chips", headers=HEADERS).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": ""}])
def test_without_the_key_nothing_is_written(keyed, headers):
    for answer in (
        keyed.put(f"{RULES}/chips", json=RULE, headers=headers),
        keyed.delete(f"{RULES}/mega-round", headers=headers),
    ):
        assert answer.status_code == 401
        assert KEY not in answer.text
    assert len(keyed.get(RULES).json()["items"]) == 1


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
def test_the_journal_says_who_set_a_rule_and_when_with_the_rule_itself(keyed, header):
    word = AccessKeys(keyed.app.state.store).add("the chip desk", "write")[1]
    key = {header: f"Bearer {word}" if header == "Authorization" else word}
    began = datetime.now(UTC)
    keyed.put(f"{RULES}/chips", json=RULE, headers=key)
    keyed.put(f"{RULES}/chips", json={"when": {"colour": "red"}}, headers=key)
    keyed.delete(f"{RULES}/chips", headers=HEADERS)
    keyed.delete(f"{RULES}/chips", headers=key)
    removed, put = keyed.get("/api/v1/journal", headers=key).json()["items"]
    assert (put["actor"], put["action"], put["subject"]) == ("the chip desk", "rule.put", "chips")
    assert put["detail"] == {"id": "chips", **RULE}
    assert began <= datetime.fromisoformat(put["at"]) <= datetime.now(UTC)
    assert (removed["actor"], removed["action"], removed["detail"]) == ("settings", "rule.delete", {})


@pytest.mark.parametrize("method", ["put", "delete"])
def test_a_rule_whose_note_cannot_be_written_is_not_changed_either(keyed, monkeypatch, method):
    keyed.put(f"{RULES}/chips", json=RULE, headers=HEADERS)

    def fail(*_: object) -> None:
        raise RuntimeError("killed here")

    monkeypatch.setattr("storage.desk.Desk.note", fail)
    body = {"json": {**RULE, "name": "Other"}} if method == "put" else {}
    assert keyed.request(method, f"{RULES}/chips", headers=HEADERS, **body).status_code == 500
    assert keyed.get(RULES).json()["items"][1]["name"] == "Chips"


def test_where_no_key_is_set_nobody_may_write(client):
    assert client.put(f"{RULES}/chips", json=RULE, headers={"Authorization": "Bearer "}).status_code == 401


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"when": {"colour": "red"}}, "unknown field 'colour'"),
        ({"when": {"kinds": ["loan"]}}, "kinds does not know 'loan'"),
        ({}, "`when` is missing"),
        ({"id": "other", "when": {"kinds": ["debt"]}}, "name two ids"),
    ],
)
def test_a_rule_that_cannot_work_is_a_problem_that_says_why(keyed, rule, says):
    answer = keyed.put(f"{RULES}/chips", json=rule, headers=HEADERS)
    assert answer.status_code == 400
    assert says in answer.json()["detail"]


def test_a_rehearsal_lists_what_a_rule_would_have_told(client, ids):
    told = client.get(f"{RULES}/mega-round/test?since=2025-01-20&lang=en").json()["items"]
    assert {one["event_id"] for one in told} == {ids["stargate"], ids["bolt"]}
    assert any(one["title"] == "Stargate raises up to $500B (commitment)" for one in told)
    assert client.get(f"{RULES}/none/test?since=2025-01-20").status_code == 404
    assert client.get(f"{RULES}/mega-round/test?since=soon").status_code == 400


def test_alerts_so_far_are_listed_in_order_and_read_on_from_a_number(live):
    store, events = live
    for event_id in events:
        put(store, event_id)
    with open_client(store) as client:
        first, second = client.get("/api/v1/alerts").json()["items"]
        assert [first["event_id"], second["event_id"]] == events
        assert client.get(f"/api/v1/alerts?after={first['seq']}").json()["items"] == [second]
        assert client.get(first["event_url"]).json()["id"] == events[0]
        assert client.get("/api/v1/alerts?limit=0").status_code == 400


@contextmanager
def serving(store: Store, **settings: object) -> Iterator[int]:
    """The API on a loopback port, as it runs for real: a stream has no end that a test client would wait for."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(
            build_app(store, ApiSettings(**settings)), log_level="error", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def following(port: int, **headers: str) -> Iterator[HTTPResponse]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/api/v1/alerts/stream?lang=en", headers=headers)
    try:
        yield connection.getresponse()
    finally:
        connection.close()


def read_event(answer: HTTPResponse) -> dict[str, str]:
    """The next block that is no comment."""
    block: dict[str, str] = {}
    while True:
        line = answer.readline().decode().rstrip("\n")
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            block[name] = value
        elif not line and block:
            return block


@pytest.fixture
def live(tmp_path) -> Iterator[tuple[Store, list[str]]]:
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store:
        yield store, [file(store, deal(name, amount=money(2e8))) for name in ("Loomfield", "Kestrel")]


def put(store: Store, event_id: str) -> None:
    store.outbox.put([Alert("mega-round", event_id, 1, datetime.now(UTC), amount_usd=2e8)])


def test_who_follows_the_stream_gets_each_new_alert_and_catches_up_after_a_break(live):
    store, (first, second) = live
    with serving(store) as port:
        with following(port) as answer:
            assert answer.getheader("Content-Type").startswith("text/event-stream")
            assert answer.readline() == b": following\n"
            put(store, first)
            event = read_event(answer)
        assert event["event"] == "funding_event.alert"
        body = AlertBody.model_validate(json.loads(event["data"]))
        assert (body.data.event.id, body.data.title) == (first, "Loomfield raises $200M")
        assert body.data.event.url == f"http://127.0.0.1:{port}/events/{first}"
        put(store, second)
        with following(port, **{"Last-Event-ID": event["id"]}) as answer:
            assert json.loads(read_event(answer)["data"])["data"]["event"]["id"] == second


def test_no_more_follow_than_the_setting_allows(live):
    with serving(live[0], alert_streams=0) as port, following(port) as answer:
        assert answer.status == 503
        assert "0 follow already" in answer.read().decode()


def test_the_documented_schema_is_the_one_that_messages_are_made_by():
    assert json.loads(SCHEMA.read_text("utf-8")) == build_schema()
