"""The report of a week, of several weeks or of a month in each form it is rendered in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import AfterValidator, Field

from api import examples
from api.deps import EMPTY_HINT, Filters, LanguageDep, QueriesDep, StoreDep, TodayDep, find_week
from api.problems import RequestError
from api.reports.build import Request
from api.reports.formats import BY_EXTENSION
from api.reports.make import make_report, name_file, parse_moment
from api.reports.select import Selection
from api.reports.words import load_words
from api.routes.operations import Responses, build_problems
from domain.event import Kind, Status
from domain.period import Period, parse_period, period_of
from domain.rounds import ROUNDS, is_round
from domain.week import Week, week_of
from storage.queries import Queries

router = APIRouter(prefix="/api/v1/weeks", tags=["reports"])

_EXAMPLES = {
    "json": examples.REPORT,
    "csv": "Application,Type,Lead investors,Round,Amount,Total raised,Valuation\r\n",
    "md": "| Application | Type | Lead investors | Round | Amount | Total raised | Valuation |\n",
    "html": "<!doctype html>",
    "xlsx": "PK",
    "docx": "PK",
    "pdf": "%PDF-1.7",
}
_TEXT = ("csv", "md", "html")
_SCHEMAS = {"json": {"$ref": "#/components/schemas/Report"}}
_BINARY = {"type": "string", "format": "binary"}


def _describe_content() -> Iterable[tuple[str, dict[str, object]]]:
    for extension, form in BY_EXTENSION.items():
        schema = _SCHEMAS.get(extension, {"type": "string"} if extension in _TEXT else _BINARY)
        yield form.media_type.partition(";")[0], {"example": _EXAMPLES[extension], "schema": schema}


_RESPONSES: Responses = {
    200: {"description": "The report.", "content": dict(_describe_content())},
    **build_problems(400, 404),
}
_NAME = {"min_length": 1, "max_length": 200, "pattern": r"^[^\x00-\x1f]*$"}
_MOST_USD = 1e15


def _check_round(name: str) -> str:
    if not is_round(name):
        raise ValueError(f"not a round name; these are: {', '.join(ROUNDS)}, letters also with a suffix (series-b+)")
    return name


class ReportFilters(Filters):
    """Which rounds the table lists; what stands around it covers the whole period."""

    min_usd: float | None = Field(default=None, ge=0, le=_MOST_USD, description="Smallest amount in US dollars.")
    top: int | None = Field(default=None, ge=1, le=10_000, description="So many of the largest.")
    kind: list[Kind] = Field(default=[], description="equity, debt, grant or commitment; may be repeated.")
    status: list[Status] = Field(default=[], description="Without it, all but denied rounds; may be repeated.")
    round: list[Annotated[str, AfterValidator(_check_round)]] = Field(
        default=[], description="Round names; series-a also takes series-a+. May be repeated."
    )
    sector: list[Annotated[str, Field(**_NAME)]] = Field(default=[], description="Sectors, by key; may be repeated.")
    investor: Annotated[str, Field(**_NAME)] | None = Field(
        default=None, description="An investor that leads or takes part, by any name it is known under."
    )
    q: Annotated[str, Field(**_NAME)] | None = Field(
        default=None, description="Text that stands in a name of company, product or investor."
    )
    as_of: Annotated[str, Field(max_length=40)] | None = Field(
        default=None,
        description="The report as it would have been then: a day (its end, UTC) or a time.",
        examples=["2025-01-27"],
    )

    def build_selection(self) -> Selection:
        """The selection that is asked for."""
        return Selection(
            min_usd=self.min_usd,
            top=self.top,
            kinds=tuple(self.kind),
            statuses=tuple(self.status),
            rounds=tuple(self.round),
            sectors=tuple(self.sector),
            investor=self.investor,
            text=self.q,
        )


def get_period(
    week: Annotated[
        str,
        Path(
            description="A week (2025-W04, a date in it, `current`, `latest`), a range (2025-W04..2025-W06) or a month "
            "(2025-01).",
            examples=["2025-W04"],
            max_length=32,
        ),
    ],
    queries: QueriesDep,
    today: TodayDep,
) -> Period:
    """The period in the address; a problem where it lies outside what is stored."""
    latest = week.strip().lower() == "latest"
    found = period_of(find_week(week, queries, today)) if latest else parse_period(week, today=today)
    _check_stored(found, queries, week_of(today) if not latest else found.last_week)
    return found


def _check_stored(period: Period, queries: Queries, current: Week) -> None:
    span = queries.span()
    if span is None:
        raise RequestError(404, str(period), "no funding event is stored, in this week or any other", hint=EMPTY_HINT)
    first, last = span
    if period.last_week < first or week_of(period.first) > max(last, current):
        problem = f"no funding event is stored for this week; the store has {first} to {last}"
        raise RequestError(404, str(period), problem)


PeriodDep = Annotated[Period, Depends(get_period)]
Form = Annotated[
    str, Path(alias="form", description="json, csv, md, html, xlsx, docx or pdf.", examples=["csv"], max_length=16)
]


@router.get("/{week}/report.{form}", response_class=Response, responses=_RESPONSES, summary="The report of a week")
def get_report(
    form: Form, period: PeriodDep, language: LanguageDep, wanted: Annotated[ReportFilters, Query()], store: StoreDep
) -> Response:
    """The brokers' weekly table and what stands around it, the same bytes as `python -m tracker report` prints."""
    found = BY_EXTENSION.get(form)
    if found is None:
        known = ", ".join(f"report.{extension}" for extension in BY_EXTENSION)
        raise RequestError(404, f"report.{form}", "there is no such form of the report", hint=f"Ask for {known}.")
    as_of = parse_moment(wanted.as_of) if wanted.as_of else None
    body = make_report(store, Request(period, language.value, wanted.build_selection(), as_of), found)
    headers = {
        "Content-Disposition": f'inline; filename="{name_file(period, language.value, found)}"',
        "Content-Language": load_words(language).tag,
        "Vary": "Accept-Language",
    }
    return Response(body, media_type=found.media_type, headers=headers)
