"""The examples of the OpenAPI document: true of a store that holds what they tell, and whole by their schemas."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.examples import REPORT
from storage.access_keys import AccessKeys
from storage.store import open_store
from tests.api.example_store import TODAY, fill_examples
from tests.api.factories import open_client

# what differs from store to store, or is the moment itself
VARYING = {
    "/api/v1/search": {"score"},
    "/api/v1/journal": {"at"},
    "/api/v1/keys": {"id", "scope", "created_at"},
}
with open_client() as _client:
    DOCUMENT: dict[str, Any] = _client.get("/openapi.json").json()
OPERATIONS = [
    (path, method, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]
JSON = "application/json"
# the answers that are JSON and end
ASKED = [
    (path, operation)
    for path, method, operation in OPERATIONS
    if method == "get" and not path.endswith("{form}") and JSON in operation["responses"]["200"].get("content", {})
]


@pytest.fixture(scope="module")
def shown():
    with open_store("sqlite://") as store:
        fill_examples(store)
        key = AccessKeys(store).add("desk", "admin")[1]
        with open_client(store, TODAY) as client:
            client.headers["X-API-Key"] = key
            yield client


def fill(path: str, parameters: list[dict[str, Any]]) -> str:
    """The address with the examples of its parameters, those in the query only where it cannot do without."""
    query = []
    for parameter in parameters:
        examples = parameter["schema"].get("examples", [""])
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(examples[0]))
        elif parameter["in"] == "query" and parameter.get("required"):
            query.append(f"{parameter['name']}={examples[0]}")
    return f"{path}?{'&'.join(query)}" if query else path


def drop(value: Any, names: set[str]) -> Any:
    match value:
        case dict():
            return {name: drop(inner, names) for name, inner in value.items() if name not in names}
        case list():
            return [drop(inner, names) for inner in value]
    return value


@pytest.mark.parametrize(("path", "operation"), ASKED, ids=[path for path, _ in ASKED])
def test_an_example_is_what_the_api_says_of_the_store_of_the_examples(shown, path, operation):
    answer = shown.get(fill(path, operation.get("parameters", [])))
    assert answer.status_code == 200, answer.text
    told = operation["responses"]["200"]["content"][JSON]["example"]
    assert drop(answer.json(), VARYING.get(path, set())) == drop(told, VARYING.get(path, set()))


def test_the_report_shown_is_an_excerpt_of_the_real_one(shown):
    found = shown.get("/api/v1/weeks/2025-W04/report.json?lang=en").json()
    sections = found.pop("sections")
    assert found == {name: value for name, value in REPORT.items() if name != "sections"}
    assert all(section in sections for section in REPORT["sections"])


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def test_every_example_is_whole_by_the_schema_that_it_stands_at():
    checked = 0
    for path, method, operation in OPERATIONS:
        parts = [operation["responses"]["200"].get("content", {}), operation.get("requestBody", {}).get("content", {})]
        for content in parts:
            told = content.get(JSON, {})
            for example in [told["example"]] if "example" in told else told.get("schema", {}).get("examples", []):
                errors = [error.message for error in validator(told["schema"]).iter_errors(example)]
                assert errors == [], (method, path)
                checked += 1
        for parameter in operation.get("parameters", []):
            for example in parameter["schema"].get("examples", []):
                assert validator(parameter["schema"]).is_valid(example), (path, parameter["name"])
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for example in schema.get("examples", []):
            assert [error.message for error in validator(schema).iter_errors(example)] == [], name
            checked += 1
    assert checked > 60
