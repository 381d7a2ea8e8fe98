"""Listings of events: filters read and checked, one page found, and the addresses of the next one."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.cursors import decode_cursor, encode_cursor
from api.describe import describe_event
from api.schemas import EventList
from api.settings import ApiSettings
from domain.event import Kind, Status
from domain.rounds import ROUNDS, is_round
from domain.week import Week
from storage.queries import EventFilter, Place, Queries

Sort = Literal["-amount_usd", "amount_usd", "-announced_on", "announced_on", "-updated_at", "company"]
_NAME = {"min_length": 1, "max_length": 200, "pattern": r"^[^\x00-\x1f]*$"}
MAX_LIMIT = 1000
# beyond any amount of money, and within what every database can compare
_MOST_USD = 1e15


def _check_round(name: str) -> str:
    if not is_round(name):
        raise ValueError(f"not a round name; these are: {', '.join(ROUNDS)}, letters also with a suffix (series-b+)")
    return name


class EventFilters(BaseModel):
    """What a listing of events may be asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: list[Kind] = Field(default=[], description="equity, debt, grant or commitment; may be repeated.")
    status: list[Status] = Field(
        default=[],
        description="rumoured, announced, closed or denied; may be repeated. Without it, all but denied events.",
    )
    round: list[Annotated[str, AfterValidator(_check_round)]] = Field(
        default=[], description="Normal round names such as seed or series-b; may be repeated."
    )
    company: Annotated[str, Field(**_NAME)] | None = Field(
        default=None, description="The company, by any name it is known under, in English or Chinese."
    )
    investor: Annotated[str, Field(**_NAME)] | None = Field(
        default=None, description="An investor that leads or takes part, by any name it is known under."
    )
    min_usd: float | None = Field(
        default=None, ge=0, le=_MOST_USD, description="Smallest amount in US dollars; leaves undisclosed amounts out."
    )
    q: Annotated[str, Field(**_NAME)] | None = Field(
        default=None, description="Text that stands in a name of company, product or investor."
    )
    sort: Sort | None = Field(default=None, description="Order; a minus means descending. Unknown amounts come last.")
    limit: int | None = Field(default=None, ge=1, le=MAX_LIMIT, description="Events a page.")
    cursor: str | None = Field(default=None, max_length=4096, description="Where to go on, from `next` or Link.")

    def build_filter(self, first: Week | None, last: Week | None) -> EventFilter:
        """The question to the store."""
        return EventFilter(
            first=first,
            last=last,
            kinds=frozenset(self.kind),
            statuses=frozenset(self.status),
            rounds=frozenset(self.round),
            company=self.company,
            investor=self.investor,
            min_usd=self.min_usd,
            text=self.q,
        )


class WeekRangeFilters(EventFilters):
    """The filters of a listing over all weeks."""

    from_: Annotated[str, Field(max_length=32)] | None = Field(
        default=None, alias="from", description="First week: 2025-W04, a date in it, `current` or `latest`."
    )
    to: Annotated[str, Field(max_length=32)] | None = Field(default=None, description="Last week, likewise.")


def list_events(
    wanted: EventFilter,
    asked: EventFilters,
    request: Request,
    response: Response,
    queries: Queries,
    settings: ApiSettings,
    *,
    default_sort: Sort,
) -> EventList:
    """The page asked for; its neighbours' addresses stand in the Link header."""
    sort = asked.sort or default_sort
    key = settings.cursor_key.get_secret_value()
    listing = repr((sort, _fingerprint(wanted)))
    after: Place | None = decode_cursor(asked.cursor, listing, key) if asked.cursor else None
    page = queries.find_events(wanted, sort=sort, limit=asked.limit or settings.page_size, after=after)
    following = _address(request, encode_cursor(page.next, listing, key)) if page.next else None
    links = [f'<{_address(request, None)}>; rel="first"'] if after else []
    if following:
        links.append(f'<{following}>; rel="next"')
    if links:
        response.headers["Link"] = ", ".join(links)
    return EventList(items=[describe_event(event) for event in page.events], next=following)


def _fingerprint(wanted: EventFilter) -> tuple[object, ...]:
    sets = (wanted.kinds, wanted.statuses, wanted.rounds)
    names = (wanted.company, wanted.investor, wanted.min_usd, wanted.text)
    return (str(wanted.first), str(wanted.last), *(sorted(map(str, found)) for found in sets), *names)


def _address(request: Request, cursor: str | None) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    if cursor is not None:
        kept.append(("cursor", cursor))
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path
