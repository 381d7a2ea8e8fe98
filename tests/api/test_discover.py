from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.event import Kind
from storage.rates import load_rates
from storage.store import open_store
from tests.api.factories import NOW, deal, file, money, open_client
from tracker.deciding import Judge, judge_edit

API = "/api/v1"


@pytest.mark.parametrize("name", ["StackBlitz", "stackblitz, inc.", "Bolt.new"])
def test_a_company_is_found_by_any_of_its_names(client, ids, name):
    found = client.get(f"{API}/companies/{name}").json()
    assert [event["id"] for event in found["rounds"]] == [ids["bolt"]]
    assert found["total_raised_computed_usd"] == pytest.approx(105.5e6, rel=0.01)
    assert {partner["party"]["name"] for partner in found["investors"]} >= {"GV", "Madrona"}


def test_an_investor_has_deals_and_co_investors(client, ids):
    found = client.get(f"{API}/investors/Madrona").json()
    assert [event["id"] for event in found["deals"]] == [ids["bolt"]]
    assert found["led"] == 0
    assert "GV" in {partner["party"]["name"] for partner in found["co_investors"]}


def test_a_company_whose_key_has_signs_of_an_address_is_found_by_its_url():
    with open_store("sqlite://") as store:
        file(store, deal("Atlas", round="seed", amount=money(6e6)))
        robots = file(store, deal("Atlas", round="series-b", amount=money(1e8)))
        judge_edit(store, robots, "company", "Atlas (robots)", Judge("mei", load_rates(), at=NOW))
        with open_client(store) as client:
            listed = {one["name"]: one["url"] for one in client.get(f"{API}/companies").json()["items"]}
            [found] = client.get(listed["Atlas (robots)"]).json()["rounds"]
    assert found["id"] == robots


@pytest.mark.parametrize("path", ["companies/nobody", "investors/nobody", "companies/%27;drop", "companies/%20"])
def test_who_is_not_stored_is_a_404(client, path):
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("what", ["companies", "investors"])
@pytest.mark.parametrize("sort", ["name", "-usd", "-events", "-latest_on"])
def test_parties_are_paged(client, what, sort):
    whole = [one["key"] for one in client.get(f"{API}/{what}?sort={sort}").json()["items"]]
    seen, address = [], f"{API}/{what}?sort={sort}&limit=2"
    while address:
        answer = client.get(address).json()
        seen += [one["key"] for one in answer["items"]]
        address = answer["next"]
    assert seen == whole and len(seen) == len(set(seen)) > 2
    other = "investors" if what == "companies" else "companies"
    cursor = client.get(f"{API}/{what}?limit=1").json()["next"].split("cursor=")[1]
    assert client.get(f"{API}/{other}?cursor={cursor}").status_code == 400


def test_search_speaks_both_languages_and_pages(client, ids):
    def found(query):
        return {(hit["kind"], hit["ref"]) for hit in client.get(f"{API}/search", params=query).json()["items"]}

    assert ("event", ids["weilai"]) in found({"q": "未来智能"})
    assert ("event", ids["stargate"]) in found({"q": "甲骨文", "kind": "event"})
    assert {kind for kind, _ in found({"q": "madrona"})} >= {"investor"}
    first = client.get(f"{API}/search?q=raises&limit=1").json()
    assert first["next"] and client.get(first["next"]).json()["items"] != first["items"]
    for hit in first["items"]:
        assert client.get(hit["url"]).status_code == 200
    assert client.get(f"{API}/search").status_code == 400


def test_figures_come_by_group_with_kinds_apart(client):
    found = client.get(f"{API}/stats?by=week").json()["items"]
    week = {stat["kind"]: stat for stat in found if stat["group"] == "2025-W04"}
    assert week["commitment"]["usd"] == 5e11
    assert week["equity"]["disclosed"] == 2 and week["equity"]["events"] == 3
    assert set(week["debt"]["percentiles"]) == {"10", "25", "75", "90", "99"}
    assert client.get(f"{API}/stats?by=none&kind=debt").json()["items"][0]["median"] == 5.25e9
    assert client.get(f"{API}/stats?by=moon").status_code == 400
    assert client.get(f"{API}/stats?limit=5").status_code == 400


def test_changes_go_on_from_their_cursor_and_miss_nothing():
    with open_store("sqlite://") as store, open_client(store) as client:
        first = file(store, deal("Loomfield", round="seed"))
        page = client.get(f"{API}/changes").json()
        assert [(one["type"], one["event_id"]) for one in page["items"]] == [("created", first)]
        assert client.get(f"{API}/changes?since={page['cursor']}").json() == {**page, "items": []}
        file(store, deal("Loomfield", round="seed", amount=money(5e6)))
        second = file(store, deal("Tesserat", kind=Kind.DEBT))
        one = client.get(f"{API}/changes?since={page['cursor']}&limit=1").json()
        assert one["more"] and one["items"][0]["type"] == "updated" and "amount" in one["items"][0]["changed"]
        following = client.get(f"{API}/changes?since={page['cursor']}&limit=1").links["next"]["url"]
        assert client.get(following).json()["items"][0]["event_id"] == second
        assert "link" not in client.get(following).headers
        rest = client.get(f"{API}/changes?since={one['cursor']}").json()
        assert [(c["type"], c["event_id"]) for c in rest["items"]] == [("created", second)] and not rest["more"]


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("2020-01-01T00:00:00Z", 200),
        ("2020-01-01", 200),
        ("99999", 200),
        ("9999-12-31T23:59:59-14:00", 400),
        ("0001-01-01T00:00:00+14:00", 400),
        ("yesterday", 400),
        ("-1", 400),
        ("9" * 60, 400),
    ],
)
def test_since_is_a_cursor_or_a_time(client, since, status):
    assert client.get(f"{API}/changes", params={"since": since}).status_code == status


def test_the_past_is_listed_as_it_was_known():
    with open_store("sqlite://") as store, open_client(store) as client:
        file(store, deal("Loomfield", round="seed", amount=money(5e6)))
        before = (datetime(2025, 2, 1, 12, tzinfo=UTC) - timedelta(days=1)).isoformat()
        after = datetime(2025, 2, 2, tzinfo=UTC).isoformat()
        assert client.get(f"{API}/events", params={"as_of": before}).json()["items"] == []
        for sort in ("announced_on", "-amount_usd", "company", "-valuation_usd"):
            found = client.get(f"{API}/events", params={"as_of": after, "sort": sort}).json()["items"]
            assert found == client.get(f"{API}/events").json()["items"]
        for query in ("kind=equity", "company=Loomfield", "q=loom", "min_usd=1000000", "round=seed"):
            assert len(client.get(f"{API}/events?{query}&as_of=2025-02-02T00:00:00Z").json()["items"]) == 1
        for query in (
            "kind=debt",
            "company=Tesserat",
            "q=x",
            "max_usd=1000",
            "status=denied",
            "from=2025-W05",
            "lead=x",
        ):
            assert client.get(f"{API}/events?{query}&as_of=2025-02-02T00:00:00Z").json()["items"] == []
        for far in ("2025-02-01", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"):
            assert client.get(f"{API}/events", params={"as_of": far}).status_code == 400
        assert client.get(f"{API}/events", params={"as_of": after, "sort": "-updated_at"}).status_code == 400


def test_pages_of_the_past_follow_each_other(client):
    past = "as_of=2030-01-01T00:00:00Z"
    whole = [one["id"] for one in client.get(f"{API}/events?{past}&sort=-amount_usd").json()["items"]]
    seen, address = [], f"{API}/events?{past}&sort=-amount_usd&limit=3"
    while address:
        answer = client.get(address).json()
        seen += [one["id"] for one in answer["items"]]
        address = answer["next"]
    assert seen == whole == [one["id"] for one in client.get(f"{API}/events?sort=-amount_usd").json()["items"]]
