"""Rules: what an alert watches for and how it is told, read from plain tables such as those of alerts.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from domain.conditions import BadRule, Condition, WatchLists, parse_condition
from domain.errors import BadInput
from domain.event import Event, Kind, Status
from domain.subjects import Subject
from domain.timing import Digest, Timing, parse_quiet_hours, parse_zone

MEGA_USD = 100_000_000.0
MEGA_KINDS = frozenset((Kind.EQUITY, Kind.COMMITMENT))
FACTS = frozenset((Status.ANNOUNCED, Status.CLOSED))
FRESH_DAYS = 14


@dataclass(frozen=True, slots=True)
class Rule:
    """What an alert watches for, and how it is told: empty `channels` and no `language` take those of the settings.

    News older than `fresh_days` alerts nobody; None takes news of any age.
    """

    id: str
    name: str
    when: Condition
    source: Mapping[str, Any] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    language: str | None = None
    timing: Timing = field(default_factory=Timing)
    fresh_days: int | None = FRESH_DAYS
    enabled: bool = True

    def is_true_of(self, subject: Subject | None) -> bool:
        """Whether the event is what the rule watches for."""
        return subject is not None and subject.event.merged_into is None and self.when.holds(subject)

    def is_fresh(self, change_on: date | None, after: Event, known: bool, today: date) -> bool:
        """Whether the change is news: told lately, of a round that is itself new or was known already."""
        if self.fresh_days is None:
            return True
        since = today - timedelta(days=self.fresh_days)
        if change_on is None:
            return after.announced_on >= since
        return change_on >= since and (known or after.announced_on >= since)


_MEGA_SOURCE: Mapping[str, Any] = {
    "id": "mega-round",
    "name": "Mega-round: 100 million USD and more",
    "when": {
        "statuses": ["announced", "closed"],
        # a commitment is told by its ceiling, money that was raised by what is certain of it
        "any": [
            {"kinds": ["equity"], "minimum_usd": MEGA_USD},
            {"kinds": ["commitment"], "ceiling_usd": MEGA_USD},
            {"kinds": ["commitment"], "minimum_usd": MEGA_USD},
        ],
    },
}
_FIELDS = frozenset(
    (
        "id", "name", "when", "channels", "language", "digest", "digest_hour", "debounce_minutes", "quiet_hours",
        "timezone", "fresh_days", "enabled",
    )
)  # fmt: skip


def parse_rule(table: Mapping[str, Any], lists: WatchLists | None = None) -> Rule:
    """Reads a rule from a plain table; BadRule names the rule, the field and what is wrong with it.

    `lists` are the watch lists that it may name, by id.
    """
    rule_id = table.get("id")
    if not isinstance(rule_id, str) or not rule_id.replace("-", "").replace("_", "").isalnum() or len(rule_id) > 60:
        raise BadRule(f"rule {rule_id!r}", "id wants letters, digits, - and _")
    where = f"rule {rule_id}"
    if unknown := table.keys() - _FIELDS:
        raise BadRule(where, f"unknown field {min(unknown)!r}; there are {', '.join(sorted(_FIELDS))}")
    if not table.get("when"):
        raise BadRule(where, "`when` is missing: what to watch for")
    return Rule(
        id=rule_id,
        name=_read(table, "name", str, rule_id, where),
        when=parse_condition(table["when"], where, {} if lists is None else lists),
        source=dict(table),
        channels=_read_channels(table, where),
        language=_read_language(table, where),
        timing=_read_timing(table, where),
        fresh_days=_read_fresh(table, where),
        enabled=_read(table, "enabled", bool, True, where),
    )


def _read(table: Mapping[str, Any], name: str, kind: type, default: Any, where: str) -> Any:
    value = table.get(name, default)
    if value is not default and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        raise BadRule(where, f"{name} wants {_KINDS[kind]}, not {value!r}")
    return value


_KINDS = {str: "a text", int: "a whole number", bool: "true or false", list: "a list"}


def _read_channels(table: Mapping[str, Any], where: str) -> tuple[str, ...]:
    names = tuple(_read(table, "channels", list, [], where))
    if not all(isinstance(name, str) and name for name in names):
        raise BadRule(where, "channels wants a list of names")
    if any("://" in name for name in names):
        # not repeated: it may hold a secret
        raise BadRule(where, "channels wants names; an address is for the channel's table in alerts.toml")
    return names


def _read_language(table: Mapping[str, Any], where: str) -> str | None:
    language: str | None = table.get("language")
    if language not in (None, "en", "zh"):
        raise BadRule(where, f"language is en or zh, not {language!r}")
    return language


def _read_fresh(table: Mapping[str, Any], where: str) -> int | None:
    if table.get("fresh_days") == "any":
        return None
    days: int = _read(table, "fresh_days", int, FRESH_DAYS, where)
    return days


def _read_timing(table: Mapping[str, Any], where: str) -> Timing:
    digest = table.get("digest", Digest.AT_ONCE.value)
    if digest not in list(Digest):
        raise BadRule(where, f"digest is one of {', '.join(Digest)}, not {digest!r}")
    hour = _read(table, "digest_hour", int, 8, where)
    minutes = _read(table, "debounce_minutes", int, 0, where)
    if not 0 <= hour < 24 or not 0 <= minutes <= 24 * 60:
        raise BadRule(where, "digest_hour is 0 to 23, debounce_minutes 0 to 1440")
    quiet = table.get("quiet_hours")
    try:
        return Timing(
            Digest(digest),
            timedelta(minutes=minutes),
            parse_quiet_hours(str(quiet)) if quiet is not None else None,
            parse_zone(_read(table, "timezone", str, "UTC", where)),
            hour,
        )
    except BadInput as error:
        raise BadRule(where, str(error)) from error


MEGA_ROUND = parse_rule(_MEGA_SOURCE)
DEFAULT_RULES = (MEGA_ROUND,)
