"""Events: all of them by filter, and one with everything that is known of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import RedirectResponse

from api.answers import Answerer, AnswererDep, add_listing
from api.deps import StoreDep, TodayDep, find_week
from api.describe import describe_event_detail
from api.evidence import collect_members, collect_reported
from api.examples import EVENT_ID
from api.listing import IN_INDEX, WeekRangeFilters, list_events
from api.routes.operations import build_problems, build_responses
from api.schemas import EventDetail, EventList
from domain.errors import NotFound
from domain.event import Event
from storage.desk import Desk
from storage.event_filter import Watched
from storage.store import Store

router = APIRouter(prefix="/api/v1/events", tags=["events"])

EventId = Annotated[str, Path(description="An event's id.", examples=[EVENT_ID], max_length=64)]


def list_all_events(wanted: Annotated[WeekRangeFilters, Query()], answerer: AnswererDep, today: TodayDep) -> Response:
    """Events of all weeks or a range of them, the latest announcement first.

    JSON comes a page at a time; tables hold all the events wanted unless `limit` says otherwise; feeds hold what was
    filed or changed last.
    """
    first, last = (find_week(text, answerer.queries, today) if text else None for text in (wanted.from_, wanted.to))
    asked = wanted.build_filter(first, last)
    if wanted.watch is not None:
        kept = Desk(answerer.store).watch_list(wanted.watch)
        asked = replace(asked, watched=Watched(**{name: tuple(values) for name, values in kept.items()}))
    return list_events(asked, wanted, answerer, default_sort="-announced_on", as_of=wanted.as_of)


_BY_DAY = IN_INDEX | {"since", "until", "from_", "to", "sort"}


def _is_short(wanted: WeekRangeFilters, answerer: Answerer, **_: Any) -> bool:
    """A page by day that one index leads to; tables may be of everything, and all else takes looking at each event."""
    by_day = wanted.sort in (None, "announced_on", "-announced_on")
    return answerer.form == "json" and by_day and wanted.model_fields_set <= _BY_DAY


add_listing(
    router,
    "",
    list_all_events,
    EventList,
    400,
    404,
    summary="Events by filter",
    feeds=True,
    is_short=_is_short,
    filters=WeekRangeFilters,
)


@router.get(
    "/{event_id}",
    response_model=EventDetail,
    responses={**build_responses(EventDetail), **build_problems(308, 404)},
    summary="One event with its sources and history",
)
def get_event(event_id: EventId, store: StoreDep) -> EventDetail | Response:
    """Every value that articles report with the words that say so, the articles filed here and why, all revisions.

    The id of an event that was merged into another one redirects to that one for ever.
    """
    event = find_event(store, event_id)
    if event.id != event_id:
        return RedirectResponse(f"/api/v1/events/{event.id}", 308)
    return load_event_detail(store, event)


def find_event(store: Store, event_id: str) -> Event:
    """The event of an id; NotFound also for what cannot be one."""
    if not (event_id.isascii() and event_id.isalnum()):
        raise NotFound(f"event {event_id!r}", "there is no such event")
    return store.events.get(event_id)


def load_event_detail(store: Store, event: Event) -> EventDetail:
    """The event with its sources and history."""
    mentions = store.events.mentions(event.id)
    bodies = {article_id: store.articles.get(article_id).body for article_id in {m.article_id for m in mentions}}
    return describe_event_detail(
        event,
        collect_reported(event, store.events.reported(event.id), mentions, bodies),
        collect_members(mentions, bodies),
        store.events.revisions(event.id),
    )
