"""A person's word, which outranks the machine for ever: decide same, different, merge, split, edit, alias, no-alias."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from tracker.commands.options import StoreUrl, open_given_store, settings_with

if TYPE_CHECKING:
    from domain.refiling import Plan
    from storage.store import Store
    from tracker.deciding import Judge

Event = Annotated[str, typer.Argument(help="An event's id.", metavar="EVENT")]
By = Annotated[str | None, typer.Option(help="Who decides; your user name where not given.", show_default=False)]
Note = Annotated[str | None, typer.Option(help="Why, for whoever reads it later.", show_default=False)]


Kind = Annotated[Literal["company", "investor"], typer.Argument(help="Whose name it is.", metavar="KIND")]
Name = Annotated[str, typer.Argument(help="Any of its names.", metavar="PARTY")]
Named = Annotated[str, typer.Argument(help="The name that is judged.", metavar="NAME")]


def same(event: Event, other: Event, by: By = None, note: Note = None, store: StoreUrl = None) -> None:
    """Two events are one."""
    from tracker.deciding import judge_same

    with open_given_store(store, create=False) as opened:
        _tell(judge_same(opened, event, [other], _build_judge(opened, by, note)))


def different(event: Event, other: Event, by: By = None, note: Note = None, store: StoreUrl = None) -> None:
    """Two events are two, however alike they come to look."""
    from tracker.deciding import judge_different

    with open_given_store(store, create=False) as opened:
        _tell(judge_different(opened, event, other, _build_judge(opened, by, note)))


def merge(
    event: Event,
    others: Annotated[list[str], typer.Argument(help="Events that are the same one.", metavar="OTHERS...")],
    by: By = None,
    note: Note = None,
    store: StoreUrl = None,
) -> None:
    """Several events are one; the old ids lead to it."""
    from tracker.deciding import judge_same

    with open_given_store(store, create=False) as opened:
        _tell(judge_same(opened, event, others, _build_judge(opened, by, note)))


def split(
    event: Event,
    urls: Annotated[list[str], typer.Argument(help="Addresses of the articles that go.", metavar="URLS...")],
    by: By = None,
    note: Note = None,
    store: StoreUrl = None,
) -> None:
    """Some of an event's articles tell another event."""
    from tracker.deciding import judge_split

    with open_given_store(store, create=False) as opened:
        _tell(judge_split(opened, event, urls, _build_judge(opened, by, note)))


def edit(
    event: Event,
    field: Annotated[str, typer.Argument(help="A field, such as round, amount, status, announced_on, company.")],
    value: Annotated[str, typer.Argument(help="Its value: JSON, or a plain word; null empties the field.")],
    by: By = None,
    note: Note = None,
    store: StoreUrl = None,
) -> None:
    """A field of an event has this value."""
    from tracker.deciding import judge_edit

    with open_given_store(store, create=False) as opened:
        _tell(judge_edit(opened, event, field, _read_value(value), _build_judge(opened, by, note)))


def alias(kind: Kind, party: Name, name: Named, by: By = None, note: Note = None, store: StoreUrl = None) -> None:
    """A name is one more of a company's or an investor's."""
    _judge_alias(kind, party, name, True, by, note, store)


def no_alias(kind: Kind, party: Name, name: Named, by: By = None, note: Note = None, store: StoreUrl = None) -> None:
    """A name is none of a company's or an investor's."""
    _judge_alias(kind, party, name, False, by, note, store)


def _judge_alias(
    kind: str, party: str, name: str, holds: bool, by: str | None, note: str | None, store: str | None
) -> None:
    from domain.aliases import PartyKind, Ruling
    from tracker.deciding import judge_alias

    ruling = Ruling(PartyKind(kind), party, name, holds)
    with open_given_store(store, create=False) as opened:
        _tell(judge_alias(opened, ruling, _build_judge(opened, by, note)))


def _read_value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _build_judge(store: Store, by: str | None, note: str | None) -> Judge:
    import getpass

    from tracker.court import build_judge

    return build_judge(store, settings_with(), by or getpass.getuser(), note)


def _tell(plan: Plan) -> None:
    for change in plan.changes:
        after = change.after
        print(f"{after.id}  {after.company.name}, {after.round or 'no round'}; articles: {len(change.filings or ())}")
    for event_id, heir in plan.gone.items():
        print(f"{event_id}  now {heir}" if heir else f"{event_id}  withdrawn")
    if not plan.changes and not plan.gone:
        print("noted; the events are so already")


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(help="Judge events and names, for ever.", no_args_is_help=True)
    for command in (same, different, merge, split, edit, alias, no_alias):
        group.command()(command)
    app.add_typer(group, name="decide")
