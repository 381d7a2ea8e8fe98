"""The API's reference as a page, made from the OpenAPI document; no script, nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import LanguageDep
from api.site import render_page

router = APIRouter(include_in_schema=False)

_PROBLEMS = {
    400: "A parameter does not fit. `errors` names each one.",
    401: "Writing wants a key: Authorization: Bearer KEY.",
    403: "The key does not allow as much: its scope is too small.",
    404: "There is no such week, event, article or address.",
    405: "The address takes other methods: `Allow` names them.",
    413: "The body is too large.",
    415: "The body is no JSON: say Content-Type: application/json.",
    429: "Too many requests; `Retry-After` says when to come back.",
    503: "The store cannot be read at the moment.",
    500: "A fault of the server; its log has the cause.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    text: str
    parameters: tuple[Mapping[str, Any], ...]
    examples: tuple[tuple[str, str], ...]
    example_path: str

    @property
    def linked(self) -> bool:
        """Whether a click shows something: it writes nothing, ends some time and needs no more parameters."""
        complete = not any(p["in"] == "query" and p.get("required") for p in self.parameters)
        endless = any(media_type == "text/event-stream" for media_type, _ in self.examples)
        return self.method == "GET" and complete and not endless


@router.get("/docs")
def show_reference(request: Request, language: LanguageDep) -> HTMLResponse:
    """Every operation with its parameters and an example of its answer."""
    document = request.app.openapi()
    page = render_page(
        "reference.html", language, request, document=document, operations=list(_iter_operations(document)),
        problems=_PROBLEMS,
    )  # fmt: skip
    return HTMLResponse(page)


def _iter_operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = tuple(operation.get("parameters", ()))
            yield Operation(
                method.upper(),
                path,
                operation["summary"],
                operation.get("description", ""),
                parameters,
                tuple(_iter_examples(operation["responses"]["200"].get("content", {}))),
                _fill(path, parameters),
            )


def _iter_examples(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for media_type, told in content.items():
        example = told.get("example")
        if example is not None:
            yield media_type, example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)


def _fill(path: str, parameters: tuple[Mapping[str, Any], ...]) -> str:
    for parameter in parameters:
        if parameter["in"] == "path":
            example = parameter["schema"].get("examples", [""])[0]
            path = path.replace("{" + parameter["name"] + "}", str(example))
    return path
