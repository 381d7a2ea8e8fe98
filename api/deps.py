"""What routes are given: the store, queries, settings, the day, and what addresses name, read and checked.

What asks no database is `async`, which costs no change of threads.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict

from api.problems import RequestError
from api.reports.words import Language
from api.settings import ApiSettings
from api.site import choose_language
from domain.week import Week, parse_week, week_of
from storage.queries import Queries, open_queries
from storage.store import Store


async def get_store(request: Request) -> Store:
    """The store that the app was built over."""
    store: Store = request.app.state.store
    return store


async def get_settings(request: Request) -> ApiSettings:
    """The settings that the app was built with."""
    settings: ApiSettings = request.app.state.settings
    return settings


async def get_today(request: Request) -> date:
    """The day, by the app's clock."""
    today: date = request.app.state.today()
    return today


StoreDep = Annotated[Store, Depends(get_store)]
SettingsDep = Annotated[ApiSettings, Depends(get_settings)]
TodayDep = Annotated[date, Depends(get_today)]


async def get_queries(store: StoreDep) -> Queries:
    """Read-only questions about the store."""
    return open_queries(store)


QueriesDep = Annotated[Queries, Depends(get_queries)]

LanguageParam = Annotated[
    Language | None, Query(alias="lang", description="zh or en; the Accept-Language header decides where it is absent.")
]


async def get_language(request: Request, lang: LanguageParam = None) -> Language:
    """The language asked for by the address, the browser or the settings, in this order."""
    return lang or choose_language(request)


LanguageDep = Annotated[Language, Depends(get_language)]


class Filters(BaseModel):
    """What an address may be asked for besides what stands in its path; whatever else is asked for is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # read and described by the dependency that finds the language
    lang: Annotated[Language | None, Query(include_in_schema=False)] = None


WEEK_HELP = (
    "An ISO week such as 2025-W04 (also 2025W04 or a date in it), `current`, or `latest`: the last one with events."
)


def find_week(text: str, queries: Queries, today: date) -> Week:
    """The week that a text names; a problem where it is none, or where nothing is stored to be the latest."""
    if text.strip().lower() == "latest":
        latest = queries.last_week()
        if latest is None:
            raise RequestError(404, "latest", "no funding event is stored yet", hint=EMPTY_HINT)
        return latest
    return parse_week(text, today=today)


EMPTY_HINT = "Fill the store: python -m tracker run, or ./run demo for a small world of its own."


WeekName = Annotated[str, Path(description=WEEK_HELP, examples=["2025-W04"], max_length=32)]


def get_week(week: WeekName, queries: QueriesDep, today: TodayDep) -> Week:
    """The week in the address; a problem where it lies outside what is stored."""
    found = find_week(week, queries, today)
    check_week(found, queries, today)
    return found


def check_week(week: Week, queries: Queries, today: date) -> None:
    """A problem where a week lies outside what is stored."""
    span = queries.span()
    if span is None:
        raise RequestError(404, str(week), "no funding event is stored, in this week or any other", hint=EMPTY_HINT)
    first, last = span
    if not first <= week <= max(last, week_of(today)):
        raise RequestError(404, str(week), f"no funding event is stored for this week; the store has {first} to {last}")


WeekDep = Annotated[Week, Depends(get_week)]
