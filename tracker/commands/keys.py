"""Keys of the API: keys list, add, revoke."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.options import StoreUrl, open_given_store


def list_keys(store: StoreUrl = None) -> None:
    """List the keys, without what they open with."""
    from storage.access_keys import AccessKeys

    with open_given_store(store, create=False) as opened:
        for key in AccessKeys(opened).list():
            ended = f"  revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else ""
            print(f"{key.id}  {key.scopes[-1]:<5}  {key.created_at:%Y-%m-%d}  {key.name}{ended}")


def add(
    name: Annotated[str, typer.Argument(help="Whose key it is; the journal names it.")],
    scope: Annotated[str, typer.Option(help="read, write or admin.")] = "read",
    store: StoreUrl = None,
) -> None:
    """Make a key; it is shown this once and kept nowhere."""
    from domain.errors import BadInput
    from storage.access_keys import SCOPES, AccessKeys

    if scope not in SCOPES:
        raise BadInput(repr(scope), f"no scope; these are: {', '.join(SCOPES)}")
    with open_given_store(store) as opened:
        print(AccessKeys(opened).add(name, scope)[1])


def revoke(key_id: Annotated[str, typer.Argument(help="The key's id.", metavar="ID")], store: StoreUrl = None) -> None:
    """End a key for good."""
    from domain.errors import NotFound
    from storage.access_keys import AccessKeys

    with open_given_store(store, create=False) as opened:
        if not AccessKeys(opened).revoke(key_id):
            raise NotFound(f"key {key_id}", "there is no such key, or it was revoked before")


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(help="Keys of the API: list, add, revoke.", no_args_is_help=True)
    group.command("list")(list_keys)
    group.command()(add)
    group.command()(revoke)
    app.add_typer(group, name="keys")
