"""What the machine was unsure of: review."""

from __future__ import annotations

from shlex import join
from typing import TYPE_CHECKING

import typer

from tracker.commands.options import StoreUrl, open_given_store

if TYPE_CHECKING:
    from storage.aliases import Question


def review(store: StoreUrl = None) -> None:
    """List events and names that may be one and wait for a word."""
    with open_given_store(store, create=False) as opened:
        doubts = opened.events.doubts()
        for doubt in doubts:
            company = opened.events.get(doubt.event_id).company.name
            print(f"{company}: {doubt.title}  {doubt.url}")
            print(f"  score {doubt.score:.2f}: {'; '.join(f'{r.score:+.2f} {r.text}' for r in doubt.reasons)}")
            pair = f"{doubt.event_id} {doubt.doubt_event_id}"
            print(f"  decide same {pair}   or   decide different {pair}")
        questions = opened.aliases.questions()
        for question in questions:
            _ask(question)
        print(f"{len(doubts) + len(questions)} to review")
        if circles := opened.redirects.count_circles():
            print(f"{circles} circles of merges are set aside; rebuild opens them")


def _ask(question: Question) -> None:
    """Prints a question on names, with the commands that settle it."""
    party, name, shared = question.party, question.name, question.shared
    if shared is None:
        print(f"{party} and {name}: taken for one {question.kind}, whom some articles name in English, some in Chinese")
    else:
        print(f"{party} and {name}: both go by {shared!r}")
    wrong = join(["no-alias", question.kind, party, name if shared is None else shared])
    print(f"  decide {join(['alias', question.kind, party, name])}   or   decide {wrong}")


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(review)
