"""Every error that Roundwatch raises on purpose; each names its subject.

RoundwatchError
├── BadInput                what the user or a document gave cannot be used
│   ├── BadWeek             not an ISO week
│   ├── BadMoney            bounds that contradict each other, unknown currency
│   └── BadExtraction       an extraction that its article does not bear out
├── SettingsError           a setting is missing or wrong
├── NotFound                nothing is stored under that id
│   └── MergeCycle          it was merged into something that was merged into it
├── StoreError              the database cannot be opened, migrated or written
├── SourceError             a source's file or site cannot be used
└── DeliveryError           an alert could not be handed over
"""

from __future__ import annotations

from collections.abc import Sequence


class RoundwatchError(Exception):
    """The root of all errors that Roundwatch raises on purpose; `subject` names what it is about."""

    def __init__(self, subject: str, problem: str) -> None:
        super().__init__(f"{subject}: {problem}")
        self.subject = subject
        self.problem = problem


class BadInput(RoundwatchError):
    """What the user or a document gave cannot be used."""


class BadWeek(BadInput):
    """A text that is no ISO week."""


class BadMoney(BadInput):
    """An amount whose bounds contradict each other, or whose currency is unknown."""


class BadExtraction(BadInput):
    """An extraction that its article does not bear out."""


class SettingsError(RoundwatchError):
    """A setting is missing or wrong."""


class NotFound(RoundwatchError):
    """Nothing is stored under that id."""


class MergeCycle(NotFound):
    """What an id leads to leads back to it: no merging does that, only data from elsewhere can hold it."""

    def __init__(self, subject: str, ids: Sequence[object]) -> None:
        way = " → ".join(map(str, ids))
        super().__init__(subject, f"its merges lead in a circle ({way}); rebuild files anew what is told of it")
        self.ids = tuple(ids)


class StoreError(RoundwatchError):
    """The database cannot be opened, migrated or written."""


class SourceError(RoundwatchError):
    """A source's file or site cannot be used."""


class DeliveryError(RoundwatchError):
    """An alert could not be handed over; `retry_after` is seconds, where the receiver said so.

    `final` says that the receiver wants no other try: it is gone for good, or there is no such mailbox.
    """

    def __init__(self, subject: str, problem: str, *, retry_after: float | None = None, final: bool = False) -> None:
        super().__init__(subject, problem)
        self.retry_after = retry_after
        self.final = final
