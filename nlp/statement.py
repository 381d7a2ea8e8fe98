"""What one sentence says about a deal, before the sentences of a document are put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.event import Kind, Status
from nlp.mentions import MoneyMention, Name, RoundMention


@dataclass(slots=True)
class Statement:
    """A deal as one clause tells it; what the clause does not say is empty.

    `company` holds the names of the receiver, the best first; none where the clause only says "the company" or "the
    round". `background` marks deals of the past and of others, `past` those that only the rules hold for such; a
    denied `status` shows that the document reports no round. `sole` says that the one investor named is the round's
    only one, `shared` that the text speaks of further ones, `led` that its words say who leads. `strength` says how
    sure the reading is that there is a deal: 1 where a trigger governs an amount or a round.
    """

    start: int
    end: int
    company: list[Name] = field(default_factory=list)
    status: Status = Status.ANNOUNCED
    kind: Kind | None = None
    rounds: list[RoundMention] = field(default_factory=list)
    amount: MoneyMention | None = None
    valuation: MoneyMention | None = None
    total: MoneyMention | None = None
    leads: list[Name] = field(default_factory=list)
    investors: list[Name] = field(default_factory=list)
    sole: bool = False
    shared: bool = False
    led: bool = False
    background: bool = False
    past: bool = False
    trigger: tuple[int, int] | None = None
    strength: float = 1.0
