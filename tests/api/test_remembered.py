from __future__ import annotations

import pytest

from api.remembered import _Answer, _Memory, pack, unpack
from storage.store import open_store
from storage.version import StoreVersion
from tests.api.factories import deal, file, money, open_client

EVENTS = "/api/v1/events"


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store:
        yield store


def count_questions(monkeypatch):
    asked = []
    from storage.cards import Cards

    find = Cards.page
    monkeypatch.setattr(Cards, "page", lambda self, *a, **k: asked.append(a) or find(self, *a, **k))
    return asked


def test_a_question_is_answered_from_memory_until_anything_is_written(store, monkeypatch):
    asked = count_questions(monkeypatch)
    first = file(store, deal("Loomfield"))
    with open_client(store) as client:
        answers = [client.get(EVENTS) for _ in range(3)]
        assert len(asked) == 1
        assert len({answer.content for answer in answers}) == 1
        assert len({answer.headers["etag"] for answer in answers}) == 1
        assert client.get(EVENTS, headers={"If-None-Match": answers[0].headers["etag"]}).status_code == 304
        second = file(store, deal("Tesserat", amount=money(5e6)))
        assert {event["id"] for event in client.get(EVENTS).json()["items"]} == {first, second}


def test_remembered_answers_are_counted_under_their_route(store):
    file(store, deal("Loomfield"))
    with open_client(store) as client:
        for _ in range(3):
            client.get(EVENTS)
        client.head(EVENTS)
        text = client.get("/metrics").text
    assert f'roundwatch_requests_total{{method="GET",route="{EVENTS}",status="200"}} 3.0' in text
    assert f'roundwatch_requests_total{{method="HEAD",route="{EVENTS}",status="200"}} 1.0' in text
    assert 'route="none"' not in text


def test_questions_that_differ_are_not_mixed_up(store, monkeypatch):
    file(store, deal("Loomfield"))
    with open_client(store) as client:
        plain = client.get(EVENTS)
        assert client.get(f"{EVENTS}?limit=1&kind=debt").json()["items"] == []
        assert client.get(EVENTS, headers={"Accept": "text/csv"}).text.startswith("id,week")
        assert client.get(EVENTS).content == plain.content
        assert client.get(EVENTS, headers={"Accept-Encoding": "gzip"}).json() == plain.json()
        with open_client(store, require_key=True) as closed:
            assert closed.get(EVENTS).status_code == 401


def test_little_is_remembered_where_little_may_be(store, monkeypatch):
    asked = count_questions(monkeypatch)
    with open_client(store, remember_mb=0) as client:
        for _ in range(2):
            client.get(EVENTS)
    assert len(asked) == 2


def test_answers_are_kept_packed_and_those_asked_for_longest_ago_make_room():
    memory = _Memory(3000)
    assert memory.find("v1", ("0",)) is None
    bodies = [f"{number:04}".encode() * 1000 for number in range(200)]
    for number, body in enumerate(bodies):
        memory.keep("v1", (str(number),), _Answer({"status": 200}, pack(body)))
    kept = [number for number in range(200) if memory.find("v1", (str(number),))]
    # some hundred thousand bytes would not fit
    assert len(kept) > 20 and kept == list(range(kept[0], 200))
    assert memory.size <= 3000
    found = {number: memory.find("v1", (str(number),)) for number in kept}
    assert all(answer and unpack(answer.packed) == bodies[number] for number, answer in found.items())
    assert memory.find("v2", ("199",)) is None


def test_a_database_in_memory_tells_no_version():
    with open_store("sqlite://") as store:
        assert StoreVersion(store).read() is None


def test_the_version_changes_with_commits_of_others(store):
    version = StoreVersion(store)
    before = version.read()
    assert version.read() == before
    file(store, deal("Loomfield"))
    assert version.read() != before
    version.close()
