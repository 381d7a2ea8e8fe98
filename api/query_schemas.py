"""What the API says of companies, investors, figures, changes, searches and of what people set, as named schemas."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from api import examples
from api.schemas import Amount, Event, Party
from domain.event import Kind

_SUMS: dict[str, Any] = {"country": None, "group": None, "events": 1, "usd": 105500000.0, "latest_on": "2025-01-22"}
_LISTED: dict[str, Any] = {**examples.COMPANY, "url": "/api/v1/companies/loomfield", **_SUMS, "group": "video-image"}
_LISTED_INVESTOR: dict[str, Any] = {**examples.LEAD, "url": "/api/v1/investors/quaymontcapital", **_SUMS}
_PARTNER = {"party": examples.LEAD, "deals": 1, "led": 1}
_STAT: dict[str, Any] = {
    "group": "2025-W04",
    "kind": "equity",
    "events": 1,
    "disclosed": 1,
    "usd": 105500000.0,
    "smallest": 105500000.0,
    "median": 105500000.0,
    "largest": 105500000.0,
    "percentiles": dict.fromkeys(("10", "25", "75", "90", "99"), 105500000.0),
}
_HIT: dict[str, Any] = {
    "kind": "event",
    "ref": examples.EVENT_ID,
    "title": "Loomfield series-b 2025-01-22",
    "url": examples.EVENT["url"],
    "told_on": "2025-01-22",
    "score": 7.4,
}
_HITS: list[dict[str, Any]] = [
    {
        "kind": "company",
        "ref": "loomfield",
        "title": "Loomfield",
        "url": "/api/v1/companies/loomfield",
        "told_on": None,
        "score": 8.1,
    },
    _HIT,
    {
        "kind": "article",
        "ref": str(examples.ARTICLE_ID),
        "title": examples.SOURCE_REF["title"],
        "url": f"/api/v1/articles/{examples.ARTICLE_ID}",
        "told_on": "2025-01-22",
        "score": 6.2,
    },
]
_CHANGE: dict[str, Any] = {
    "seq": 1,
    "type": "created",
    "event_id": examples.EVENT_ID,
    "revision": 1,
    "at": examples.AT,
    "changed": list(examples.REVISION["changed"]),
    "merged_into": None,
    "event": examples.EVENT,
}
_ENTRY: dict[str, Any] = {
    "id": 1,
    "at": "2025-01-23T09:00:00Z",
    "actor": "desk",
    "action": "source.off",
    "subject": "news-example",
    "detail": {"enabled": False},
}
_LIST: dict[str, Any] = {
    "id": "rivals",
    "companies": ["Loomfield"],
    "investors": [],
    "sectors": ["video-image"],
    "url": "/api/v1/watch-lists/rivals",
}
_KEY: dict[str, Any] = {
    "id": "9f2c11aa",
    "name": "desk",
    "scope": "write",
    "created_at": "2025-01-23T09:00:00Z",
    "revoked_at": None,
}


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(frozen=True, use_attribute_docstrings=True, json_schema_extra={"examples": [values]})


class ListedParty(Party):
    """A company or investor with its deals; `usd` sums announced and closed equity, of all parties of each deal."""

    model_config = _example(**_LISTED)

    url: str
    country: str | None
    group: str | None
    """A company's sector, an investor's kind."""
    events: int
    usd: float
    latest_on: date | None


class PartyList(_Schema):
    """One page of companies or investors."""

    model_config = _example(items=[_LISTED], next=None)

    items: list[ListedParty]
    next: str | None


class InvestorList(PartyList):
    """One page of investors."""

    model_config = _example(items=[_LISTED_INVESTOR], next=None)


class Partner(_Schema):
    """An investor with the number of deals in question and how many of them it led."""

    party: Party
    deals: int
    led: int


class Alias(_Schema):
    """A name, and the article where it was learnt first."""

    name: str
    article_id: int | None
    article_url: str | None


class StatedTotal(_Schema):
    """What an article says was raised in all, with the event that it was told with."""

    amount: Amount
    event_id: str
    told_on: date


class Company(Party):
    """A company with its rounds over time."""

    model_config = _example(
        **examples.COMPANY,
        country=None,
        sector="video-image",
        aliases=[
            {"name": "Loomfield", "article_id": examples.ARTICLE_ID, "article_url": examples.SOURCE_REF["url"]},
        ],
        total_raised_stated=None,
        total_raised_computed_usd=105500000.0,
        total_raised_gap_usd=None,
        investors=[_PARTNER],
        rounds=[examples.EVENT],
    )

    country: str | None
    sector: str | None
    aliases: list[Alias]
    total_raised_stated: StatedTotal | None
    """The latest total that an article states."""
    total_raised_computed_usd: float
    """The announced and closed equity known here."""
    total_raised_gap_usd: float | None
    """What the stated total exceeds the equity known up to that day by: rounds that are not known here."""
    investors: list[Partner]
    rounds: list[Event]
    """Every event of the company, the earliest first."""


class Investor(Party):
    """An investor with its deals and who invests beside it."""

    model_config = _example(
        **examples.LEAD, country=None, kind=None, led=1, usd=105500000.0, co_investors=[],
        deals=[examples.EVENT],
    )  # fmt: skip

    country: str | None
    kind: str | None
    led: int
    usd: float
    """The equity of the deals it took part in, of all parties together."""
    co_investors: list[Partner]
    deals: list[Event]


class Stat(_Schema):
    """Figures of the deals of one group and kind, in dollars; amounts are of those that disclose one."""

    model_config = _example(**_STAT)

    group: str | None
    kind: Kind
    events: int
    disclosed: int
    usd: float
    smallest: float | None
    median: float | None
    largest: float | None
    percentiles: dict[str, float]
    """By mark, such as 90."""


class StatList(_Schema):
    """Figures by group."""

    model_config = _example(by="week", items=[_STAT])

    by: str
    items: list[Stat]


class Hit(_Schema):
    """Something found: `ref` is an event's or article's id, a company's or investor's key."""

    model_config = _example(**_HIT)

    kind: Literal["event", "company", "investor", "article"]
    ref: str
    title: str
    url: str
    told_on: date | None
    score: float


class HitList(_Schema):
    """What was found, the best first."""

    model_config = _example(items=_HITS, next=None)

    items: list[Hit]
    next: str | None


class Change(_Schema):
    """One revision of one event; `event` is the whole event as it was then."""

    model_config = _example(**_CHANGE)

    seq: int
    type: Literal["created", "updated", "merged", "withdrawn"]
    event_id: str
    revision: int
    at: datetime
    changed: list[str]
    merged_into: str | None
    event: Event | None


class ChangeList(_Schema):
    """Changes in the order of commits; go on with `since=` and the cursor, also when there was nothing new."""

    model_config = _example(items=[_CHANGE], cursor="1", more=False)

    items: list[Change]
    cursor: str
    more: bool


class JournalEntry(_Schema):
    """Who did what to which thing, and when."""

    model_config = _example(**_ENTRY)

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


class JournalList(_Schema):
    """What was done, the newest first."""

    model_config = _example(items=[_ENTRY])

    items: list[JournalEntry]


class WatchList(_Schema):
    """A watch list."""

    model_config = _example(**_LIST)

    id: str
    companies: list[str]
    investors: list[str]
    sectors: list[str]
    url: str


class WatchListList(_Schema):
    """Every watch list."""

    model_config = _example(items=[_LIST])

    items: list[WatchList]


class Judged(_Schema):
    """What came of a judgement: the events that changed, and those that are gone with where they went."""

    model_config = _example(changed=[examples.EVENT_ID], gone={"e1a2b3c4d5f": examples.EVENT_ID})

    changed: list[str]
    gone: dict[str, str | None]


class Switched(_Schema):
    """A source that was switched."""

    model_config = _example(source_id="news-example", enabled=False)

    source_id: str
    enabled: bool


class AccessKey(_Schema):
    """A key without what it opens with."""

    model_config = _example(**_KEY)

    id: str
    name: str
    scope: str
    created_at: datetime
    revoked_at: datetime | None


class NewAccessKey(AccessKey):
    """A key just made: `word` is shown this once."""

    model_config = _example(**_KEY, word="rw_9f2c11aa_0000000000000000")

    word: str


class AccessKeyList(_Schema):
    """Every key."""

    model_config = _example(items=[_KEY])

    items: list[AccessKey]
