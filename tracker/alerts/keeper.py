"""The rules as the API changes them: alerts.toml counts too, and channels are tried before a rule is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.alerts.keeper import StoreRules
from domain.alert_rules import Rule
from domain.conditions import BadRule
from domain.errors import SettingsError
from storage.store import Store
from tracker.alerts.setup import check_rule, load_setup
from tracker.settings import TrackerSettings


class CheckedRules(StoreRules):
    """Knows alerts.toml, the settings and the channels."""

    def __init__(self, store: Store, settings: TrackerSettings) -> None:
        super().__init__(store)
        self._settings = settings

    def list(self) -> Sequence[Rule]:
        """The rules in force."""
        return load_setup(self._settings, self._store).rules

    def save(self, table: Mapping[str, Any], by: str) -> Rule:
        """Keeps a rule once its channels are found to be good."""
        try:
            setup = load_setup(self._settings, self._store)
        except SettingsError as error:
            # a channel of alerts.toml lacks its secret, say
            raise BadRule(f"rule {table.get('id')}", str(error)) from error
        check_rule(self._store, setup, table)
        return super().save(table, by)
