"""The networks: what stands in one document never touches another, and every layer's gradient is the true one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thinc.types import Ragged

from nlp.features import COLUMNS
from nlp.gate import build_gate, describe_words, load_gate
from nlp.network import build_network, look, pool, recall, use_numpy

LENGTHS = np.array([1, 7, 40], "i")


def draw_codes(chance, sizes, width):
    return [chance.integers(0, 2**32, (size, width)).astype(np.uint64) for size in sizes]


@pytest.mark.parametrize(
    ("network", "width"), [(build_network(), len(COLUMNS)), (build_gate("en"), 2), (build_gate("zh"), 2)]
)
def test_a_document_is_read_alike_alone_and_beside_others(network, width):
    use_numpy()
    chance = np.random.default_rng(5)
    documents = draw_codes(chance, LENGTHS, width)
    network.initialize(X=documents)
    together = network.predict(documents)
    for document, beside in zip(documents, together, strict=True):
        assert np.allclose(network.predict([document])[0], beside, atol=1e-5)


@pytest.mark.parametrize("layer", [look(1), look(4), recall(), pool()], ids=["near", "far", "recall", "pool"])
def test_gradients_are_those_of_small_steps(layer):
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(int(LENGTHS.sum()), 6)).astype("f")

    def weigh(values):
        told = layer.predict(Ragged(values, LENGTHS))
        return float((getattr(told, "dataXd", told) * weights).sum())

    told, back = layer.begin_update(Ragged(rows, LENGTHS))
    shape = getattr(told, "dataXd", told).shape
    weights = chance.normal(size=shape).astype("f")
    gradient = back(Ragged(weights, LENGTHS) if isinstance(told, Ragged) else weights).dataXd
    for row, column in ((0, 0), (3, 2), (8, 5), (40, 1)):
        step = np.zeros_like(rows)
        step[row, column] = 1e-2
        measured = (weigh(rows + step) - weigh(rows - step)) / 2e-2
        assert measured == pytest.approx(gradient[row, column], abs=2e-2)


@pytest.mark.parametrize(
    ("language", "told", "other"),
    [
        (
            "en",
            "Thornwick raises $6M seed round led by Accel\n",
            "A guide to the hidden features of your phone\nTen settings that nobody knows.",
        ),
        (
            "zh",
            "棘木科技完成数千万元A轮融资，红杉中国领投\n",
            "大模型价格战再起，多家厂商下调接口费用\n每百万Token价格降至0.8元，业内人士认为投资回报周期将拉长。",
        ),
    ],
)
def test_the_gate_lets_rounds_through_and_holds_other_news_for_unlikely(language, told, other):
    gate = load_gate(language)
    assert gate.admit([told]) == [True]
    likely, unlikely = gate.judge([told, other])
    assert likely > 0.5
    assert unlikely < 0.02


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=5))
def test_the_gate_judges_any_text(bodies):
    odds = load_gate("en").judge(bodies)
    assert len(odds) == len(bodies)
    assert all(0 <= likely <= 1 for likely in odds)


def test_amounts_are_one_word_to_the_gate_whatever_the_number():
    assert np.array_equal(describe_words("raises $5M"), describe_words("raises $120.5M"))
    assert not np.array_equal(describe_words("raises $5M"), describe_words("raises $5B"))


def test_a_word_that_training_never_saw_reads_as_nothing():
    known = np.sort(describe_words("raises money")[:, 0])
    assert describe_words("Zorblax raises money", known)[:, 0].tolist()[0] == 0
    assert all(describe_words("raises money", known)[:, 0])
