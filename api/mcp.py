"""The store as tools for assistants, by the Model Context Protocol: over standard input and output, or HTTP.

Every event comes with its page and the articles that tell it, each with the words that say so, to be cited.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import MCPServer
from pydantic import Field

from api.alerts.message import pick_quotes, pick_sources
from api.describe import describe_week, write_event, write_money, write_party
from domain.errors import NotFound
from domain.event import Event, Kind, Status
from domain.week import parse_week, week_of
from storage.event_filter import EventFilter
from storage.party_queries import PartyQueries, sum_equity
from storage.queries import WeekTotals, open_queries
from storage.search import Search
from storage.stats import PERCENTILES, find_stats
from storage.store import Store

_INSTRUCTIONS = """\
Funding events of AI companies, each once however many outlets told it, by ISO week. Sums never mix kinds: equity, \
debt, grants and commitments are different things. Rumours have the status rumoured: say so. Amounts may be bounds: \
show their text, not a number made of it. Cite the sources that come with each event.
"""
Week = Annotated[
    str | None, Field(description="2025-W04, a date in it, `current` (this week) or `latest` (the last with events).")
]
Limit = Annotated[int, Field(description="At most so many.", ge=1, le=100)]
Group = Literal["week", "month", "quarter", "year", "round", "sector", "country", "investor", "none"]


def build_mcp(store: Store, public_url: str = "", today: date | None = None) -> MCPServer[Any]:
    """The server with its tools, all of them reading."""
    server: MCPServer[Any] = MCPServer("roundwatch", instructions=_INSTRUCTIONS)
    desk = _Desk(store, public_url, today)
    for tool in (
        desk.list_events,
        desk.get_event,
        desk.get_company,
        desk.get_investor,
        desk.get_week,
        desk.get_stats,
        desk.search,
    ):
        server.tool(structured_output=False)(tool)
    return server


class _Desk:
    """The tools, over one store."""

    def __init__(self, store: Store, public_url: str, today: date | None) -> None:
        self._store = store
        self._queries = open_queries(store)
        self._public_url = public_url
        self._today = today

    def list_events(
        self,
        week: Week = None,
        since: Annotated[date | None, Field(description="First announcement day.")] = None,
        until: Annotated[date | None, Field(description="Last announcement day.")] = None,
        min_usd: Annotated[float | None, Field(description="Smallest amount in US dollars.", ge=0)] = None,
        kinds: Annotated[list[Kind] | None, Field(description="Kinds of capital; all where absent.")] = None,
        statuses: Annotated[list[Status] | None, Field(description="All but denied where absent.")] = None,
        company: Annotated[str | None, Field(description="Any name of the company.")] = None,
        investor: Annotated[str | None, Field(description="Any name of an investor.")] = None,
        sector: Annotated[str | None, Field(description="A sector such as robotics.")] = None,
        sort: Literal["-amount_usd", "-announced_on"] = "-amount_usd",
        limit: Limit = 20,
    ) -> dict[str, Any]:
        """Funding events by week or days, size, kind, company, investor: with the articles that tell each."""
        found = self._find_week(week) if week else None
        wanted = EventFilter(
            first=found, last=found, first_day=since, last_day=until, min_usd=min_usd, company=company,
            investor=investor, kinds=frozenset(kinds or ()), statuses=frozenset(statuses or ()),
            sectors=frozenset([sector] if sector else []),
        )  # fmt: skip
        page = self._queries.find_events(wanted, sort=sort, limit=limit)
        return {
            "week": found and str(found),
            "total": self._queries.count_events(wanted),
            "events": [self._describe(event) for event in page.events],
        }

    def get_event(self, event_id: Annotated[str, Field(description="An event's id.")]) -> dict[str, Any]:
        """One event with every value that articles report for it, and its history."""
        event = self._store.events.get(event_id)
        return {
            **self._describe(event),
            "reported": [
                {"field": r.field, "value": str(r.value), "shown": r.shown, "articles": len(r.claims)}
                for r in self._store.events.reported(event.id)
            ],
            "history": [
                {"revision": r.number, "at": r.at.isoformat(), "changed": list(r.changed)}
                for r in self._store.events.revisions(event.id)
            ],
        }

    def get_company(self, name: Annotated[str, Field(description="Any name or key.")]) -> dict[str, Any]:
        """A company: its rounds over time, what it raised in all as stated and as known here, its investors."""
        found = PartyQueries(self._store).company(name)
        return {
            **write_party(found.party),
            "sector": found.sector,
            "country": found.country,
            "total_raised_stated": write_money(found.stated[0], None) if found.stated else None,
            "total_raised_computed_usd": found.computed_usd,
            "total_raised_gap_usd": found.gap_usd,
            "investors": [{"name": party.name, "deals": deals, "led": led} for party, deals, led in found.investors],
            "rounds": [self._describe(event) for event in found.events],
        }

    def get_investor(self, name: Annotated[str, Field(description="Any name or key.")]) -> dict[str, Any]:
        """An investor: its deals and who invests beside it."""
        found = PartyQueries(self._store).investor(name)
        return {
            **write_party(found.party),
            "led": found.led,
            "usd": sum_equity(found.events),
            "co_investors": [{"name": party.name, "deals": deals} for party, deals, _ in found.co_investors],
            "deals": [self._describe(event) for event in found.events[-50:]],
        }

    def get_week(self, week: Week = "latest") -> dict[str, Any]:
        """One week in figures: events, rumours, mega-rounds, and sums with kinds apart."""
        found = self._find_week(week or "latest")
        totals = next(iter(self._queries.week_totals(found, found)), WeekTotals(found, 0, 0, 0))
        return describe_week(totals).model_dump(mode="json")

    def get_stats(
        self, by: Group = "month", since: date | None = None, until: date | None = None, kind: Kind | None = None
    ) -> dict[str, Any]:
        """Sum, count, median and percentiles of announced and closed deals by group, kinds apart."""
        wanted = EventFilter(first_day=since, last_day=until, kinds=frozenset([kind] if kind else []))
        return {
            "by": by,
            "items": [
                {
                    "group": stat.group,
                    "kind": stat.kind.value,
                    "events": stat.events,
                    "disclosed": stat.disclosed,
                    "usd": stat.usd,
                    "median": stat.median,
                    "percentiles": dict(zip(map(str, PERCENTILES), stat.percentiles, strict=False)),
                }
                for stat in find_stats(self._store, wanted, by)
            ],
        }

    def search(
        self, query: Annotated[str, Field(description="Words in English or Chinese.")], limit: Limit = 20
    ) -> dict[str, Any]:
        """Events, companies, investors and articles that hold all the words."""
        hits, end = Search(self._store).find(query, limit=limit)
        return {"more": end is not None, "hits": [{"kind": h.kind, "ref": h.ref, "title": h.title} for h in hits]}

    def _find_week(self, text: str) -> Any:
        if text.strip().lower() == "latest":
            latest = self._queries.last_week()
            return latest or week_of(self._day())
        return parse_week(text, today=self._day())

    def _day(self) -> date:
        return self._today or datetime.now(UTC).date()

    def _describe(self, event: Event) -> dict[str, Any]:
        told = write_event(event)
        told["announced_on"] = event.announced_on.isoformat()
        told["page_url"] = f"{self._public_url}{told['page_url']}"
        try:
            mentions = self._store.events.mentions(event.id)
        except NotFound:
            mentions = []
        told["sources"] = [
            {
                "title": mention.title,
                "url": mention.url,
                "source": mention.source_id,
                "published_on": mention.published_on and mention.published_on.isoformat(),
                "quotes": [evidence.quote for evidence in pick_quotes(mention.extraction.evidence)],
            }
            for mention in pick_sources(mentions)
        ]
        told["articles"] = len(mentions)
        return told
