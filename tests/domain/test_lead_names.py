from __future__ import annotations

import pytest

from domain.fusion import fuse
from tests.domain.factories import claim, deal


def told(language: str, *leads: str, investors: tuple[str, ...] = ()):
    return claim(deal(leads=leads, investors=investors, language=language), language=language)


def leads(*claims) -> list[tuple[str, str]]:
    event = fuse(claims, event_id="e1")
    return [(party.in_language("zh"), party.in_language("en")) for party in event.leads]


def test_a_sole_lead_that_each_language_names_in_its_own_way_is_one_investor():
    assert leads(told("en", "Ninebridge Ventures"), told("zh", "九桥创投"), told("zh", "九桥创投")) == [
        ("九桥创投", "Ninebridge Ventures")
    ]


@pytest.mark.parametrize(
    "claims",
    [
        # one article names both
        [told("en", "Ninebridge Ventures", "九桥创投"), told("zh", "九桥创投")],
        [told("zh", "九桥创投", investors=("Ninebridge Ventures",)), told("en", "Ninebridge Ventures")],
        # two in one script
        [told("en", "Ninebridge Ventures"), told("en", "Larchmont")],
        [told("zh", "九桥创投"), told("zh", "十桥创投")],
        # known under one of the names, and so by all of them
        [told("en", "Sequoia Capital"), told("zh", "九桥创投")],
        # more than one lead on a side
        [told("en", "Ninebridge Ventures", "Larchmont"), told("zh", "九桥创投")],
    ],
)
def test_leads_that_may_be_two_stay_two(claims):
    assert len(leads(*claims)) >= 2
