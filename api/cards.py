"""How an event is written out for listings: the JSON object and the line of CSV that a card keeps."""

from __future__ import annotations

from datetime import date

import orjson

from api.describe import write_listed
from api.forms.rows import lay_event_flat, lay_listed_flat
from api.forms.text import render_lines
from domain.event import Event, Kind, Party, Status
from storage.cards import Card, Cards, CardWriter
from storage.listing import ListedEvent
from storage.store import Store

# counts up whenever a card says anything differently, were it by a word; a test knows what each number stands for
FORM = 1
_ANY = Event("", Party("", ""), Kind.EQUITY, Status.ANNOUNCED, date.min)
# the line above those of the cards
HEADER = render_lines([lay_event_flat(_ANY)])


def write_card(event: ListedEvent) -> Card:
    """An event's card."""
    return Card(orjson.dumps(write_listed(event)).decode(), render_lines([lay_listed_flat(event).values()]))


def open_cards(store: Store) -> Cards:
    """The cards of an open store."""
    return Cards(store, CardWriter(FORM, write_card))
