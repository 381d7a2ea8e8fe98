"""Questions over everything: full text, figures by group, and what changed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.answers import AnswererDep, add_listing
from api.cursors import decode_cursor, encode_cursor
from api.deps import TodayDep, find_week
from api.describe import API, describe_event
from api.listing import MAX_LIMIT, WeekRangeFilters, read_time
from api.problems import RequestError
from api.query_schemas import Change, ChangeList, Hit, HitList, Stat, StatList
from storage.changes import Changes, EventChange
from storage.search import Hit as Found
from storage.search import Search
from storage.stats import PERCENTILES, find_stats

router = APIRouter(prefix="/api/v1", tags=["search, stats and changes"])

SearchKind = Literal["event", "company", "investor", "article"]


def search(
    answerer: AnswererDep,
    q: Annotated[
        str,
        Query(
            description='Words in English or Chinese; "quoted words" stand together.', examples=["loomfield"],
            min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$",
        ),
    ],
    kind: Annotated[list[SearchKind] | None, Query(description="What to look for; may be repeated.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Hits a page.")] = 20,
    cursor: Annotated[str | None, Query(max_length=4096, description="Where to go on, from `next` or Link.")] = None,
) -> Response:  # fmt: skip
    """Articles, events, companies and investors that hold every word asked for, the best first."""
    key, listing = answerer.settings.cursor_key.get_secret_value(), repr(("search", q, kind))
    after = decode_cursor(cursor, listing, key) if cursor else None
    hits, end = Search(answerer.store).find(q, kind or (), limit=limit, after=after)
    following = encode_cursor(end, listing, key) if end else None
    items = [_describe_hit(hit) for hit in hits]
    if answerer.form != "json":
        return answerer.send_rows(item.model_dump(mode="json") for item in items)
    return answerer.send_page([item.model_dump(mode="json") for item in items], following, paged=after is not None)


def _describe_hit(hit: Found) -> Hit:
    plural = {"company": "companies"}.get(hit.kind, f"{hit.kind}s")
    url = f"{API}/{plural}/{quote(hit.ref, safe='')}"
    return Hit(kind=hit.kind, ref=hit.ref, title=hit.title, url=url, told_on=hit.told_on, score=round(hit.score, 4))  # type: ignore[arg-type]


class StatFilters(WeekRangeFilters):
    """The filters of the events that are summed up."""

    by: Literal["week", "month", "quarter", "year", "round", "sector", "country", "investor", "none"] = Field(
        default="week", description="What to group by; a deal counts for each of its investors."
    )


def list_stats(wanted: Annotated[StatFilters, Query()], answerer: AnswererDep, today: TodayDep) -> Response:
    """Sum, count, median and percentiles by group, each kind of capital apart; rumours only where `status` asks.

    `sort`, `limit`, `cursor` and `as_of` do not apply here.
    """
    first, last = (find_week(text, answerer.queries, today) if text else None for text in (wanted.from_, wanted.to))
    if wanted.as_of or wanted.cursor or wanted.sort or wanted.limit:
        raise RequestError(400, "stats", "takes neither sort, limit, cursor nor as_of")
    found = [
        Stat(
            group=stat.group,
            kind=stat.kind,
            events=stat.events,
            disclosed=stat.disclosed,
            usd=stat.usd,
            smallest=stat.smallest,
            median=stat.median,
            largest=stat.largest,
            percentiles={str(mark): value for mark, value in zip(PERCENTILES, stat.percentiles, strict=False)},
        )
        for stat in find_stats(answerer.store, wanted.build_filter(first, last), wanted.by)
    ]
    return answerer.send_model(StatList(by=wanted.by, items=found), found)


def list_changes(
    answerer: AnswererDep,
    since: Annotated[
        str,
        Query(
            description="A cursor of an earlier answer, or a time such as 2025-01-20T00:00:00Z; else from the first.",
            examples=["2025-01-20T00:00:00Z"], max_length=64,
        ),
    ] = "0",
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Changes a page.")] = 100,
) -> Response:  # fmt: skip
    """What was created, updated, merged or withdrawn, in the order of commits: no change is missed or comes twice."""
    changes = Changes(answerer.store._access)
    start = _read_since(since, changes)
    found = changes.since(start, limit + 1)
    page = found[:limit]
    cursor = str(page[-1].seq if page else start)
    items = [_describe_change(change) for change in page]
    more = len(found) > limit
    response = answerer.send_model(ChangeList(items=items, cursor=cursor, more=more), items)
    if more:
        response.headers["Link"] = f'<{answerer.build_address(cursor, "since")}>; rel="next"'
    return response


def _read_since(text: str, changes: Changes) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 16:
        return int(text)
    try:
        at = read_time(datetime.fromisoformat(text.replace(" ", "+")))
    except ValueError as error:
        raise RequestError(
            400, "since", "neither a cursor nor a time such as 2025-01-20T00:00:00Z", name="since"
        ) from error
    return changes.seq_at(at)


def _describe_change(change: EventChange) -> Change:
    return Change(
        seq=change.seq,
        type=change.type.value,
        event_id=change.event_id,
        revision=change.revision,
        at=change.at,
        changed=list(change.changed),
        merged_into=change.merged_into,
        event=describe_event(change.event) if change.event else None,
    )


add_listing(router, "/search", search, HitList, 400, summary="Full text and names")
add_listing(router, "/stats", list_stats, StatList, 400, 404, summary="Figures by group")
add_listing(router, "/changes", list_changes, ChangeList, 400, summary="What changed")
