from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from urllib.parse import quote

import pytest
from pydantic import BaseModel

from api import schemas
from api.conditional import is_known
from api.reports.words import Language
from api.settings import load_api_settings
from api.site import match_language
from domain.errors import SettingsError
from storage.store import open_store
from tests.api.factories import open_client

EVENTS = "/api/v1/events"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/api/v1/nothing", 404, "nothing at this address"),
        ("/api/v1", 404, "nothing at this address"),
        (f"{EVENTS}?kind=loan", 400, "'equity', 'debt', 'grant' or 'commitment'"),
        (f"{EVENTS}?status=maybe", 400, "rumoured"),
        (f"{EVENTS}?round=series-z", 400, "series-a"),
        (f"{EVENTS}?limit=0", 400, "greater than or equal to 1"),
        (f"{EVENTS}?limit=100000", 400, "less than or equal to 1000"),
        (f"{EVENTS}?limit=ten", 400, "integer"),
        (f"{EVENTS}?min_usd=-1", 400, "greater than"),
        (f"{EVENTS}?min_usd=nan", 400, "min_usd"),
        (f"{EVENTS}?min_usd=inf", 400, "min_usd"),
        (f"{EVENTS}?sort=size", 400, "-amount_usd"),
        (f"{EVENTS}?colour=blue", 400, "colour: no such parameter"),
        (f"{EVENTS}?from=2025-W99", 400, "no such ISO week"),
        (f"{EVENTS}?to=soon", 400, "not an ISO week"),
        (f"{EVENTS}?q=%00", 400, "q:"),
        (f"{EVENTS}?q={'a' * 201}", 400, "200"),
        (f"{EVENTS}?company=", 400, "company:"),
        (f"{EVENTS}?cursor={'a' * 5000}", 400, "cursor"),
        ("/api/v1/weeks?from=never", 400, "not an ISO week"),
        ("/api/v1/weeks/2025-W04/events?from=2025-W01", 400, "from: no such parameter"),
        ("/api/v1/weeks/2025-W04/report.csv?lang=fr", 400, "lang: input should be 'zh' or 'en'"),
    ],
)  # fmt: skip
def test_every_problem_is_a_document_that_says_what_is_wrong(client, path, status, words):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = schemas.Problem.model_validate(answer.json())
    assert problem.status == status
    assert problem.instance == path.split("?")[0]
    assert words in problem.detail
    assert problem.hint
    assert client.get("/docs").text.count(f'id="problem-{status}"') == 1


@pytest.mark.parametrize("around", ["\r\n", "\u3000", "\u2003", "\x85"])
def test_blanks_around_a_week_break_no_header(client, around):
    for week in (f"{around}2025-W04", f"2025-W04{around}"):
        answer = client.get(f"/api/v1/weeks/{quote(week)}/events?limit=1")
        assert answer.status_code == 200
        assert client.get(answer.links["next"]["url"]).status_code == 200
        problem = client.get(f"/api/v1/weeks/{quote(week)}x/events?limit=1")
        assert problem.status_code == 400
        assert problem.json()["instance"].isascii()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_writing_is_refused_and_the_allowed_methods_named(client, method):
    answer = client.request(method, EVENTS, content=b"{" * 1_000_000)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert "GET or HEAD" in answer.json()["hint"]


def test_a_store_that_fails_is_a_503_that_tells_nothing_of_its_inside():
    with open_store("sqlite://") as store, open_client(store) as client:
        with store._access.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE funding_event RENAME TO gone")
        for path in ("/readyz", EVENTS):
            answer = client.get(path)
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            assert "funding_event" not in answer.text
        assert client.get("/healthz").json() == {"status": "ok"}


def test_a_fault_of_the_program_is_a_500_document(store, monkeypatch):
    with open_client(store) as client:
        monkeypatch.setattr("api.routes.sources.describe_source", lambda source: 1 / 0)
        answer = client.get("/api/v1/sources")
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert "division" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        EVENTS, "/api/v1/weeks", "/api/v1/weeks/2025-W04", "/api/v1/weeks/2025-W04/report.csv", "/weeks/2025-W04",
        "/openapi.json", "/docs", "/healthz",
    ],
)  # fmt: skip
def test_what_is_known_already_is_not_sent_again(client, path):
    first = client.get(path)
    assert first.headers["cache-control"] == "no-cache"
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert "content-length" not in again.headers or again.headers["content-length"] == "0"
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(path, headers={"Accept-Encoding": "identity"}).headers["etag"] == tag


def test_languages_have_tags_of_their_own(client):
    path = "/api/v1/weeks/2025-W04/report.md"
    zh, en = (client.get(path, headers={"Accept-Language": language}) for language in ("zh", "en"))
    assert zh.headers["etag"] != en.headers["etag"]
    assert "Accept-Language" in zh.headers["vary"]


def test_a_problem_has_no_tag(client):
    assert "etag" not in client.get("/api/v1/nothing").headers


@pytest.mark.parametrize(
    ("tag", "known", "same"),
    [('W/"a"', '"a"', True), ('W/"a"', 'W/"b", W/"a"', True), ('W/"a"', "", False), ('W/"a"', "a", False)],
)
def test_tags_are_compared_weakly(tag, known, same):
    assert is_known(tag, known) is same


@pytest.mark.parametrize("path", [EVENTS, "/weeks/2025-W04", "/api/v1/weeks/2019-W04", "/healthz"])
def test_head_answers_as_get_does_without_a_body(client, path):
    get, head = client.get(path), client.head(path)
    assert head.content == b""
    assert head.status_code == get.status_code
    assert dict(head.headers) == dict(get.headers)


def test_answers_are_compressed_where_it_pays(client):
    assert client.get(EVENTS, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers


def test_other_sites_may_read_only_where_a_setting_allows_them(store):
    ours = {"Origin": "https://desk.example"}
    with open_client(store) as client:
        assert "access-control-allow-origin" not in client.get(EVENTS, headers=ours).headers
    with open_client(store, cors_origins=("https://desk.example",)) as client:
        assert client.get(EVENTS, headers=ours).headers["access-control-allow-origin"] == "https://desk.example"
        assert "access-control-allow-origin" not in client.get(EVENTS, headers={"Origin": "https://x.example"}).headers


@pytest.mark.parametrize("path", ["/weeks/2025-W04", EVENTS, "/nothing", "/docs"])
def test_every_answer_keeps_browsers_safe(client, path):
    headers = client.get(path, headers={"Accept": "text/html"}).headers
    assert "script-src" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"


MODELS = [
    model
    for _, model in inspect.getmembers(schemas, inspect.isclass)
    if issubclass(model, BaseModel) and "json_schema_extra" in model.model_config
]


@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_the_example_of_a_schema_fits_it(model):
    (example,) = model.model_config["json_schema_extra"]["examples"]
    assert set(example) == set(model.model_fields) or model is schemas.Problem
    model.model_validate_json(json.dumps(example))


def test_every_operation_is_described_with_an_example_and_problems(client):
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    operations = [(path, op) for path, methods in document["paths"].items() for op in methods.values()]
    assert len(operations) >= 10
    for path, operation in operations:
        assert operation["summary"] and operation["description"], path
        answers = operation["responses"]
        assert "422" not in answers
        assert "application/problem+json" in answers["default"]["content"]
        assert all("example" in content for content in answers["200"]["content"].values()), path
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description") or parameter["schema"].get("description"), (path, parameter["name"])


def test_every_reference_in_the_document_resolves(client):
    document = client.get("/openapi.json").json()
    wanted = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert wanted <= set(document["components"]["schemas"])
    assert {"Event", "EventDetail", "Week", "Article", "Source", "Problem", "Report"} <= wanted


def test_answers_fit_their_schemas(client, ids):
    for path, model in (
        (EVENTS, schemas.EventList),
        (f"{EVENTS}/{ids['bolt']}", schemas.EventDetail),
        ("/api/v1/weeks", schemas.WeekList),
        ("/api/v1/weeks/2025-W04", schemas.WeekDetail),
        ("/api/v1/sources", schemas.SourceList),
        ("/api/v1/articles/1", schemas.Article),
    ):
        found = client.get(path).json()
        assert model.model_validate_json(json.dumps(found)).model_dump(mode="json") == found


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"), ("zh-CN", "zh"), ("zh-TW,en;q=0.9", "zh"), ("en-GB,zh;q=0.9", "en"), ("fr,de", "en"),
        ("zh;q=0.1,en;q=0.2", "en"), ("zh;q=x", "en"), (",;,q=", "en"), ("*", "en"), ("ZH-hans", "zh"),
    ],
)  # fmt: skip
def test_the_browsers_language_is_read(header, language):
    assert match_language(header, Language.EN) == language


def test_settings_are_read_from_the_environment(monkeypatch):
    monkeypatch.setenv("ROUNDWATCH_API_LANGUAGE", "zh")
    monkeypatch.setenv("ROUNDWATCH_API_CORS_ORIGINS", "https://a.example, https://b.example")
    assert load_api_settings().language is Language.ZH
    assert load_api_settings().cors_origins == ("https://a.example", "https://b.example")
    monkeypatch.setenv("ROUNDWATCH_API_PAGE_SIZE", "many-secrets")
    with pytest.raises(SettingsError, match="ROUNDWATCH_API_PAGE_SIZE") as caught:
        load_api_settings()
    assert "many-secrets" not in str(caught.value)


HEAVY = ("spacy", "scrapy", "twisted", "nlp", "crawler", "thinc", "trafilatura", "opencc")


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        ("import api.app", HEAVY),
        ("import storage.store as s, api.app as a; a.build_app(s.open_store('sqlite://'))", HEAVY),
        ("import api.reports.table, api.reports.amounts", (*HEAVY, "fastapi", "sqlalchemy", "jinja2")),
    ],
)  # fmt: skip
def test_serving_loads_neither_extractor_nor_crawler(program, absent):
    code = f"{program}\nimport sys\nprint([name for name in {absent!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_importing_the_api_reads_no_file_of_its_own():
    code = (
        "import sys, builtins, pathlib\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, args: event == 'open' and seen.append(str(args[0])))\n"
        "import api.app\n"
        "print([name for name in seen if name.endswith(('.toml', '.html', '.css', '.sqlite'))])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_every_address_that_documents_a_language_takes_one_and_refuses_another():
    with open_client() as client:
        paths = client.get("/openapi.json").json()["paths"]
        asked = [
            path.replace("{form}", "json")
            for path, methods in paths.items()
            if any(parameter["name"] == "lang" for parameter in methods.get("get", {}).get("parameters", ()))
            and "{" not in path.replace("{form}", "")
            and "stream" not in path
        ]
        told = {path: [client.get(f"{path}?lang={lang}").text for lang in ("zh", "fr")] for path in asked}
    assert len(asked) > 10
    assert not [path for path, (taken, _) in told.items() if "lang:" in taken]
    assert not [path for path, (_, refused) in told.items() if "lang:" not in refused and "key:" not in refused]
