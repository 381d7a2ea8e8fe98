"""What the machine was unsure of: review."""

from __future__ import annotations

import typer

from tracker.commands.options import StoreUrl, open_given_store


def review(store: StoreUrl = None) -> None:
    """List the events that may be one and wait for a person's word."""
    with open_given_store(store, create=False) as opened:
        doubts = opened.events.doubts()
        for doubt in doubts:
            company = opened.events.get(doubt.event_id).company.name
            print(f"{company}: {doubt.title}  {doubt.url}")
            print(f"  score {doubt.score:.2f}: {'; '.join(f'{r.score:+.2f} {r.text}' for r in doubt.reasons)}")
            pair = f"{doubt.event_id} {doubt.doubt_event_id}"
            print(f"  decide same {pair}   or   decide different {pair}")
        print(f"{len(doubts)} to review")


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command()(review)
