from __future__ import annotations

from datetime import date

import pytest

from domain.event import Kind
from storage.store import open_store
from tests.api.factories import deal, file, money, open_client

EVENTS = "/api/v1/events"


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [found["application"] or found["company"]["name"] for found in answer.json()["items"]]


@pytest.fixture(scope="module")
def many():
    """Forty deals over ten weeks, every fourth without an amount, some with equal ones."""
    with open_store("sqlite://") as store:
        for number in range(40):
            amount = None if number % 4 == 0 else money(1e6 * (number // 2 + 1))
            # three weeks apart, so that no two of them look like one round
            day = date(2024, 1, 1).fromordinal(date(2024, 1, 1).toordinal() + 7 * (number % 10))
            file(store, deal(f"Maker{chr(65 + number // 26)}{chr(65 + number % 26)}", amount=amount), on=day)
        yield store


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=debt", ["Tesserat"]),
        ("kind=debt&kind=commitment", ["Tesserat", "Stargate"]),
        ("status=rumoured", ["Retrograde Labs"]),
        ("status=denied", ["Quarrel"]),
        ("status=denied&status=rumoured", ["Retrograde Labs", "Quarrel"]),
        ("round=series-b", ["Bolt.new"]),
        ("round=seed&round=pre-a", ["Pebblewise", "未来智能"]),
        ("company=StackBlitz", ["Bolt.new"]),
        ("company=STACKBLITZ, Inc.", ["Bolt.new"]),
        ("company=未来智能", ["未来智能"]),
        ("company=nobody", []),
        ("investor=GV", ["Bolt.new"]),
        ("investor=OpenAI", ["Stargate"]),
        ("investor=Quaymont", ["Pebblewise"]),
        ("min_usd=1000000000", ["Tesserat", "Stargate", "Retrograde Labs"]),
        ("min_usd=1e11", ["Stargate"]),
        ("q=bolt", ["Bolt.new"]),
        ("q=BLITZ", ["Bolt.new"]),
        ("q=quaym", ["Pebblewise"]),
        ("q=智能", ["未来智能"]),
        ("q=%25", []),
        ("q=_", []),
        ("q=';drop table article--", []),
        ("from=2025-W03&to=2025-W03", ["Synthera"]),
        ("to=2025-01-19", ["Synthera"]),
        ("from=current", []),
        ("from=latest&kind=grant", []),
        ("round=series-b&kind=debt", []),
    ],
)
def test_filters_narrow_the_listing(client, query, found):
    assert sorted(names(client.get(f"{EVENTS}?{query}"))) == sorted(found)


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("-amount_usd", ["Stargate", "Tesserat", "Retrograde Labs", "Synthera", "Bolt.new", "未来智能", "Pebblewise"]),
        ("amount_usd", ["未来智能", "Bolt.new", "Synthera", "Retrograde Labs", "Tesserat", "Stargate", "Pebblewise"]),
        ("announced_on", ["Synthera"]),
        ("-announced_on", ["Tesserat"]),
        ("company", ["Bolt.new", "Pebblewise", "Retrograde Labs"]),
    ],
)
def test_sorts_put_unknown_amounts_last_either_way(client, sort, first):
    assert names(client.get(f"{EVENTS}?sort={sort}"))[: len(first)] == first


@pytest.mark.parametrize(
    "sort", ["-amount_usd", "amount_usd", "-announced_on", "announced_on", "-updated_at", "company"]
)
@pytest.mark.parametrize("limit", [1, 7, 39, 40, 1000])
def test_pages_follow_each_other_without_loss_or_repetition(many, sort, limit):
    with open_client(many) as client:
        whole = [found["id"] for found in client.get(f"{EVENTS}?sort={sort}&limit=1000").json()["items"]]
        assert len(whole) == 40
        seen, address, pages = [], f"{EVENTS}?sort={sort}&limit={limit}", 0
        while address:
            answer = client.get(address)
            seen += [found["id"] for found in answer.json()["items"]]
            assert answer.json()["next"] == answer.links.get("next", {}).get("url")
            address, pages = answer.json()["next"], pages + 1
        assert seen == whole
        assert pages == -(-40 // limit)


def test_an_event_that_comes_in_meanwhile_shifts_no_page():
    with open_store("sqlite://") as store, open_client(store) as client:
        for number in range(6):
            file(store, deal(f"Early{chr(65 + number)}", amount=money(1e6 * (number + 1))))
        first = client.get(f"{EVENTS}?sort=-amount_usd&limit=3").json()
        file(store, deal("Larger", amount=money(9e9)))
        second = client.get(first["next"]).json()
        assert [e["company"]["name"] for e in second["items"]] == ["EarlyC", "EarlyB", "EarlyA"]


def test_a_cursor_keeps_the_filters_and_the_link_header_leads_back(many):
    with open_client(many) as client:
        answer = client.get(f"{EVENTS}?min_usd=1000000&limit=5&q=maker")
        assert "min_usd=1000000" in answer.json()["next"]
        second = client.get(answer.json()["next"])
        assert second.links["first"]["url"] == f"{EVENTS}?min_usd=1000000&limit=5&q=maker"


def forge(cursor: str) -> list[str]:
    flipped = ("B" if cursor[20] == "A" else "A").join((cursor[:20], cursor[21:]))
    return [
        "",
        "x",
        "AAAA",
        "💥",
        "a b",
        cursor[:-3],
        cursor + "AAAA",
        flipped,
        cursor[::-1],
        "A" * 4000,
        "%00",
        "=" * 9,
    ]


def test_forged_and_borrowed_cursors_are_refused(many):
    with open_client(many) as client:
        listing = client.get(f"{EVENTS}?limit=5")
        cursor = listing.json()["next"].split("cursor=")[1]
        for forged in forge(cursor)[1:]:
            answer = client.get(EVENTS, params={"limit": 5, "cursor": forged})
            assert answer.status_code == 400, forged
            assert "begin again without it" in answer.json()["detail"]
        for other in ("kind=debt", "sort=company", "q=a", "from=2024-W01"):
            assert client.get(f"{EVENTS}?{other}&cursor={cursor}").status_code == 400
        assert client.get(f"{EVENTS}?limit=9&cursor={cursor}").status_code == 200
    with open_client(many, cursor_key="another") as other:
        assert other.get(f"{EVENTS}?cursor={cursor}").status_code == 400


def test_an_event_tells_its_facts(client, ids):
    found = client.get(f"{EVENTS}/{ids['stargate']}").json()
    assert found["company"]["name"] == "Stargate"
    assert found["kind"] == "commitment"
    assert found["amount"] == {
        "min": None, "max": 500_000_000_000, "currency": "USD", "precision": "at_most", "usd": 5e11,
        "text": {"zh": "5000 亿美元", "en": "$500B"},
    }  # fmt: skip
    assert found["week"] == "2025-W04"
    assert {p["name"] for p in found["participants"]} >= {"OpenAI"}
    assert found["page_url"] == f"/events/{ids['stargate']}"


def test_every_reported_value_has_its_article_and_its_words(client, ids):
    found = client.get(f"{EVENTS}/{ids['bolt']}").json()
    amounts = [value for value in found["reported"] if value["field"] == "amount"]
    assert [(v["shown"], v["text"]["en"]) for v in amounts] == [(True, "$105.5M"), (False, "about $105M")]
    quote = amounts[0]["reported_by"][0]["quotes"][0]
    assert quote["quote"] == "1.055亿美元"
    assert quote["before"].endswith("完成")
    assert quote["after"] == "B轮融资"
    leads = [value for value in found["reported"] if value["field"] == "lead_investors"]
    assert {value["value"] for value in leads} == {"Emergence", "GV"}
    assert [value["value"] for value in found["reported"] if value["field"] == "investors"] == ["Madrona"]
    assert len(found["members"]) == 2
    assert found["members"][1]["reasons"]
    assert [revision["number"] for revision in found["revisions"]] == [1, 2]
    assert found["revisions"][1]["article_id"] == found["members"][1]["article"]["article_id"]


def test_quotes_count_in_the_body_of_their_article(client, store, ids):
    for value in client.get(f"{EVENTS}/{ids['bolt']}").json()["reported"]:
        for witness in value["reported_by"]:
            body = store.articles.get(witness["article"]["article_id"]).body
            for quote in witness["quotes"]:
                assert body[quote["start"] : quote["end"]] == quote["quote"]


def test_a_merged_event_redirects_for_ever():
    with open_store("sqlite://") as store, open_client(store) as client:
        old = file(store, deal("Loomfield", amount=money(5e6)))
        new = file(store, deal("Pebblewise", amount=money(7e6)))
        with store._access.writing() as connection:
            connection.exec_driver_sql(f"UPDATE funding_event SET merged_into = '{new}' WHERE id = '{old}'")
        for prefix in (EVENTS, "/events"):
            answer = client.get(f"{prefix}/{old}")
            assert answer.status_code == 308
            assert answer.headers["location"] == f"{prefix}/{new}"
        assert client.get(f"/events/{old}?lang=zh").headers["location"] == f"/events/{new}?lang=zh"
        assert [e["id"] for e in client.get(EVENTS).json()["items"]] == [new]


@pytest.mark.parametrize(
    "event_id", ["e0000000000", "nope", "a" * 64, "%00", "..%2f..", "'; --", "💥", "e%0d%0aX-Injected: 1"]
)
def test_an_unknown_event_is_a_404_that_names_it(client, event_id):
    answer = client.get(f"{EVENTS}/{event_id}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "X-Injected" not in answer.headers


def test_an_article_is_a_record_with_quotes_and_without_its_text(client, store, ids):
    article_id = store.events.mentions(ids["bolt"])[0].article_id
    found = client.get(f"/api/v1/articles/{article_id}").json()
    assert found["title"].startswith("Bolt.new")
    assert found["text"] is None
    assert found["event_ids"] == [ids["bolt"]]
    assert [quote["quote"] for quote in found["quotes"]] == ["1.055亿美元"]
    with open_client(store, full_text=True) as open_text:
        assert open_text.get(f"/api/v1/articles/{article_id}").json()["text"].startswith("Story number")


@pytest.mark.parametrize(
    ("article_id", "status"),
    [("999999", 404), ("0", 400), ("-1", 400), ("x", 400), (str(2**63), 400), (str(2**63 - 1), 404), ("1.5", 400)],
)
def test_an_unknown_article_is_told_from_one_that_cannot_be(client, article_id, status):
    assert client.get(f"/api/v1/articles/{article_id}").status_code == status


def test_sources_tell_what_came_from_them(client):
    found = {source["id"]: source for source in client.get("/api/v1/sources").json()["items"]}
    assert found["chaoliu"]["articles"] == 3
    assert found["chaoliu"]["latest_on"] == "2025-01-22"
    assert found["silent"]["articles"] == 0
    assert found["silent"]["latest_on"] is None


def test_kinds_are_kept_apart(client):
    found = client.get("/api/v1/weeks/2025-W04").json()
    assert found["sums"]["equity"]["disclosed"] == 2
    assert found["sums"]["equity"]["usd"] == pytest.approx(105.5e6 + 1e7 / 7.28, rel=0.01)
    assert found["sums"]["commitment"] == {"events": 1, "disclosed": 1, "usd": 5e11}
    assert found["sums"]["debt"]["usd"] == 5.25e9
    assert Kind.GRANT.value not in found["sums"]
    assert (found["rumoured"], found["mega"]) == (1, 2)
