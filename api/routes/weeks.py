"""Weeks: which there are, what each sums up to, and its events."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.answers import Answerer, AnswererDep, add_listing
from api.deps import QueriesDep, TodayDep, WeekDep, WeekName, check_week, find_week
from api.describe import describe_week, describe_week_detail
from api.listing import IN_INDEX, EventFilters, list_events
from api.routes.operations import build_responses
from api.schemas import EventList, WeekDetail, WeekList
from storage.queries import Queries, WeekTotals

router = APIRouter(prefix="/api/v1/weeks", tags=["weeks"])

_WeekName = Annotated[str | None, Query(max_length=32)]


def list_weeks(
    answerer: AnswererDep,
    today: TodayDep,
    first: Annotated[_WeekName, Query(alias="from", description="First week.", examples=["2025-W01"])] = None,
    last: Annotated[_WeekName, Query(alias="to", description="Last week.", examples=["latest"])] = None,
) -> Response:
    """All weeks with at least one event that is not denied, the latest first, with counts and sums."""
    span = [find_week(text, answerer.queries, today) if text else None for text in (first, last)]
    weeks = WeekList(items=[describe_week(totals) for totals in answerer.queries.week_totals(*span)])
    return answerer.send_model(weeks, weeks.items)


def list_week_events(
    week: WeekName, wanted: Annotated[EventFilters, Query()], answerer: AnswererDep, today: TodayDep
) -> Response:
    """The events of a week, the largest amount in dollars first; denied ones only where `status=denied` asks.

    JSON comes a page at a time; tables hold all the events wanted unless `limit` says otherwise.
    """
    found = find_week(week, answerer.queries, today)
    return list_events(
        wanted.build_filter(found, found),
        wanted,
        answerer,
        default_sort="-amount_usd",
        # a week that has events is one of those that are stored
        if_none=lambda: check_week(found, answerer.queries, today),
    )


def _is_brief(wanted: EventFilters, answerer: Answerer, **_: Any) -> bool:
    """A page that one index leads to, of the few thousand events that a week has."""
    return answerer.form == "json" and wanted.model_fields_set <= IN_INDEX


add_listing(router, "", list_weeks, WeekList, 400, summary="The weeks that have events")


@router.get("/{week}", responses=build_responses(WeekDetail, 400, 404), summary="One week in figures")
def get_week_detail(week: WeekDep, queries: QueriesDep) -> WeekDetail:
    """Counts and sums of a week, and the nearest weeks before and after it that have events."""
    return describe_week_detail(find_totals(queries, week), queries.last_week(week), queries.first_week(week))


def find_totals(queries: Queries, week: WeekDep) -> WeekTotals:
    """The sums of a week, all zero where it has no event."""
    return next(iter(queries.week_totals(week, week)), WeekTotals(week, 0, 0, 0))


add_listing(
    router,
    "/{week}/events",
    list_week_events,
    EventList,
    400,
    404,
    summary="The events of a week",
    feeds=True,
    is_short=lambda wanted, **_: wanted.q is None,
    is_brief=_is_brief,
    filters=EventFilters,
)
