"""Companies and investors: lists with sums, and one with everything known of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.answers import MAX_ROWS, Answerer, AnswererDep, add_listing
from api.cursors import decode_cursor, encode_cursor
from api.deps import Filters, StoreDep
from api.describe import API, describe_event, write_money, write_party
from api.forms.rows import lay_flat
from api.listing import MAX_LIMIT
from api.query_schemas import Alias, Company, Investor, InvestorList, Partner, PartyList, StatedTotal
from api.routes.operations import build_responses
from api.schemas import Amount
from api.schemas import Party as PartySchema
from domain.event import Party
from storage.party_queries import CompanyProfile, PartyQueries, PartyRow, sum_equity

router = APIRouter(prefix="/api/v1", tags=["companies and investors"])

_NAME = {"min_length": 1, "max_length": 200, "pattern": r"^[^\x00-\x1f]*$"}
_NAMED = {"description": "A key, or any name in English or Chinese.", **_NAME}
CompanyName = Annotated[str, Path(examples=["loomfield"], **_NAMED)]
InvestorName = Annotated[str, Path(examples=["quaymontcapital"], **_NAMED)]


class PartyFilters(Filters):
    """What a listing of companies or investors may be asked for."""

    q: Annotated[str, Field(**_NAME)] | None = Field(default=None, description="Text that stands in a name.")
    group: list[Annotated[str, Field(**_NAME)]] = Field(
        default=[], description="Sectors of companies, kinds of investors; may be repeated.", max_length=50
    )
    country: list[Annotated[str, Field(pattern="^[A-Za-z]{2}$")]] = Field(
        default=[], description="Countries by ISO 3166 code; may be repeated.", max_length=50
    )
    sort: Literal["name", "-usd", "-events", "-latest_on"] = Field(default="name", description="Order.")
    limit: int | None = Field(default=None, ge=1, le=MAX_LIMIT, description="Parties a page.")
    cursor: str | None = Field(default=None, max_length=4096, description="Where to go on, from `next` or Link.")


def list_companies(wanted: Annotated[PartyFilters, Query()], answerer: AnswererDep) -> Response:
    """Companies with the number of their events and the equity they raised."""
    return _list("companies", wanted, answerer)


def list_investors(wanted: Annotated[PartyFilters, Query()], answerer: AnswererDep) -> Response:
    """Investors with the number of their deals and the equity of those, of all parties together."""
    return _list("investors", wanted, answerer)


add_listing(router, "/companies", list_companies, PartyList, 400, summary="Companies")
add_listing(router, "/investors", list_investors, InvestorList, 400, summary="Investors")


@router.get("/companies/{name}", responses=build_responses(Company, 400, 404), summary="One company")
def get_company(name: CompanyName, store: StoreDep) -> Company:
    """Its rounds over time, what it raised in all as stated and as known here, its investors and its names."""
    found = PartyQueries(store).company(name)
    return Company(
        **write_party(found.party),
        country=found.country,
        sector=found.sector,
        aliases=[Alias(name=a.name, article_id=a.learnt_from, article_url=a.url) for a in found.aliases],
        total_raised_stated=_describe_stated(found),
        total_raised_computed_usd=found.computed_usd,
        total_raised_gap_usd=found.gap_usd,
        investors=[_describe_partner(*partner) for partner in found.investors],
        rounds=[describe_event(event) for event in found.events],
    )


@router.get("/investors/{name}", responses=build_responses(Investor, 400, 404), summary="One investor")
def get_investor(name: InvestorName, store: StoreDep) -> Investor:
    """Its deals, those it leads, and who invests beside it."""
    found = PartyQueries(store).investor(name)
    return Investor(
        **write_party(found.party),
        country=found.country,
        kind=found.kind,
        led=found.led,
        usd=sum_equity(found.events),
        co_investors=[_describe_partner(*partner) for partner in found.co_investors],
        deals=[describe_event(event) for event in found.events],
    )


def _describe_stated(found: CompanyProfile) -> StatedTotal | None:
    if found.stated is None:
        return None
    money, event = found.stated
    amount = Amount.model_validate(write_money(money, None))
    return StatedTotal(amount=amount, event_id=event.id, told_on=event.announced_on)


def _describe_partner(party: Party, deals: int, led: int) -> Partner:
    return Partner(party=PartySchema(**write_party(party)), deals=deals, led=led)


def _list(what: Literal["companies", "investors"], wanted: PartyFilters, answerer: Answerer) -> Response:
    queries = PartyQueries(answerer.store)
    find = queries.find_companies if what == "companies" else queries.find_investors
    asked: dict[str, Any] = {
        "text": wanted.q,
        "groups": wanted.group,
        "countries": [code.upper() for code in wanted.country],
        "sort": wanted.sort,
    }
    if answerer.form != "json":
        rows, _ = find(**asked, limit=wanted.limit or MAX_ROWS + 1)
        return answerer.send_rows(lay_flat(_write_row(what, row)) for row in rows)
    key, listing = answerer.settings.cursor_key.get_secret_value(), repr((what, asked))
    after = decode_cursor(wanted.cursor, listing, key) if wanted.cursor else None
    rows, end = find(**asked, limit=wanted.limit or answerer.settings.page_size, after=after)
    following = encode_cursor(end, listing, key) if end else None
    return answerer.send_page([_write_row(what, row) for row in rows], following, paged=after is not None)


def _write_row(what: str, row: PartyRow) -> dict[str, Any]:
    return {
        **write_party(row.party),
        "url": f"{API}/{what}/{quote(row.party.key, safe='')}",
        "country": row.country,
        "group": row.group,
        "events": row.events,
        "usd": row.usd,
        "latest_on": row.latest_on and row.latest_on.isoformat(),
    }
