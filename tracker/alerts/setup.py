"""Rules and channels as the operator set them: alerts.toml, the rules kept in the store, the settings.

[channels.desk]               # a name of one's own for a channel, and what it needs
type = "webhook"
url = "https://example.org/hook"
secret_env = "DESK_SECRET"    # any key with _env takes its value from that variable

[[rules]]
id = "agents"
channels = ["desk", "console"]
when = {minimum_usd = 20_000_000, words = ["agent", "智能体"]}
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.alerts.keeper import load_watch_lists
from domain.alert_rules import DEFAULT_RULES, Rule, parse_rule
from domain.alerting import RuleBook
from domain.conditions import BadRule
from domain.errors import DeliveryError, NotFound, SettingsError
from tracker.alerts.channels import Route, build_routes, list_channel_fields
from tracker.settings import TrackerSettings

if TYPE_CHECKING:
    from storage.store import Store


@dataclass(frozen=True, slots=True)
class AlertSetup:
    """The rules in force, and the channels that they may name."""

    settings: TrackerSettings
    rules: tuple[Rule, ...]
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    book: RuleBook = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "book", RuleBook(self.rules))

    def build_routes(self) -> dict[str, dict[str, Route]]:
        """The routes of every channel that a rule or the settings name; SettingsError where one cannot be used."""
        names = dict.fromkeys(self.settings.alert_channels)
        for rule in self.book.rules:
            names.update(dict.fromkeys(rule.channels))
        return {name: self.build_channel(name) for name in names}

    def build_channel(self, name: str) -> dict[str, Route]:
        """The routes of the channel of that name, of alerts.toml or of the settings alone."""
        return build_routes(name, self.settings, self.channels.get(name))

    def get(self, rule_id: str) -> Rule:
        """The rule of that id; NotFound names it where there is none."""
        found = next((rule for rule in self.rules if rule.id == rule_id), None)
        if found is None:
            known = ", ".join(rule.id for rule in self.rules)
            raise NotFound(f"rule {rule_id}", f"there is no such rule; there are {known}")
        return found

    def check(self, rule: Rule) -> None:
        """Raises BadRule where a channel of the rule cannot be used: before it is saved."""
        for name in rule.channels or self.settings.alert_channels:
            try:
                for route in self.build_channel(name).values():
                    route.check()
            except (SettingsError, DeliveryError) as error:
                raise BadRule(f"rule {rule.id}", f"channel {name}: {error}") from error


def load_setup(settings: TrackerSettings, store: Store | None = None) -> AlertSetup:
    """Reads alerts.toml and the store's rules; without either the shipped rule is in force."""
    tables, channels = load_alerts_file(settings.alert_rules)
    lists = load_watch_lists(store)
    rules = [parse_rule(table, lists) for table in tables] if tables is not None else list(DEFAULT_RULES)
    kept = [parse_rule(table, lists) for table in store.rules.list()] if store is not None else []
    by_id = {rule.id: rule for rule in (*rules, *kept)}
    if len(by_id) < len(rules):
        twice = next(rule.id for rule in rules if sum(other.id == rule.id for other in rules) > 1)
        raise BadRule(f"rule {twice}", "there are two of that id")
    return AlertSetup(settings, tuple(by_id.values()), {**channels, **settings.alert_tables})


def check_rule(store: Store, setup: AlertSetup, table: Mapping[str, Any]) -> None:
    """Raises BadRule where a rule, a list that it names or a channel cannot work."""
    from storage.desk import Desk

    setup.check(parse_rule(table, Desk(store).watch_lists()))


def load_rule_file(path: Path) -> Mapping[str, Any]:
    """One rule from a TOML or JSON file; BadRule names the file where it is neither."""
    try:
        text = path.read_text("utf-8")
        data = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (ValueError, OSError) as error:
        raise BadRule(str(path), f"cannot be read ({error})") from error
    tables = data.get("rules", [data]) if isinstance(data, Mapping) else []
    if len(tables) != 1 or not isinstance(tables[0], Mapping):
        raise BadRule(str(path), "wants one rule")
    return dict(tables[0])


def load_alerts_file(path: Path) -> tuple[list[Mapping[str, Any]] | None, dict[str, Mapping[str, Any]]]:
    """The tables of rules (None where the file has none) and of channels; BadRule names the file where it is wrong."""
    if not path.exists():
        return None, {}
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadRule(str(path), f"cannot be read ({error})") from error
    if unknown := data.keys() - {"rules", "channels"}:
        raise BadRule(str(path), f"unknown table {min(unknown)!r}; there are [[rules]] and [channels.NAME]")
    rules, channels = data.get("rules"), data.get("channels", {})
    if not isinstance(rules, list | None) or not all(isinstance(c, Mapping) for c in channels.values()):
        raise BadRule(str(path), "wants [[rules]] and [channels.NAME]")
    return rules, {name: _reveal(name, table) for name, table in channels.items()}


def _reveal(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """The table with each `KEY_env` replaced by KEY and the value of that variable."""
    revealed = dict(_iter_revealed(name, table.items()))
    kind = str(revealed.get("type", name))
    if unknown := revealed.keys() - {"type", *list_channel_fields(kind)}:
        known = ", ".join(sorted(list_channel_fields(kind)))
        raise SettingsError(f"channel {name}", f"unknown field {min(unknown)!r}; a {kind} has {known}")
    return revealed


def _iter_revealed(name: str, items: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    for key, value in items:
        if not key.endswith("_env"):
            yield key, value
        elif not (found := os.environ.get(str(value))):
            raise SettingsError(f"channel {name}", f"{value}: the variable is missing")
        else:
            yield key.removesuffix("_env"), found
