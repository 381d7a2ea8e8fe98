"""The whole OpenAPI document tried with made-up requests: no fault of the server, no answer that breaks its schema."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance

from storage.access_keys import AccessKeys
from storage.store import open_store
from tests.api.factories import fill_week, open_client
from tracker.court import StoreCourt
from tracker.settings import TrackerSettings

# endless answers, which are tested where alerts are
_APART = {"/api/v1/alerts/stream"}
_EXAMPLES = {GenerationMode.POSITIVE: 6, GenerationMode.NEGATIVE: 4}


def load_operations():
    with open_client() as client:
        document = schemathesis.openapi.from_asgi("/openapi.json", client.app)
        found = [result.ok() for result in document.get_all_operations()]
    return [operation for operation in found if operation.path not in _APART]


OPERATIONS = load_operations()


@pytest.fixture(scope="module")
def served():
    with open_store("sqlite://") as store:
        fill_week(store)
        word = AccessKeys(store).add("tester", "admin")[1]
        with open_client(store) as client:
            client.app.state.court = StoreCourt(store, TrackerSettings())
            yield client.app, word


def test_every_operation_is_there():
    assert len(OPERATIONS) > 40


TRIES = [
    pytest.param(one, mode, id=f"{mode.value} {one.method.upper()} {one.path}")
    for one in OPERATIONS
    for mode in GenerationMode
    # what takes nothing cannot be asked wrongly
    if mode is GenerationMode.POSITIVE or one.body or one.query or one.path_parameters
]


@pytest.mark.parametrize(("operation", "mode"), TRIES)
def test_no_request_breaks_the_server_or_the_schema(operation, mode, served):
    app, word = served

    @given(case=operation.as_strategy(mode))
    @settings(
        max_examples=_EXAMPLES[mode],
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    def check(case):
        case.headers["Authorization"] = f"Bearer {word}"
        response = case.call(app=app)
        case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])
        if response.status_code >= 400:
            problem = response.json()
            assert problem["detail"] and problem["hint"]

    check()
