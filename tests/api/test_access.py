from __future__ import annotations

import pytest

from api.guards import RateLimit
from api.settings import ApiSettings
from domain.errors import BadInput
from storage.access_keys import AccessKeys
from storage.sources import SourceRecord
from storage.store import open_store
from tests.api.factories import fill_week, open_client

BOARD = "/api/v1"


@pytest.fixture
def desk():
    """A filled store of its own with a client that takes judgements, and a key of each scope."""
    with open_store("sqlite://") as store:
        store.sources.sync([SourceRecord("harbour", "Harbour"), SourceRecord("chaoliu", "潮流")])
        ids = fill_week(store)
        words = {scope: AccessKeys(store).add(f"the {scope} desk", scope)[1] for scope in ("read", "write", "admin")}
        with open_client(store) as client:
            client.app.state.court = Court()
            yield client, words, ids


class Court:
    def __init__(self):
        self.heard = []

    def judge(self, word):
        if word.field == "colour":
            raise BadInput("'colour'", "no field that can be edited")
        self.heard.append(word)
        return [word.event_id], dict.fromkeys(word.others, word.event_id)


def bearer(word):
    return {"Authorization": f"Bearer {word}"}


WRITES = [
    ("PUT", "/alerts/rules/chips", {"when": {"minimum_usd": 1_000_000}}),
    ("PUT", "/watch-lists/mine", {"companies": ["StackBlitz"]}),
    ("PUT", "/sources/harbour/switch", {"enabled": False}),
    ("POST", "/judgements", {"verdict": "same", "event_id": "EVENT", "others": ["e1"]}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
@pytest.mark.parametrize(
    ("held", "status"), [("", 401), ("rw_forged_word", 401), ("read", 403), ("write", 200), ("admin", 200)]
)
def test_writing_takes_a_key_of_scope_write_and_is_noted(desk, method, path, body, held, status):
    client, words, ids = desk
    body = {**body, **({"event_id": ids["bolt"]} if "event_id" in body else {})}
    headers = bearer(words.get(held, held)) if held else {}
    answer = client.request(method, BOARD + path, json=body, headers=headers)
    assert answer.status_code == status, answer.text
    journal = client.get(f"{BOARD}/journal", headers=bearer(words["write"])).json()["items"]
    assert [entry["actor"] for entry in journal] == ([f"the {held} desk"] if status == 200 else [])


def test_a_key_of_the_settings_may_write_but_make_no_keys():
    with open_client(write_keys=("one-from-the-settings",)) as client:
        headers = {"X-API-Key": "one-from-the-settings"}
        assert client.put(f"{BOARD}/watch-lists/mine", json={}, headers=headers).status_code == 200
        assert client.post(f"{BOARD}/keys", json={"name": "x"}, headers=headers).status_code == 403


def test_keys_are_made_shown_once_and_ended(desk):
    client, words, _ = desk
    admin = bearer(words["admin"])
    made = client.post(f"{BOARD}/keys", json={"name": "guest", "scope": "write"}, headers=admin).json()
    mine = bearer(made["word"])
    assert client.get(f"{BOARD}/journal", headers=mine).status_code == 200
    assert made["word"] not in client.get(f"{BOARD}/keys", headers=admin).text
    assert client.delete(f"{BOARD}/keys/{made['id']}", headers=admin).status_code == 200
    assert client.get(f"{BOARD}/journal", headers=mine).status_code == 401
    assert client.delete(f"{BOARD}/keys/{made['id']}", headers=admin).status_code == 404


@pytest.mark.parametrize(
    ("body", "words_of_it"),
    [
        ({"verdict": "same", "others": []}, "others"),
        ({"verdict": "same", "others": ["e1", "e2"]}, "merge takes several"),
        ({"verdict": "split"}, "urls"),
        ({"verdict": "edit"}, "field"),
        ({"verdict": "edit", "field": "colour", "value": 1}, "edited"),
        ({"verdict": "perhaps"}, "verdict"),
        ({"verdict": "same", "others": ["e1"], "why": "x"}, "why"),
    ],
)
def test_a_judgement_that_cannot_be_is_refused_and_not_noted(desk, body, words_of_it):
    client, words, ids = desk
    write = bearer(words["write"])
    answer = client.post(f"{BOARD}/judgements", json={"event_id": ids["bolt"], **body}, headers=write)
    assert answer.status_code == 400
    assert words_of_it in answer.json()["detail"]
    assert client.get(f"{BOARD}/journal", headers=write).json()["items"] == []


def test_a_judgement_is_handed_on_with_who_says_so(desk):
    client, words, ids = desk
    body = {"verdict": "edit", "event_id": ids["bolt"], "field": "round", "value": "series-c", "note": "their filing"}
    answer = client.post(f"{BOARD}/judgements", json=body, headers=bearer(words["write"]))
    assert answer.json() == {"changed": [ids["bolt"]], "gone": {}}
    (word,) = client.app.state.court.heard
    assert (word.by, word.field, word.value, word.note) == ("the write desk", "round", "series-c", "their filing")


def test_a_watch_list_filters_events(desk):
    client, words, ids = desk
    write = bearer(words["write"])
    body = {"companies": ["Tesserat"], "investors": ["甲骨文"]}
    assert client.put(f"{BOARD}/watch-lists/mine", json=body, headers=write).json()["companies"] == ["Tesserat"]
    for past in ("", "&as_of=2030-01-01T00:00:00Z"):
        found = client.get(f"{BOARD}/events?watch=mine{past}").json()["items"]
        assert {event["id"] for event in found} == {ids["debt"], ids["stargate"]}
    assert client.get(f"{BOARD}/events?watch=other").status_code == 404
    assert [one["id"] for one in client.get(f"{BOARD}/watch-lists").json()["items"]] == ["mine"]
    assert client.delete(f"{BOARD}/watch-lists/mine", headers=write).json() == {"items": []}
    assert client.put(f"{BOARD}/watch-lists/Not%20One", json={}, headers=write).status_code == 400


def test_reading_takes_a_key_where_a_setting_says_so(desk):
    client, words, _ = desk
    with open_client(client.app.state.store, require_key=True) as closed:
        answer = closed.get(f"{BOARD}/weeks")
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert closed.get(f"{BOARD}/weeks", headers=bearer(words["read"])).status_code == 200
        assert closed.get("/healthz").status_code == 200


def test_a_large_body_is_refused_before_it_is_read(desk):
    client, words, _ = desk
    for content in (b" " * 10_000_000, (b" " * 100_000 for _ in range(100))):
        answer = client.post(f"{BOARD}/judgements", content=content, headers=bearer(words["write"]))
        assert answer.status_code == 413
        assert answer.json()["hint"]


def test_a_wrong_content_type_is_told(desk):
    client, words, _ = desk
    write = bearer(words["write"])
    for told in ("text/plain", "application/x-www-form-urlencoded", "application/xml; charset=utf-8"):
        headers = {**write, "Content-Type": told}
        answer = client.post(f"{BOARD}/judgements", content=b"verdict=same", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")
        assert "application/json" in answer.json()["hint"]
        assert client.post(f"{BOARD}/judgements", content=b"x", headers={"Content-Type": told}).status_code == 401
    assert client.post(f"{BOARD}/judgements", content=b"{}", headers=write).status_code == 415
    told_right = {**write, "Content-Type": "application/json; charset=utf-8"}
    assert client.put(f"{BOARD}/watch-lists/mine", content=b"{}", headers=told_right).status_code == 200
    broken = client.put(f"{BOARD}/watch-lists/mine", content=b'{"a": ', headers=told_right)
    assert broken.status_code == 400
    assert broken.json()["detail"].startswith("body: no JSON: ")


@pytest.mark.parametrize("sign", ["\\ud800", "\\u0000", "\\udfff\\ud800"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/watch-lists/mine", '{"companies": ["a*b"]}'),
        ("PUT", "/alerts/rules/chips", '{"when": {"words": ["a*b"]}}'),
        ("PUT", "/alerts/rules/chips", '{"name": "a", "when": {"*": 1}}'),
        ("POST", "/keys", '{"name": "a*b"}'),
        ("POST", "/judgements", '{"verdict": "edit", "event_id": "e1", "field": "round", "value": ["*"]}'),
        ("POST", "/judgements", '{"verdict": "edit", "event_id": "e1", "field": "round", "note": "*"}'),
    ],
)
def test_signs_that_cannot_be_kept_are_refused_and_spoil_nothing(desk, method, path, body, sign):
    client, words, _ = desk
    headers = {**bearer(words["admin"]), "Content-Type": "application/json"}
    answer = client.request(method, BOARD + path, content=body.replace("*", sign), headers=headers)
    assert answer.status_code == 400, answer.text
    assert "cannot be kept: U+" in answer.json()["detail"]
    for listing in ("watch-lists", "alerts/rules", "keys", "journal"):
        assert client.get(f"{BOARD}/{listing}", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/sources/%00/switch"), ("DELETE", "/keys/%00"), ("DELETE", "/alerts/rules/a%00")]
)
def test_an_id_that_no_database_can_look_up_is_refused(desk, method, path):
    client, words, _ = desk
    body = {"json": {"enabled": True}} if method == "PUT" else {}
    assert client.request(method, BOARD + path, headers=bearer(words["admin"]), **body).status_code == 400


def test_who_shows_no_key_is_told_by_which_scheme(desk):
    client, _, _ = desk
    for path in ("/journal", "/keys"):
        assert client.get(BOARD + path).headers["www-authenticate"] == "Bearer"


def test_too_many_requests_are_refused_with_when_to_come_back(desk):
    filled, words, _ = desk
    with open_client(filled.app.state.store, rate_limit="2/60", write_keys=("of-the-settings",)) as client:
        assert [client.get(f"{BOARD}/weeks").status_code for _ in range(3)] == [200, 200, 429]
        answer = client.get(f"{BOARD}/weeks")
        assert 0 < int(answer.headers["retry-after"]) <= 31
        # each key counts by itself; keys that are made up do not open a way around the limit
        for known in (words["read"], "of-the-settings"):
            found = [client.get(f"{BOARD}/weeks", headers={"X-API-Key": known}).status_code for _ in range(3)]
            assert found == [200, 200, 429]
        for forged in ("another", "rw_forged_word", words["read"][:-1]):
            assert client.get(f"{BOARD}/weeks", headers=bearer(forged)).status_code == 429
        assert client.get("/healthz").status_code == 200


def test_a_bucket_fills_up_steadily():
    now = [0.0]
    rate = RateLimit(2, 10.0, lambda: now[0])
    assert [rate.take("a")[0] for _ in range(3)] == [1, 0, -1]
    now[0] = 5.0
    assert [rate.take("a")[0] for _ in range(2)] == [0, -1]
    assert rate.take("b")[0] == 1


@pytest.mark.parametrize("rate", ["many", "0/60", "5", "5/0", "-1/2"])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="600/60"):
        ApiSettings(rate_limit=rate)


def test_requests_are_counted_by_route(desk):
    client, _, _ = desk
    for number in range(3):
        client.get(f"{BOARD}/events/nothing{number}")
    text = client.get("/metrics").text
    assert 'roundwatch_requests_total{method="GET",route="/api/v1/events/{event_id}",status="404"} 3.0' in text
    assert "nothing1" not in text
