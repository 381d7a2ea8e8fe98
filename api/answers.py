"""How listings are answered: in the form that the address or Accept ask for, a page at a time with its links."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, wraps
from itertools import islice
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import orjson
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel

from api.deps import LanguageParam, get_today
from api.forms import FEEDS, FORMS, match_form, media_type_of
from api.forms.rows import lay_flat
from api.plain_route import build_plain_route
from api.problems import RequestError, write_path
from api.reports.words import Language
from api.routes.operations import Responses, build_responses
from api.settings import ApiSettings
from api.site import choose_language
from storage.queries import Queries, open_queries
from storage.store import Store

TABLES = ("json", *FORMS)
# a table of more rows than this is asked for in parts, by week or by day
MAX_ROWS = 200_000
# so many short answers are made at once: SQLite works within this process, where a second one would be in its way at
# every row, while PostgreSQL can work on one as another is written
_AT_ONCE = {"sqlite": 1, "postgresql": 2}


@dataclass(frozen=True, slots=True)
class Answerer:
    """What a listing is answered with: the store, the settings and the form asked for."""

    request: Request
    store: Store
    queries: Queries
    settings: ApiSettings
    language: Language
    form: str

    def send(self, body: bytes) -> Response:
        """A whole answer in the form asked for."""
        headers = {"Vary": "Accept"}
        if self.form in FORMS:
            name = self.request.url.path.rsplit("/", 1)[-1].partition(".")[0]
            headers["Content-Disposition"] = f'attachment; filename="roundwatch-{name}.{self.form}"'
        return Response(body, media_type=media_type_of(self.form), headers=headers)

    def send_rows(self, rows: Iterable[Mapping[str, Any]]) -> Response:
        """A table; a problem where it has more rows than one answer may."""
        return self.send(FORMS[self.form].render(_take(rows)))

    def send_lines(self, header: str, lines: Iterable[bytes]) -> Response:
        """A table whose lines are written already."""
        return self.send(b"".join([header.encode(), *_take(lines)]))

    def send_page(self, items: Iterable[Mapping[str, Any]], cursor: str | None, *, paged: bool = False) -> Response:
        """One page as JSON with the address of the next; its neighbours stand in the Link header too."""
        return self.send_texts([orjson.dumps(item) for item in items], cursor, paged=paged)

    def send_texts(self, items: Sequence[bytes], cursor: str | None, *, paged: bool = False) -> Response:
        """One page of items that are written already."""
        following = self.build_address(cursor) if cursor else None
        links = [f'<{self.build_address(None)}>; rel="first"'] if paged else []
        if following:
            links.append(f'<{following}>; rel="next"')
        response = self.send(b'{"items":[%b],"next":%b}' % (b",".join(items), orjson.dumps(following)))
        if links:
            response.headers["Link"] = ", ".join(links)
        return response

    def send_model(self, answer: BaseModel, items: Sequence[BaseModel]) -> Response:
        """An answer as JSON, or its items as a table."""
        if self.form == "json":
            return self.send(answer.model_dump_json().encode())
        return self.send_rows(lay_flat(item.model_dump(mode="json")) for item in items)

    def build_address(self, cursor: str | None, parameter: str = "cursor") -> str:
        """The address of this listing at another cursor."""
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name != parameter]
        if cursor is not None:
            kept.append((parameter, cursor))
        path = write_path(self.request.scope["path"])
        return f"{path}?{urlencode(kept)}" if kept else path


T = TypeVar("T")


def _take(rows: Iterable[T]) -> list[T]:
    found = list(islice(rows, MAX_ROWS + 1))
    if len(found) > MAX_ROWS:
        hint = "Ask for a part: by from and to, since and until, or limit."
        raise RequestError(400, "rows", f"more than {MAX_ROWS} rows", hint=hint)
    return found


async def get_answerer(request: Request, lang: LanguageParam = None) -> Answerer:
    """The answerer in the form that the address ends with, else the one that Accept prefers."""
    state, known = request.app.state, request.scope["route"].known_forms
    form = request.path_params.get("form") or match_form(request.headers.get("accept", ""), known)
    # not from dependencies of their own, of which each costs every answer
    return Answerer(
        request, state.store, open_queries(state.store), state.settings, lang or choose_language(request), form
    )


AnswererDep = Annotated[Answerer, Depends(get_answerer)]
TableForm = Annotated[
    Literal["json", "csv", "ndjson", "xlsx", "parquet"], Path(description="The form.", examples=["csv"])
]
FeedForm = Annotated[
    Literal["json", "csv", "ndjson", "xlsx", "parquet", "atom", "feed.json"],
    Path(description="The form.", examples=["csv"]),
]


async def _take_table_form(form: TableForm) -> None:
    """Declares the extension of a table."""


async def _take_feed_form(form: FeedForm) -> None:
    """Declares the extension of a table or feed."""


def _never(**_: Any) -> bool:
    return False


def _in_turn(
    endpoint: Callable[..., Response], is_short: Callable[..., bool], is_brief: Callable[..., bool]
) -> Callable[..., Awaitable[Response]]:
    """The endpoint with brief answers made at once, short ones a few at a time, the others as Starlette does.

    Threads that all want the interpreter at once take twice the time that they take one after the other, and what
    SQLite finds in a millisecond takes twice that by way of another thread.
    """

    @wraps(endpoint)
    async def answer(**given: Any) -> Response:
        answerer: Answerer = given["answerer"]
        own: Store | None = answerer.request.app.state.own_store
        if own is not None and is_brief(**given):
            return endpoint(**{**given, "answerer": replace(answerer, store=own, queries=open_queries(own))})
        limiter = _get_limiter(answerer.store) if is_short(**given) else None
        return await to_thread.run_sync(partial(endpoint, **given), limiter=limiter)

    return answer


async def _load_plain(request: Request) -> dict[str, Any]:
    return {"answerer": await get_answerer(request), "today": await get_today(request)}


_limiters: WeakKeyDictionary[Any, CapacityLimiter] = WeakKeyDictionary()


def _get_limiter(store: Store) -> CapacityLimiter:
    """The limiter of the loop that runs; several may, in tests."""
    most = _AT_ONCE[store.url.split(":")[0].split("+")[0]]
    return _limiters.setdefault(asyncio.get_running_loop(), CapacityLimiter(most))


def add_listing(
    router: APIRouter,
    path: str,
    endpoint: Callable[..., Response],
    model: type[BaseModel],
    *problems: int,
    summary: str,
    feeds: bool = False,
    is_short: Callable[..., bool] = _never,
    is_brief: Callable[..., bool] = _never,
    filters: type[BaseModel] | None = None,
) -> None:
    """Adds a listing twice: at its address, where Accept decides on the form, and with the form as an extension.

    `is_short` says whether an answer to what is asked takes milliseconds, however much is stored, `is_brief` whether
    it takes hardly more than one. An endpoint that takes `filters` as `wanted`, an answerer and the day has plain
    questions read for it.
    """
    route_class = build_plain_route(filters, _load_plain) if filters else None
    forms = (*FORMS, *(FEEDS if feeds else ()))
    take = _take_feed_form if feeds else _take_table_form
    told = _tell_forms(build_responses(model, *problems), forms)
    for address, dependencies, text in ((path, [], ""), (f"{path}.{{form}}", [Depends(take)], " as a file or feed")):
        router.add_api_route(
            address,
            _in_turn(endpoint, is_short, is_brief),
            methods=["GET"],
            response_model=model,
            responses=told,
            summary=summary + text,
            dependencies=dependencies,
            name=f"{endpoint.__name__}{'_form' if text else ''}",
            operation_id=f"{endpoint.__name__}{'_form' if text else ''}",
            route_class_override=route_class,
        )
        router.routes[-1].known_forms = forms  # type: ignore[attr-defined]


_BYTES = {"type": "string", "format": "binary"}


def _tell_forms(told: Responses, forms: Iterable[str]) -> Responses:
    content = told[200]["content"]
    for form in forms:
        media_type = media_type_of(form).split(";")[0]
        schema = {"type": "object"} if media_type.endswith("json") and form in FEEDS else _BYTES
        content[media_type] = {"schema": schema, "example": {"items": []} if schema is not _BYTES else f"({form})"}
    return told
