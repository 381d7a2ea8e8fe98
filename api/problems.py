"""Every error as a problem document (RFC 9457) that says what to do; as a page where a browser asked for one."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from api.schemas import Problem, ProblemField
from api.site import choose_language, render_page
from domain.errors import BadInput, NotFound, RoundwatchError, StoreError

log = logging.getLogger(__name__)

_STATUS = {NotFound: 404, BadInput: 400, StoreError: 503}
_HINTS = {
    400: "Correct the request; /docs lists what each address takes.",
    401: "Send a key that may write: Authorization: Bearer KEY.",
    404: "/api/v1/weeks lists the weeks that are stored, /docs every address.",
    403: "Ask for a key of a larger scope.",
    405: "Use one of the methods in Allow; most addresses are for reading: GET or HEAD.",
    413: "Send less.",
    415: "Send the body as JSON, with Content-Type: application/json.",
    429: "Slow down.",
    503: "Try again in a minute; if it stays so, whoever runs this server should look at its database.",
    500: "Try again; if it stays so, whoever runs this server finds the cause in its log.",
}
RETRY_AFTER = "30"
# what a path may hold as it is (RFC 3986, 3.3)
_PATH_CHARS = "/:@!$&'()*+,;=~"


class RequestError(RoundwatchError):
    """A request that cannot be answered, with the status and what to do about it."""

    def __init__(self, status: int, subject: str, problem: str, *, hint: str | None = None, name: str = "") -> None:
        super().__init__(subject, problem)
        self.status = status
        self.hint = hint
        # the parameter at fault, where it is one
        self.name = name


def write_path(path: str) -> str:
    """A path as it stands in addresses and headers."""
    return quote(path, safe=_PATH_CHARS)


def build_problem(
    status: int, detail: str, path: str, *, hint: str | None = None, errors: tuple[ProblemField, ...] = ()
) -> Problem:
    """The document of one error."""
    return Problem(
        type=f"/docs#problem-{status}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        hint=hint or _HINTS.get(status, _HINTS[400]),
        instance=write_path(path),
        errors=list(errors),
    )


def respond_problem(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """The problem as JSON, or as a page where a browser looks at one."""
    headers = dict(headers or {})
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if _wants_page(request):
        page = render_page("problem.html", choose_language(request), request, problem=problem)
        return HTMLResponse(page, problem.status, headers)
    body = problem.model_dump(mode="json", exclude_defaults=True)
    return JSONResponse(body, problem.status, headers, media_type="application/problem+json")


def _wants_page(request: Request) -> bool:
    is_data = request.url.path.startswith(("/api/", "/healthz", "/readyz", "/openapi.json"))
    return not is_data and "text/html" in request.headers.get("accept", "")


async def answer_roundwatch_error(request: Request, error: Exception) -> Response:
    """What the program refuses on purpose."""
    assert isinstance(error, RoundwatchError)
    path = request.url.path
    if isinstance(error, RequestError):
        fields = (ProblemField(name=error.name, detail=error.problem),) if error.name else ()
        problem = build_problem(error.status, str(error), path, hint=error.hint, errors=fields)
        return respond_problem(request, problem)
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s: %s", path, error)
        # the subject of a store's error is its address: for the log alone
        return respond_problem(request, build_problem(status, "the store cannot be read", path))
    return respond_problem(request, build_problem(status, str(error), path))


async def answer_invalid(request: Request, error: Exception) -> Response:
    """A parameter that does not fit, named with what is wrong about it."""
    assert isinstance(error, RequestValidationError)
    fields = tuple(_describe_field(found) for found in error.errors())
    detail = "; ".join(f"{field.name}: {field.detail}" for field in fields)
    return respond_problem(request, build_problem(400, detail, request.url.path, errors=fields))


def _describe_field(found: dict[str, Any]) -> ProblemField:
    name = ".".join(str(part) for part in found["loc"][1:]) or str(found["loc"][0])
    if found["type"] == "extra_forbidden":
        return ProblemField(name=name, detail="no such parameter")
    if found["type"] == "json_invalid":
        return ProblemField(name="body", detail=f"no JSON: {found['ctx']['error']} at character {found['loc'][-1]}")
    message = str(found["msg"]).removeprefix("Value error, ")
    return ProblemField(name=name, detail=message[:1].lower() + message[1:])


async def answer_http(request: Request, error: Exception) -> Response:
    """What the framework refuses: no such address, a method that is not allowed."""
    assert isinstance(error, HTTPException)
    detail = {404: "there is nothing at this address", 405: f"{request.method} is not possible here"}
    text = detail.get(error.status_code, str(error.detail))
    problem = build_problem(error.status_code, text, request.url.path)
    return respond_problem(request, problem, dict(error.headers or {}))


async def answer_unforeseen(request: Request, error: Exception) -> Response:
    """A fault of the program: told without its inside, which stands in the log."""
    return respond_problem(request, build_problem(500, "the server failed to answer", request.url.path))


def add_problem_handlers(app: FastAPI) -> None:
    """Has every error answered by this module."""
    app.add_exception_handler(RoundwatchError, answer_roundwatch_error)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(Exception, answer_unforeseen)
