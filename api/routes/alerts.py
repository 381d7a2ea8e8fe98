"""Alerts: those so far, the rules, what they would have told, and alerts as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access import WriterDep
from api.alerts.keeper import RuleKeeper, StoreRules
from api.alerts.rehearsal import rehearse
from api.alerts.stream import Follower, follow
from api.answers import AnswererDep, add_listing
from api.bodies import Object
from api.deps import LanguageDep, SettingsDep, StoreDep
from api.examples import AT, EVENT_ID
from api.problems import RequestError
from api.routes.operations import build_problems, build_responses
from domain.alert_rules import MEGA_ROUND, Rule
from domain.conditions import BadRule
from domain.event import Status

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"])

_WHEN: dict[str, Any] = {"kinds": ["equity"], "minimum_usd": 100_000_000}
_RULE: dict[str, Any] = {
    "id": MEGA_ROUND.id,
    "name": MEGA_ROUND.name,
    "enabled": True,
    "definition": dict(MEGA_ROUND.source),
}
_TOLD: dict[str, Any] = {"told_on": "2025-01-22", "event_id": EVENT_ID, "title": "Loomfield raises $105.5M (Series B)"}


_ALERT: dict[str, Any] = {
    "seq": 1,
    "id": f"mega-round.{EVENT_ID}",
    "rule": "mega-round",
    "event_id": EVENT_ID,
    "event_url": f"/api/v1/events/{EVENT_ID}",
    "revision": 1,
    "correction": False,
    "status": "announced",
    "amount_usd": 105500000.0,
    "put_at": AT,
}


class RuleOut(BaseModel):
    """An alert rule; `definition` is what it was made of."""

    model_config = ConfigDict(json_schema_extra={"examples": [_RULE]})

    id: str
    name: str
    enabled: bool
    definition: dict[str, Any] = Field(description="Conditions, channels, language and manners, as in alerts.toml.")


class RuleList(BaseModel):
    """The rules in force."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_RULE]}]})

    items: list[RuleOut]


class AlertOut(BaseModel):
    """That a rule told of an event; `seq` grows with every alert."""

    seq: int
    id: str
    rule: str
    event_id: str
    event_url: str
    revision: int
    correction: bool
    status: Status
    amount_usd: float | None
    put_at: datetime


class AlertList(BaseModel):
    """Alerts in the order in which they fell due."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ALERT]}]})

    items: list[AlertOut]


class RehearsedOut(BaseModel):
    """An alert that a rule would have given."""

    told_on: date
    event_id: str
    title: str


class RehearsedList(BaseModel):
    """What a rule would have told."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_TOLD]}]})

    items: list[RehearsedOut]


async def get_keeper(request: Request, store: StoreDep) -> RuleKeeper:
    """The keeper that the app was given, else one over the store alone."""
    keeper: RuleKeeper | None = getattr(request.app.state, "rule_keeper", None)
    return keeper or StoreRules(store)


KeeperDep = Annotated[RuleKeeper, Depends(get_keeper)]
RuleId = Annotated[
    str, Path(description="A rule's id.", examples=["mega-round"], max_length=64, pattern=r"^[^\x00-\x1f]*$")
]


def list_alerts(
    answerer: AnswererDep,
    after: Annotated[int, Query(description="The `seq` to go on from.", ge=0, le=2**31)] = 0,
    limit: Annotated[int, Query(description="How many at most.", ge=1, le=1000)] = 100,
) -> Response:
    """The alerts that fell due, whether they were delivered or not; ask with `after` for those that are new."""
    found = [
        AlertOut(
            seq=seq,
            id=alert.id,
            rule=alert.rule_id,
            event_id=alert.event_id,
            event_url=f"/api/v1/events/{alert.event_id}",
            revision=alert.revision,
            correction=alert.correction,
            status=alert.status,
            amount_usd=alert.amount_usd,
            put_at=alert.at,
        )
        for seq, alert in answerer.store.outbox.after(after, limit)
    ]
    return answerer.send_model(AlertList(items=found), found)


add_listing(router, "", list_alerts, AlertList, 400, summary="Alerts so far")


@router.get("/rules", responses=build_responses(RuleList), summary="The alert rules")
def list_rules(keeper: KeeperDep) -> RuleList:
    """Every rule in force: the shipped one or those of alerts.toml, and those kept in the store."""
    return RuleList(items=[_describe(rule) for rule in keeper.list()])


@router.put(
    "/rules/{rule_id}",
    responses={**build_responses(RuleOut), **build_problems(400, 401, 403)},
    summary="Keep an alert rule",
)
def put_rule(
    rule_id: RuleId,
    definition: Annotated[Object, Body(examples=[{"when": _WHEN}])],
    keeper: KeeperDep,
    caller: WriterDep,
) -> RuleOut:
    """Keeps a rule in place of the one of its id; refused with the reason where it or a channel of it cannot work."""
    if definition.get("id", rule_id) != rule_id:
        raise BadRule(f"rule {rule_id}", "the address and the definition name two ids")
    return _describe(keeper.save({**definition, "id": rule_id}, caller.name))


@router.delete(
    "/rules/{rule_id}",
    responses={**build_responses(RuleList), **build_problems(401, 403, 404)},
    summary="Forget an alert rule",
)
def delete_rule(rule_id: RuleId, keeper: KeeperDep, caller: WriterDep) -> RuleList:
    """Forgets a rule that is kept in the store, and gives those that are left."""
    keeper.remove(rule_id, caller.name)
    return list_rules(keeper)


@router.get(
    "/rules/{rule_id}/test", responses=build_responses(RehearsedList, 400, 404), summary="What a rule would have told"
)
def test_rule(
    rule_id: RuleId,
    since: Annotated[date, Query(description="The first announcement day.", examples=["2025-01-01"])],
    keeper: KeeperDep,
    store: StoreDep,
    language: LanguageDep,
) -> RehearsedList:
    """The alerts that the rule would have given since a day; nothing is sent."""
    rule = next((rule for rule in keeper.list() if rule.id == rule_id), None)
    if rule is None:
        raise RequestError(404, f"rule {rule_id}", "there is no such rule", hint="/api/v1/alerts/rules lists them.")
    told = rehearse(store, rule, since, language.value)
    return RehearsedList(
        items=[RehearsedOut(told_on=one.told_on, event_id=one.event_id, title=one.title) for one in told]
    )


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events; `data` is the body that webhooks get.",
            "content": {"text/event-stream": {"example": "id: 7\nevent: funding_event.alert\ndata: {}\n\n"}},
        },
        **build_problems(400, 503),
    },
    summary="Alerts as they come",
)
async def stream_alerts(
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    keeper: KeeperDep,
    language: LanguageDep,
    last_event_id: Annotated[str, Header(description="Where to go on after a break.", max_length=20)] = "",
) -> StreamingResponse:
    """Every alert from now on, or from Last-Event-ID on, as server-sent events."""
    state = request.app.state
    if getattr(state, "followers", 0) >= settings.alert_streams:
        raise RequestError(503, "stream", f"{settings.alert_streams} follow already")
    seq = int(last_event_id) if last_event_id.isdecimal() else store.outbox.last_seq()
    names = {rule.id: rule.name for rule in keeper.list()}
    public_url = str(request.base_url).rstrip("/")
    follower = Follower(store, language.value, public_url, lambda rule_id: names.get(rule_id, rule_id))

    async def counted() -> AsyncIterator[str]:
        state.followers = getattr(state, "followers", 0) + 1
        try:
            async for block in follow(follower, seq):
                yield block
        finally:
            state.followers -= 1

    return StreamingResponse(
        counted(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


def _describe(rule: Rule) -> RuleOut:
    return RuleOut(id=rule.id, name=rule.name, enabled=rule.enabled, definition=dict(rule.source))
