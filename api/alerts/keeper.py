"""Where the API finds alert rules and keeps them; whoever builds the app may know more, such as a file of rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from domain.alert_rules import DEFAULT_RULES, Rule, parse_rule
from domain.errors import NotFound
from storage.store import Store


class RuleKeeper(Protocol):
    """Knows the rules in force, and changes those that the store keeps."""

    def list(self) -> Sequence[Rule]:
        """The rules in force."""

    def save(self, table: Mapping[str, Any]) -> Rule:
        """Keeps a rule, in place of the one of its id; BadRule where it cannot work."""

    def remove(self, rule_id: str) -> None:
        """Forgets a rule that the store keeps; NotFound where it keeps none of that id."""


class StoreRules:
    """The shipped rule and those of the store, without knowledge of channels."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self) -> Sequence[Rule]:
        """The rules in force."""
        rules = (*DEFAULT_RULES, *map(parse_rule, self._store.rules.list()))
        return list({rule.id: rule for rule in rules}.values())

    def save(self, table: Mapping[str, Any]) -> Rule:
        """Keeps a rule."""
        rule = parse_rule(table)
        self._store.rules.put(table)
        return rule

    def remove(self, rule_id: str) -> None:
        """Forgets a rule."""
        if not self._store.rules.remove(rule_id):
            raise NotFound(f"rule {rule_id}", "the store keeps no such rule")
