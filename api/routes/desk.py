"""What holders of a key may write: judgements, watch lists, sources on and off, keys; each noted with who and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from api.access import AdminDep, WriterDep
from api.answers import AnswererDep, add_listing
from api.bodies import AccessKeyBody, JudgementBody, SwitchBody, WatchListBody
from api.deps import StoreDep
from api.describe import API
from api.judging import Court, Word
from api.problems import RequestError
from api.query_schemas import (
    AccessKey,
    AccessKeyList,
    JournalEntry,
    JournalList,
    Judged,
    NewAccessKey,
    Switched,
    WatchList,
    WatchListList,
)
from api.routes.operations import build_responses
from domain.errors import BadInput, NotFound
from storage.access_keys import AccessKey as StoredKey
from storage.access_keys import AccessKeys
from storage.desk import Desk

router = APIRouter(prefix="/api/v1", tags=["writing"])

ListId = Annotated[
    str, Path(description="A watch list's id.", examples=["rivals"], max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$")
]


@router.post("/judgements", responses=build_responses(Judged, 400, 401, 403, 404), summary="Judge events")
def judge(body: JudgementBody, caller: WriterDep, store: StoreDep, request: Request) -> Judged:
    """Same, different, merge, split or edit: it outranks the machine for ever, and survives every rebuild."""
    court: Court | None = getattr(request.app.state, "court", None)
    if court is None:
        raise RequestError(503, "judgements", "this server takes none; python -m tracker serve does")
    _check_parts(body)
    word = Word(body.verdict, body.event_id, caller.name, body.others, body.urls, body.field, body.value, body.note)
    changed, gone = court.judge(word)
    Desk(store).note(caller.name, f"judgement.{body.verdict}", body.event_id, body.model_dump(mode="json"))
    return Judged(changed=list(changed), gone=dict(gone))


def _check_parts(body: JudgementBody) -> None:
    wanted = {"same": "others", "merge": "others", "different": "others", "split": "urls", "edit": "field"}[
        body.verdict
    ]
    if not getattr(body, wanted):
        raise BadInput(wanted, f"a judgement of {body.verdict} needs it")
    if body.verdict in ("same", "different") and len(body.others) != 1:
        raise BadInput("others", f"a judgement of {body.verdict} names one other event; merge takes several")


def list_journal(
    caller: WriterDep,
    answerer: AnswererDep,
    limit: Annotated[int, Query(ge=1, le=1000, description="Entries.")] = 100,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="Only entries before that id.")] = None,
) -> Response:
    """Everything that was written through the API, the newest first."""
    entries = [
        JournalEntry(id=e.id, at=e.at, actor=e.actor, action=e.action, subject=e.subject, detail=dict(e.detail))
        for e in Desk(answerer.store).journal(limit, before)
    ]
    return answerer.send_model(JournalList(items=entries), entries)


add_listing(router, "/journal", list_journal, JournalList, 400, 401, 403, summary="Who did what")


@router.get("/watch-lists", responses=build_responses(WatchListList), summary="The watch lists")
def list_watch_lists(store: StoreDep) -> WatchListList:
    """Every watch list; `/events?watch=ID` lists the events of one."""
    return WatchListList(items=[_describe(list_id, told) for list_id, told in Desk(store).watch_lists().items()])


@router.get("/watch-lists/{list_id}", responses=build_responses(WatchList, 400, 404), summary="One watch list")
def get_watch_list(list_id: ListId, store: StoreDep) -> WatchList:
    """The companies, investors and sectors of a watch list."""
    return _describe(list_id, Desk(store).watch_list(list_id))


@router.put("/watch-lists/{list_id}", responses=build_responses(WatchList, 400, 401, 403), summary="Keep a watch list")
def put_watch_list(list_id: ListId, body: WatchListBody, caller: WriterDep, store: StoreDep) -> WatchList:
    """Keeps a watch list in place of the one of its id."""
    with store.transaction() as tx:
        Desk(tx).put_watch_list(list_id, body.model_dump())
        Desk(tx).note(caller.name, "watch-list.put", list_id, body.model_dump())
    return _describe(list_id, body.model_dump())


@router.delete(
    "/watch-lists/{list_id}",
    responses=build_responses(WatchListList, 400, 401, 403, 404),
    summary="Forget a watch list",
)
def delete_watch_list(list_id: ListId, caller: WriterDep, store: StoreDep) -> WatchListList:
    """Forgets a watch list, and gives those that are left."""
    with store.transaction() as tx:
        Desk(tx).remove_watch_list(list_id)
        Desk(tx).note(caller.name, "watch-list.delete", list_id, {})
    return list_watch_lists(store)


# what every database can look up
_ID: dict[str, Any] = {"max_length": 100, "pattern": r"^[^\x00-\x1f]*$"}
SourceId = Annotated[str, Path(description="A source's id.", examples=["news-example"], **_ID)]


@router.put(
    "/sources/{source_id}/switch",
    responses=build_responses(Switched, 400, 401, 403, 404),
    summary="Switch a source on or off",
)
def switch_source(source_id: SourceId, body: SwitchBody, caller: WriterDep, store: StoreDep) -> Switched:
    """Whether the source is asked from now on, whatever its file says."""
    with store.transaction() as tx:
        Desk(tx).switch_source(source_id, body.enabled)
        action = "source.on" if body.enabled else "source.off"
        Desk(tx).note(caller.name, action, source_id, {"enabled": body.enabled})
    return Switched(source_id=source_id, enabled=body.enabled)


@router.get("/keys", responses=build_responses(AccessKeyList, 401, 403), summary="The keys")
def list_keys(caller: AdminDep, store: StoreDep) -> AccessKeyList:
    """Every key, without what it opens with."""
    return AccessKeyList(items=[AccessKey(**_write_key(key)) for key in AccessKeys(store).list()])


@router.post("/keys", responses=build_responses(NewAccessKey, 400, 401, 403), summary="Make a key")
def add_key(body: AccessKeyBody, caller: AdminDep, store: StoreDep) -> NewAccessKey:
    """Makes a key; its word is told this once and kept nowhere."""
    with store.transaction() as tx:
        key, word = AccessKeys(tx).add(body.name, body.scope)
        Desk(tx).note(caller.name, "key.add", key.id, body.model_dump())
    return NewAccessKey(**_write_key(key), word=word)


@router.delete("/keys/{key_id}", responses=build_responses(AccessKeyList, 401, 403, 404), summary="End a key")
def revoke_key(
    key_id: Annotated[str, Path(description="A key's id.", examples=["9f2c11aa"], **_ID)],
    caller: AdminDep,
    store: StoreDep,
) -> AccessKeyList:
    """Ends a key for good, and gives all keys."""
    with store.transaction() as tx:
        if not AccessKeys(tx).revoke(key_id):
            raise NotFound(f"key {key_id}", "there is no such key, or it was revoked before")
        Desk(tx).note(caller.name, "key.revoke", key_id, {})
    return list_keys(caller, store)


def _write_key(key: StoredKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scope": key.scopes[-1],
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }


def _describe(list_id: str, told: Mapping[str, Any]) -> WatchList:
    parts = {name: list(told.get(name, ())) for name in ("companies", "investors", "sectors")}
    return WatchList(id=list_id, url=f"{API}/watch-lists/{list_id}", **parts)
