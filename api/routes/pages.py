"""The pages: server-rendered, without scripts, each figure one click from its quotes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import LanguageDep, QueriesDep, StoreDep, WeekDep
from api.problems import RequestError
from api.reports.charts.page import draw_gallery
from api.reports.fonts import find_font
from api.reports.formats import BY_EXTENSION
from api.reports.model import COLUMNS
from api.reports.table import build_table
from api.reports.words import Language, load_words
from api.routes.events import EventId, find_event, load_event_detail
from api.routes.weeks import find_totals
from api.site import build_link, load_style, render_page
from api.views import build_event_view, build_week_rows, build_week_view, describe_line
from domain.period import period_of
from storage.reporting import open_reporting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_FOREVER = "public, max-age=31536000, immutable"


@router.get("/")
def show_latest_week(request: Request, language: LanguageDep, queries: QueriesDep) -> Response:
    """The latest week that has events."""
    latest = queries.last_week()
    if latest is None:
        return _respond(render_page("empty.html", language, request), language)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/weeks/{latest}{query}", 307)


@router.get("/weeks")
def show_weeks(request: Request, language: LanguageDep, queries: QueriesDep) -> Response:
    """All weeks with their sums."""
    rows = build_week_rows(queries.week_totals(), language)
    return _respond(render_page("weeks.html", language, request, rows=rows), language)


@router.get("/weeks/{week}")
def show_week(week: WeekDep, request: Request, language: LanguageDep, store: StoreDep, queries: QueriesDep) -> Response:
    """A week's table."""
    view = build_week_view(
        build_table(store.events.in_week(week), language),
        find_totals(queries, week),
        queries.last_week(week),
        queries.first_week(week),
    )
    page = render_page(
        "week.html",
        language,
        request,
        view=view,
        gallery=draw_gallery(open_reporting(store), period_of(week), language, build_link(request)),
        keys=COLUMNS,
        forms=list(BY_EXTENSION),
        describe_line=describe_line,
    )
    return _respond(page, language)


@router.get("/events/{event_id}")
def show_event(event_id: EventId, request: Request, language: LanguageDep, store: StoreDep) -> Response:
    """An event with every figure's quotes, its articles and its history."""
    event = find_event(store, event_id)
    if event.id != event_id:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/events/{event.id}{query}", 308)
    view = build_event_view(event, load_event_detail(store, event), store.events.revisions(event.id), language)
    return _respond(render_page("event.html", language, request, view=view), language)


@router.get("/static/fonts/{name}")
def get_font(name: Annotated[str, Path(max_length=64)]) -> Response:
    """The font that charts are written in, for browsers that have no Chinese one."""
    found = find_font(name)
    if found is None:
        raise RequestError(404, name, "there is no such file")
    return Response(found.read_bytes(), media_type="font/ttf", headers={"Cache-Control": _FOREVER})


@router.get("/static/{name}")
def get_style(name: Annotated[str, Path(max_length=64)]) -> Response:
    """The style sheet, under a name that changes with it."""
    current, text = load_style()
    if name != current:
        raise RequestError(404, name, "there is no such file")
    return Response(text, media_type="text/css", headers={"Cache-Control": _FOREVER})


def _respond(page: str, language: Language) -> Response:
    headers = {"Content-Language": load_words(language).tag, "Vary": "Accept-Language"}
    return HTMLResponse(page, headers=headers)
