"""The funding table of the brokers' weekly, from events.

a row a round, the largest amount in dollars first, commitments among all others, undisclosed amounts last
`——` where nothing is disclosed
the ceiling of a commitment ("up to $500 billion") is printed as its amount, and a note says so
a commitment without a named lead has its partners in the lead column
debt and grants without a round of their own name their kind in the round column
rumours and denials are marked in the first cell and enter no sum
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from api.reports.amounts import render_amount, render_money, render_round
from api.reports.model import COLUMNS, Line, Table
from api.reports.words import Words, load_words
from domain.event import Event, Kind, Party, Status
from domain.money import Precision
from domain.names import match_key

__all__ = ["Line", "Table", "build_table"]

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def build_table(
    events: Iterable[Event], language: str, *, title: str | None = None, notes: Sequence[str] = ()
) -> Table:
    """Builds the table of these events in a language; the title is the language's usual one where none is given.

    `notes` follow those that the table makes of its own rows.
    """
    words = load_words(language)
    lines = tuple(_build_line(event, words) for event in sorted(events, key=place_event))
    return Table(
        language=words.language,
        title=words.title if title is None else title,
        columns=tuple(words.columns[name] for name in COLUMNS),
        lines=lines,
        notes=(*_iter_notes(lines, words), *notes),
    )


def place_event(event: Event) -> tuple[bool, float, str, str]:
    """Where the event stands in a table: the largest amount in dollars first, undisclosed ones last."""
    return (event.amount_usd is None, -(event.amount_usd or 0.0), event.company.name.casefold(), event.id)


def _build_line(event: Event, words: Words) -> Line:
    cells = tuple(CELLS[name](event, words) for name in COLUMNS)
    name = cells[0]
    form = words.marks.get(event.status.value)
    return Line(cells, event, form.format(name=name) if form else name)


def write_application(event: Event, words: Words) -> str:
    """The product, or the company where no product is named or the product goes by the company's name."""
    company = event.company
    names = {match_key(name) for name in (company.name, *company.names.values())}
    if event.application and match_key(event.application) not in names:
        return event.application
    return company.in_language(words.language)


def write_type_cell(event: Event, words: Words) -> str:
    """What the company does, as a cell begins it."""
    return words.begin(write_type(event, words))


def write_type(event: Event, words: Words) -> str:
    """What the company does in the articles' words of that language, else its sector's label."""
    if told := event.application_types.get(words.language):
        return words.set_apart(told)
    return words.sectors.get(find_sector(event, words) or "", words.undisclosed)


def find_sector(event: Event, words: Words) -> str | None:
    """The key of the event's sector, None where it is none of the list."""
    key = _NOT_SLUG.sub("-", (event.sector or "").casefold()).strip("-")
    return key if key in words.sectors else None


def write_leads(event: Event, words: Words) -> str:
    """The leads, or the partners of a commitment that names none."""
    parties = event.leads
    if not parties and event.kind is Kind.COMMITMENT:
        parties = event.participants
    return join_parties(parties, words) or words.undisclosed


def join_parties(parties: Sequence[Party], words: Words) -> str:
    """Names of parties as the language lists them."""
    return words.join([party.in_language(words.language) for party in parties])


def write_round(event: Event, words: Words) -> str:
    """The round's name, or the kind of what is no equity round."""
    if event.round:
        return render_round(event.round, words.language)
    return words.kinds[event.kind.value] if event.kind in (Kind.DEBT, Kind.GRANT) else words.undisclosed


def write_amount(event: Event, words: Words) -> str:
    """The amount of this round."""
    return render_amount(event.amount, event.kind, words.language) if event.amount else words.undisclosed


def write_total_raised(event: Event, words: Words) -> str:
    """What the company has raised in all, as told with this round."""
    return render_money(event.total_raised, words.language) if event.total_raised else words.undisclosed


def write_valuation(event: Event, words: Words) -> str:
    """The valuation at this round."""
    return render_money(event.valuation, words.language) if event.valuation else words.undisclosed


CELLS: dict[str, Callable[[Event, Words], str]] = {
    "application": write_application,
    "application_type": write_type_cell,
    "lead_investors": write_leads,
    "round": write_round,
    "amount": write_amount,
    "total_raised": write_total_raised,
    "valuation": write_valuation,
}


def _iter_notes(lines: Sequence[Line], words: Words) -> Iterable[str]:
    facts = [line for line in lines if line.is_fact]
    for kind in (Kind.COMMITMENT, Kind.DEBT, Kind.GRANT):
        yield from _note(kind.value, [line for line in facts if line.event.kind is kind], words)
    yield from _note("ceiling", [line for line in facts if _is_ceiling(line.event)], words)
    for status in (Status.RUMOURED, Status.DENIED):
        if any(line.event.status is status for line in lines):
            yield words.notes[status.value]
    if any(line.event.amount and line.event.amount.currency != "USD" for line in lines):
        yield words.notes["converted"]


def _note(name: str, lines: Sequence[Line], words: Words) -> Iterable[str]:
    if lines:
        names = words.join([line.cells[0] for line in lines])
        yield words.set_apart(words.notes[name].format(names=names))


def _is_ceiling(event: Event) -> bool:
    return event.kind is Kind.COMMITMENT and event.amount is not None and event.amount.precision is Precision.AT_MOST
