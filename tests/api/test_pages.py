from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from api.examples import EVENT
from storage.access_keys import AccessKeys
from storage.store import open_store
from tests.api.example_store import fill_examples
from tests.api.factories import deal, file, fill_week, money, open_client

VOID = {"meta", "link", "br", "img", "input", "rect", "col"}
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'


class Page(HTMLParser):
    """What a page is made of; `open` is empty where every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.handlers: list[str] = []
        self.words: list[str] = []
        self.language = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "html":
            self.language = values["lang"]
        if tag == "a":
            self.links.append(values["href"])
        self.assets += [values[name] for name in ("src", "srcset") if name in values]
        if tag == "link" and values.get("rel") == "stylesheet":
            self.assets.append(values["href"])
        self.handlers += [name for name in values if name.startswith("on")]

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style" and data.strip():
            self.words.append(" ".join(data.split()))


def load(client, path, **headers) -> Page:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    assert page.open == []
    assert "script" not in page.tags
    assert page.handlers == []
    assert all(asset.startswith("/static/") for asset in page.assets)
    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_week_shows_every_cell_of_its_table(client, lang):
    page = load(client, f"/weeks/2025-W04?lang={lang}")
    words = " ".join(page.words)
    table = client.get(f"/api/v1/weeks/2025-W04/report.json?lang={lang}").json()
    for row in table["rows"]:
        for column in table["columns"]:
            assert row[column["key"]] in words
    assert page.language == {"zh": "zh-Hans", "en": "en"}[lang]


def test_rumours_stand_apart_from_facts(client):
    text = client.get("/weeks/2025-W04?lang=en").text
    facts, rumours = text.split("<h2>Rumours")
    assert "Retrograde Labs" in rumours
    assert "Retrograde Labs" not in facts
    assert "Quarrel" not in text


def test_every_row_leads_to_its_event_and_every_link_of_the_site_works():
    with open_store("sqlite://") as store, open_client(store) as client:
        ids = fill_week(store)
        # the reference's examples are of this store, and some links of it are for holders of a key
        fill_examples(store)
        key = {"X-API-Key": AccessKeys(store).add("reader", "admin")[1]}
        seen, waiting = set(), ["/weeks/2025-W04?lang=en", "/docs?lang=zh"]
        while waiting:
            path = waiting.pop()
            if path in seen or not path.startswith("/"):
                continue
            seen.add(path)
            answer = client.get(path, headers=key)
            while answer.status_code in (307, 308):
                answer = client.get(answer.headers["location"], headers=key)
            assert answer.status_code == 200, path
            if answer.headers["content-type"].startswith("text/html") and "/report." not in path:
                waiting += Page(answer.text).links
    assert {f"/events/{ids[name]}?lang=en" for name in ("stargate", "bolt", "rumour")} <= seen
    assert {"/weeks/2025-W03?lang=en", "/weeks/2025-W04?lang=zh", "/weeks?lang=en"} <= seen
    assert {"/api/v1/articles/1", "/api/v1/watch-lists/rivals", "/api/v1/journal", EVENT["url"]} <= seen


def test_the_front_page_is_the_latest_week(client):
    assert client.get("/").headers["location"] == "/weeks/2025-W04"
    assert client.get("/?lang=zh").headers["location"] == "/weeks/2025-W04?lang=zh"


def test_the_language_is_switched_in_place_and_then_kept(client):
    page = load(client, "/weeks/2025-W04", **{"Accept-Language": "zh"})
    assert page.language == "zh-Hans"
    assert "/weeks/2025-W04?lang=en" in page.links
    assert "/weeks/2025-W03" in page.links
    assert "/weeks/2025-W03?lang=en" in load(client, "/weeks/2025-W04?lang=en").links


def test_an_event_shows_each_figure_with_its_words(client, ids):
    page = load(client, f"/events/{ids['bolt']}?lang=en")
    for word in (
        "$105.5M",
        "1.055亿美元",
        "about $105M",
        "$700M",
        "Also reported",
        "Series B",
        "Revision 2",
        "StackBlitz",
    ):
        assert word in page.words, word
    assert any(link.startswith("https://news.example/") for link in page.links)
    assert "/weeks/2025-W04?lang=en" in page.links


def test_the_sums_of_the_page_leave_commitments_debt_and_rumours_out_of_equity(client):
    words = load(client, "/weeks/2025-W04?lang=en").words
    assert words[words.index("Equity") + 1] == "$106.88M"
    assert words[words.index("Commitments") + 1] == "$500B"
    assert words[words.index("Commitments") + 2] == "1 deal, not in equity"
    assert words[words.index("Debt") + 1] == "$5.25B"


def test_the_list_of_weeks_names_them_all(client):
    page = load(client, "/weeks?lang=zh")
    assert {"2025-W04", "2025-W03"} <= set(page.words)
    assert "1.8 亿美元" in page.words


def test_the_reference_names_every_operation_and_parameter(client):
    words = load(client, "/docs").words
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in words
            assert {parameter["name"] for parameter in operation.get("parameters", ())} <= set(words)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_that_was_crawled_is_taken_for_markup(lang):
    with open_store("sqlite://") as store, open_client(store) as client:
        event_id = file(
            store,
            deal(
                HOSTILE, round="seed", amount=money(5e6), application=f"App {HOSTILE}", investors=(HOSTILE + "2",),
                lead_investors=(HOSTILE + "2",), application_type=f"a {HOSTILE} maker",
            ),
            title=f"{HOSTILE} raises $5M", text=f"It said so. {HOSTILE} and more.",
            quotes={"amount": f"{HOSTILE} raises $5M"},
        )  # fmt: skip
        for path in ("/weeks/2025-W04", f"/events/{event_id}", "/weeks"):
            page = load(client, f"{path}?lang={lang}")
            assert "img" not in page.tags
        assert any("<script>" in word for word in load(client, f"/events/{event_id}").words)
        report = Page(client.get(f"/api/v1/weeks/2025-W04/report.html?lang={lang}").text)
        assert not {"script", "img"} & report.tags


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://news.example/a?b=1&c=\"2\"", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//news.example/a", False),
        ("https://[bad", False),
    ],
)  # fmt: skip
def test_only_web_addresses_are_linked(url, linked):
    with open_store("sqlite://") as store, open_client(store) as client:
        event_id = file(store, deal(amount=money(5e6)), url=url)
        assert (url in load(client, f"/events/{event_id}").links) is linked


def test_a_browser_gets_a_problem_as_a_page_and_a_program_as_a_document(client):
    answer = client.get("/weeks/2019-W01?lang=zh", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    page = Page(answer.text)
    assert any("2025-W03 to 2025-W04" in word for word in page.words)
    assert "/?lang=zh" in page.links
    assert client.get("/weeks/2019-W01").headers["content-type"] == "application/problem+json"
    api = client.get("/api/v1/weeks/2019-W01", headers={"Accept": "text/html"})
    assert api.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", [f"/{HOSTILE}", f"/weeks/{HOSTILE[:20]}", f"/events/{HOSTILE[:30]}", f"/weeks?lang={HOSTILE}"]
)
def test_a_hostile_address_is_not_echoed_as_markup(client, path):
    text = client.get(path, headers={"Accept": "text/html"}).text
    assert "<script>" not in text
    assert "<img" not in text


def test_the_style_sheet_lasts_for_ever_under_its_own_name(client):
    (style,) = load(client, "/weeks/2025-W04").assets
    answer = client.get(style)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "url(" not in answer.text
    assert client.get("/static/site.0000000000.css").status_code == 404
    assert client.get("/static/..%2fapp.py").status_code == 404


def test_an_event_that_many_outlets_tell_folds_its_witnesses():
    with open_store("sqlite://") as store, open_client(store) as client:
        for number in range(6):
            event_id = file(
                store, deal(round="seed", amount=money(5e6)), title=f"Loomfield raises $5M, report {number}"
            )
        text = client.get(f"/events/{event_id}?lang=en").text
        assert re.search(r"<summary>3 more</summary>", text)
