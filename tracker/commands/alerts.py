"""Rules, channels and what became of alerts: the commands under `alerts`."""

from __future__ import annotations

import getpass
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.options import StoreUrl, note, open_given_store, settings_with

if TYPE_CHECKING:
    from storage.store import Store
    from tracker.alerts.keeper import CheckedRules
    from tracker.alerts.setup import AlertSetup

group = typer.Typer(
    help="Rules, channels and what became of alerts.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
By = Annotated[
    str | None, typer.Option(help="Whom the journal names; your user name where not given.", show_default=False)
]
RuleId = Annotated[str, typer.Argument(help="The rule's id.")]
Since = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first announcement day to look at.")]


@group.command("list")
def list_rules(store: StoreUrl = None) -> None:
    """List the rules in force, with their channels and manners."""
    from tracker.console_table import print_table

    with open_given_store(store) as opened:
        setup = _load(opened)
        kept = {rule["id"] for rule in opened.rules.list()}
        rows = [
            [
                rule.id,
                rule.name,
                ", ".join(rule.channels or setup.settings.alert_channels),
                rule.timing.digest.value,
                ("on" if rule.enabled else "off") + (", store" if rule.id in kept else ""),
            ]
            for rule in setup.rules
        ]
    print_table(["id", "name", "channels", "digest", "state"], rows)


@group.command("show")
def show_rule(rule: RuleId, store: StoreUrl = None) -> None:
    """Print one rule as JSON, in the form that `add` takes."""
    with open_given_store(store) as opened:
        print(json.dumps(dict(_load(opened).get(rule).source), ensure_ascii=False, indent=2))


@group.command("add")
def add_rule(
    file: Annotated[Path, typer.Argument(help="A file with one rule, as TOML or JSON.", exists=True, dir_okay=False)],
    by: By = None,
    store: StoreUrl = None,
) -> None:
    """Keep a rule in the store, and note who did; refused where it cannot work."""
    from tracker.alerts.setup import load_rule_file

    table = load_rule_file(file)
    with open_given_store(store) as opened:
        known = {rule["id"] for rule in opened.rules.list()}
        rule = _build_keeper(opened).save(table, _name(by))
    note(f"rule {rule.id} {'replaced' if rule.id in known else 'added'}")


@group.command("remove")
def remove_rule(rule: RuleId, by: By = None, store: StoreUrl = None) -> None:
    """Forget a rule of the store, and note who did; those of alerts.toml are changed there."""
    with open_given_store(store) as opened:
        _build_keeper(opened).remove(rule, _name(by))
    note(f"rule {rule} removed")


@group.command("test")
def test_rule(rule: RuleId, since: Since, store: StoreUrl = None) -> None:
    """List what the rule would have told since a day; nothing is sent."""
    from api.alerts.rehearsal import rehearse
    from tracker.console_table import print_table

    with open_given_store(store, create=False) as opened:
        setup = _load(opened)
        found = setup.get(rule)
        told = list(rehearse(opened, found, since.date(), found.language or setup.settings.alert_language))
    print_table(["told on", "event", "what"], [[str(one.told_on), one.event_id, one.title] for one in told])
    note(f"{len(told)} alerts")


@group.command("channels")
def check_channels(store: StoreUrl = None) -> None:
    """Check every channel; nothing is sent."""
    with open_given_store(store) as opened:
        for routes in _load(opened).build_routes().values():
            for name, route in routes.items():
                route.check()
                print(f"ok  {name}")


@group.command("dead")
def list_dead(store: StoreUrl = None) -> None:
    """List the messages that were given up, with the last error."""
    from tracker.console_table import print_table

    with open_given_store(store, create=False) as opened:
        letters = opened.outbox.dead_letters()
    rows = [[d.message_id, d.channel, str(d.attempts), str(d.ended_at or ""), d.error or ""] for d in letters]
    print_table(["message", "channel", "tries", "given up", "error"], rows)


@group.command("resend")
def resend(
    message: Annotated[str | None, typer.Argument(help="A message of `alerts dead`; all where not given.")] = None,
    store: StoreUrl = None,
) -> None:
    """Make messages that were given up due again."""
    from datetime import UTC

    from domain.errors import NotFound

    with open_given_store(store, create=False) as opened:
        revived = opened.outbox.revive(datetime.now(UTC), message)
    if message is not None and not revived:
        raise NotFound(f"message {message}", "it is not among those that were given up (alerts dead)")
    note(f"{revived} messages are due again")


@group.command("watch")
def watch(store: StoreUrl = None) -> None:
    """Deliver what falls due until Ctrl-C."""
    from tracker.alerts.deliver import deliver_until
    from tracker.progress import describe_counts
    from tracker.schedule import stopped_by_signals

    with open_given_store(store) as opened, stopped_by_signals() as stop:
        counts = deliver_until(stop, opened, settings_with(store_url=store))
    note(describe_counts(counts))


@group.command("schema")
def print_schema() -> None:
    """Print the JSON schema of the messages that webhooks get."""
    from api.alerts.body import build_schema

    print(json.dumps(build_schema(), indent=2))


def _load(store: Store) -> AlertSetup:
    from tracker.alerts.setup import load_setup

    return load_setup(settings_with(), store)


def _build_keeper(store: Store) -> CheckedRules:
    from tracker.alerts.keeper import CheckedRules

    return CheckedRules(store, settings_with())


def _name(by: str | None) -> str:
    return by or getpass.getuser()


def register(app: typer.Typer) -> None:
    """Adds the group."""
    app.add_typer(group, name="alerts")
