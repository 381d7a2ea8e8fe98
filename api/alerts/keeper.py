"""Where the API finds alert rules and keeps them, noting who did; whoever builds the app may know more rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from domain.alert_rules import DEFAULT_RULES, Rule, parse_rule
from domain.conditions import WatchLists
from domain.errors import NotFound
from storage.desk import Desk
from storage.store import Store


class RuleKeeper(Protocol):
    """Knows the rules in force, and changes those that the store keeps."""

    def list(self) -> Sequence[Rule]:
        """The rules in force."""

    def save(self, table: Mapping[str, Any], by: str) -> Rule:
        """Keeps a rule, in place of the one of its id; BadRule where it cannot work."""

    def remove(self, rule_id: str, by: str) -> None:
        """Forgets a rule that the store keeps; NotFound where it keeps none of that id."""


def load_watch_lists(store: Store | None) -> WatchLists:
    """The watch lists for rules that are kept already: one that was removed since holds nothing, and stops nobody."""
    return defaultdict(dict, Desk(store).watch_lists() if store is not None else {})


class StoreRules:
    """The shipped rule and those of the store, without knowledge of channels."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self) -> Sequence[Rule]:
        """The rules in force."""
        lists = load_watch_lists(self._store)
        rules = (*DEFAULT_RULES, *(parse_rule(table, lists) for table in self._store.rules.list()))
        return list({rule.id: rule for rule in rules}.values())

    def save(self, table: Mapping[str, Any], by: str) -> Rule:
        """Keeps a rule and who set it."""
        rule = parse_rule(table, Desk(self._store).watch_lists())
        with self._store.transaction() as tx:
            tx.rules.put(table)
            Desk(tx).note(by, "rule.put", rule.id, table)
        return rule

    def remove(self, rule_id: str, by: str) -> None:
        """Forgets a rule, and keeps who did."""
        with self._store.transaction() as tx:
            if not tx.rules.remove(rule_id):
                raise NotFound(f"rule {rule_id}", "the store has no such rule; those of alerts.toml are changed there")
            Desk(tx).note(by, "rule.delete", rule_id, {})
