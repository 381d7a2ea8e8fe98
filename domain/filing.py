"""Files one claim: decides, fuses and says what changes; pure, the stage writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from domain.claim import Candidate, Claim
from domain.currency import DollarsOnly, Rates
from domain.event import Event
from domain.fusion import fuse, name_event
from domain.history import Change, diff_events
from domain.profile import Knowledge
from domain.resolution import Join, decide_all


def file_claim(
    claim: Claim,
    candidates: Sequence[Candidate],
    *,
    now: datetime,
    rates: Rates | None = None,
    known: Knowledge | None = None,
    is_taken: Callable[[str], bool] = lambda event_id: False,
) -> Change:
    """The change that a claim makes: a member more for an event, or an event of its own.

    Claims that are filed by the same `known`, which has the rates then, share what it worked out.
    """
    known = known or Knowledge(rates=rates or DollarsOnly())
    decision, tied = decide_all(claim, candidates, known=known)
    if isinstance(decision, Join):
        candidate = next(c for c in candidates if c.event.id == decision.event_id)
        after = _fuse_again(candidate.event, (*candidate.members, claim), known)
        told = [member.extraction for member in candidate.members]
        return Change(
            candidate.event,
            after,
            claim,
            decision,
            now,
            names_known={name for e in told for name in e.company}.issuperset(claim.extraction.company),
            investors_known={name for e in told for name in e.investors}.issuperset(claim.extraction.investors),
            tied=tied,
        )
    attempt = 0
    while is_taken(event_id := name_event(claim, attempt)):
        attempt += 1
    after = fuse((claim,), event_id=event_id, rates=known.rates, gazetteer=known.gazetteer)
    return Change(None, after, claim, decision, now)


def _fuse_again(before: Event, members: Sequence[Claim], known: Knowledge) -> Event:
    after = fuse(members, event_id=before.id, revision=before.revision, rates=known.rates, gazetteer=known.gazetteer)
    return replace(after, revision=before.revision + 1) if diff_events(before, after) else after
