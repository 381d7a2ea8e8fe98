from __future__ import annotations

import numpy as np
import pytest

from nlp.tags import NAME_LABELS, TAGS, decode_names, favour, join_companies, tags_of


def rows(*tags: str, sure: float = 0.9) -> np.ndarray:
    table = np.full((len(tags), len(TAGS)), (1 - sure) / (len(TAGS) - 1), np.float32)
    for k, tag in enumerate(tags):
        table[k, TAGS[tag]] = sure
    return table


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        (("O", "S-company", "O"), [(1, 2, "company")]),
        (("B-company", "I-company", "E-company"), [(0, 3, "company")]),
        (("B-investor", "E-investor", "S-company"), [(0, 2, "investor"), (2, 3, "company")]),
        (("O", "amount", "O"), []),
    ],
)
def test_tags_become_names(tags, wanted):
    assert [(a, b, NAME_LABELS[label]) for a, b, label, _ in decode_names(rows(*tags))] == wanted


def test_a_name_that_breaks_off_is_mended_to_a_well_formed_one():
    found = decode_names(rows("B-company", "I-company", "O"))
    assert all(end > start for start, end, _, _ in found)


def test_decoding_is_the_inverse_of_tagging():
    table = rows(*["O"] * 6)
    names = dict(tags_of(1, 4, "investor") + tags_of(4, 5, "company"))
    for token, tag in names.items():
        table[token] = 0.001
        table[token, tag] = 0.9
    assert [(a, b, NAME_LABELS[k]) for a, b, k, _ in decode_names(table)] == [(1, 4, "investor"), (4, 5, "company")]


def test_a_rumoured_company_counts_as_a_company_and_stays_known_as_rumoured():
    joined, hedged = join_companies(rows("S-rumoured"))
    ((_, _, label, _),) = decode_names(joined)
    assert NAME_LABELS[label] == "company"
    assert hedged[0] > 0.8


def test_favouring_a_label_keeps_probabilities_probabilities():
    changed = favour(rows("O", "S-company"), "company", 3.0)
    assert np.allclose(changed.sum(axis=1), 1.0)
