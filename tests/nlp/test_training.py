"""The command that trains: in small, from marked passages and annotated news, twice the same."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from thinc.api import Softmax

from nlp.network import build_network, get_encoder
from nlp.pipeline import load_pipeline
from nlp.tags import TAGS
from nlp.training import __main__ as command
from nlp.training import gate as gate_module
from nlp.training import train as train_module
from nlp.training.augment import find_telling, tuck_in
from nlp.training.examples import build_example, is_kept_aside, load_examples, read_lines
from nlp.training.gate import build_lesson, train_gate
from nlp.training.install import install_readers
from nlp.training.marks import key_of, load_marked
from nlp.training.pretrain import EncoderOptions
from nlp.training.targets import build_target
from nlp.training.train import HERE, Group, Options, Trainer, load_groups, write_model
from nlp.weights import load_weights, save_weights

MARKED = {
    "id": "m1",
    "lang": "en",
    "title": "Thornwick raises $6M led by Accel",
    "text": "",
    "status": "announced",
    "spans": [[0, 9, "company"], [17, 20, "amount"], [28, 33, "lead_investor"]],
}
ANNOTATED = {
    "id": "a1",
    "lang": "en",
    "title": "Ondra in talks to raise $9M",
    "text": "",
    "events": [
        {
            "company": ["Ondra"],
            "status": "rumoured",
            "kind": "equity",
            "round": None,
            "amount": {"min": 9e6, "max": 9e6, "currency": "USD", "precision": "exact"},
            "lead_investors": [],
            "investors": [],
            "valuation": None,
            "total_raised": None,
        }
    ],
}


def write(path, *lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def tags_at(example, word):
    pipeline = load_pipeline("en", trained=False)
    doc = pipeline(example.text)
    target = build_target(example, pipeline, 100)
    token = next(t.i for t in doc if t.text == word)
    return {name for name, k in TAGS.items() if target.allowed[token, k]}


@pytest.mark.parametrize(
    ("line", "word", "wanted"),
    [
        (MARKED, "Thornwick", {"S-company"}),
        (MARKED, "$6M", {"amount"}),
        (MARKED, "Accel", {"S-lead_investor"}),
        (MARKED, "led", {"O"}),
        (ANNOTATED, "Ondra", {"S-rumoured"}),
        (ANNOTATED, "$9M", {"amount"}),
    ],
)
def test_marks_become_tags(tmp_path, line, word, wanted):
    (example,) = load_examples(write(tmp_path / "x.jsonl", line), "en")
    assert tags_at(example, word) == wanted


def test_annotated_news_leaves_open_what_events_do_not_tell(tmp_path):
    (example,) = load_examples(write(tmp_path / "x.jsonl", ANNOTATED), "en")
    assert {"O", "S-other_org", "S-person"} <= tags_at(example, "talks")


def test_the_shipped_corpora_can_be_read_and_marks_stand_in_their_texts():
    for language in ("en", "zh"):
        groups = load_groups(Options(language), [])
        assert sum(len(group.examples) for group in groups) > 2000
        for group in groups:
            for example in group.examples:
                assert all(0 <= start < end <= len(example.text) for start, end, _ in example.marks), example.id


def train(path):
    options = Options("en", passes=2, redraw=1)
    groups = [Group("x", load_examples(path, "en") * 6, 1.0)]
    trainer = Trainer(options, groups, None)
    trainer.run()
    return options, groups, trainer.network


def test_the_same_examples_give_the_same_weights_with_a_card(tmp_path):
    path = write(tmp_path / "x.jsonl", MARKED, ANNOTATED)
    options, groups, first = train(path)
    _, _, second = train(path)
    write_model(options, groups, first, tmp_path / "model" / "weights.npz")
    card = json.loads((tmp_path / "model" / "card.json").read_text("utf-8"))
    assert card["examples"] == {"x": 12}
    for a, b in zip(first.walk(), second.walk(), strict=True):
        for name in a.param_names:
            assert np.array_equal(a.get_param(name), b.get_param(name)), (a.name, name)


def test_weights_of_another_form_are_refused(tmp_path):
    network = build_network()
    network.initialize(X=[np.zeros((2, 14), np.uint64)])
    np.savez(tmp_path / "weights.npz", other=np.zeros(3))
    with pytest.raises(ValueError, match=r"weights\.npz: weights of a network of another form"):
        load_weights(get_encoder(network), tmp_path / "weights.npz")


def test_weights_of_another_width_are_refused(tmp_path):
    narrow, wide = (Softmax(nO=2, nI=width).initialize() for width in (3, 4))
    save_weights(narrow, tmp_path / "weights.npz")
    with pytest.raises(ValueError, match=r"weights\.npz: 000\.softmax\.W is of a network of another form"):
        load_weights(wide, tmp_path / "weights.npz")


def test_the_gate_comes_out_twice_the_same(tmp_path):
    quiet = {**MARKED, "id": "m2", "title": "A guide to hidden features", "spans": [], "status": "none"}
    passages = write(tmp_path / "x.jsonl", *([MARKED, quiet] * 4))
    news = write(tmp_path / "news.jsonl", *[{"title": f"Ondra number {k} raises $5M", "text": ""} for k in range(9)])
    groups = [Group("x", load_examples(passages, "en"), 1.0)]
    made = []
    for run in ("a", "b"):
        out = tmp_path / run / "gate.npz"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gate_module, "load_groups", lambda *_: groups)
            train_gate(Options("en", passes=1), EncoderOptions(passes=1, batch=20), [], [news], [], out)
        made.append(np.load(out))
    assert all(np.array_equal(made[0][key], made[1][key]) for key in made[0].files)


def test_marks_without_words_find_their_text_again(tmp_path):
    body = "Thornwick raises $6M led by Accel"
    marks = write(
        tmp_path / "marks.jsonl", {"key": key_of(body + "\n"), "status": "announced", "spans": MARKED["spans"]}
    )
    news = write(tmp_path / "news.jsonl", {"title": body, "text": "Another paragraph."}, {"title": "Else", "text": ""})
    (example,) = load_marked(marks, [news])
    assert example.text == body + "\n"
    assert [example.text[start:end] for start, end, _ in example.marks] == ["Thornwick", "$6M", "Accel"]


def test_the_shipped_marks_hold_no_words():
    for language in ("en", "zh"):
        for line in read_lines(HERE / "marks" / f"{language}.jsonl"):
            assert set(line) == {"key", "status", "deals", "spans"}


def test_readers_take_the_place_of_earlier_ones_at_a_byte_a_number(tmp_path):
    numbers = np.random.default_rng(1)
    runs = []
    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
        runs.append(tmp_path / str(seed) / "weights.npz")
        np.savez(runs[-1], x=numbers.normal(size=(40, 50)).astype(np.float16), b=np.ones(3, np.float16))
        runs[-1].with_name("card.json").write_text(json.dumps({"options": {"seed": seed}}), encoding="utf-8")
    (tmp_path / "reader7.npz").write_bytes(b"old")
    install_readers(runs, tmp_path)
    assert {path.name for path in tmp_path.glob("reader*")} == {"reader1.npz", "reader2.npz"}
    card = json.loads((tmp_path / "card.json").read_text("utf-8"))
    assert [reader["options"]["seed"] for reader in card["readers"]] == [1, 2]
    small, large = np.load(tmp_path / "reader1.npz"), np.load(runs[0])
    assert small["x"].dtype == np.int8
    assert np.abs(small["x"] * small["x.scale"] - large["x"]).max() < 0.02


def test_what_is_kept_aside_is_never_loaded(tmp_path):
    def named(name):
        return {**ANNOTATED, "id": name, "events": [{**ANNOTATED["events"][0], "company": [name]}]}

    lines = [named(f"Company {number}") for number in range(60)]
    aside = [line for line in lines if is_kept_aside(line)]
    loaded = {example.id for example in load_examples(write(tmp_path / "x.jsonl", *lines), "en")}
    assert 2 < len(aside) < 20
    assert loaded == {line["id"] for line in lines if line not in aside}


def test_the_gate_learns_what_each_word_is_where_that_is_known(tmp_path):
    marked, annotated = (
        load_examples(write(tmp_path / f"{k}.jsonl", line), "en")[0] for k, line in enumerate((MARKED, ANNOTATED))
    )
    nothing = np.zeros(0, np.uint64)
    told = build_lesson(marked, nothing)
    # Thornwick raises $6M led by Accel, end of line
    assert told.roles.tolist() == [1, 0, 3, 0, 0, 2, 0]
    assert told.likely == 1.0
    partly = build_lesson(annotated, nothing)
    # of annotated news no one says what the other words are
    assert set(partly.roles.tolist()) == {1, 3, -1}


def test_one_command_makes_every_part_and_refreshes_the_readers(tmp_path, monkeypatch):
    (tmp_path / "corpus" / "en").mkdir(parents=True)
    (tmp_path / "marks").mkdir()
    quiet = {**MARKED, "id": "m2", "title": "A guide to hidden features", "spans": [], "status": "none"}
    write(tmp_path / "corpus" / "en" / "x.jsonl", *([MARKED, quiet] * 4))
    write(tmp_path / "marks" / "en.jsonl")
    news = write(tmp_path / "news.jsonl", *[{"title": f"Ondra number {k} raises $5M", "text": ""} for k in range(9)])
    recipe = {"teachers": [1, 2], "pupil": 3, "beside": [2], "encoder": {"passes": 1, "batch": 20}}
    recipe |= {
        "tagger": {"passes": 1},
        "gate": {"passes": 1, "words": {"passes": 1, "batch": 20}},
        "refresh": {"seed": 4, "goes_on": True, "mean": [1]},
    }
    monkeypatch.setattr(train_module, "HERE", tmp_path)
    monkeypatch.setattr(command, "load_recipe", lambda language: recipe)
    monkeypatch.setattr(command, "find_model", lambda language: tmp_path / "made")
    monkeypatch.setattr(command, "find_readers", lambda language: sorted((tmp_path / "made").glob("reader*")))
    monkeypatch.setattr(command, "find_gate_weights", lambda language: tmp_path / "made" / "gate.npz")
    command.build("en", [write(tmp_path / "a.jsonl", ANNOTATED)], [news], tmp_path / "work")
    assert {path.name for path in (tmp_path / "made").iterdir()} == {
        "reader1.npz",
        "reader2.npz",
        "card.json",
        "gate.npz",
        "gate_words.npy",
    }
    card = json.loads((tmp_path / "made" / "card.json").read_text("utf-8"))
    pupil, teacher = (run["examples"] for run in card["readers"])
    assert teacher == {"x": 8, "a": 1, "marked": 0}
    assert pupil == teacher | {"taught": 9}
    network = build_network()
    network.initialize(X=[np.zeros((2, 14), np.uint64)])
    load_weights(network, tmp_path / "made" / "reader2.npz")
    written = (tmp_path / "made" / "reader2.npz").read_bytes()
    command.build("en", [tmp_path / "a.jsonl"], [news], tmp_path / "again", "refresh")
    card = json.loads((tmp_path / "made" / "card.json").read_text("utf-8"))
    assert [run["options"]["seed"] for run in card["readers"]] == [5, 4]
    assert (tmp_path / "made" / "reader2.npz").read_bytes() != written


def test_a_round_can_be_tucked_into_news_about_something_else():
    line = MARKED | {"title": "Title", "text": "Thornwick raises $6M in a round led by Accel."}
    line["spans"] = [[6, 15, "company"], [23, 26, "amount"], [45, 50, "lead_investor"]]
    (paragraph,) = find_telling(build_example(line))
    line = {"id": "q", "title": "A new kettle", "text": "It boils.\nHarrow made it.\nIt costs $5.", "status": "none"}
    quiet = build_example(line | {"spans": [[23, 29, "other_org"], [48, 50, "other_money"]]})
    for seed in range(9):
        both = tuck_in(quiet, paragraph, random.Random(seed))
        assert sorted((both.text[start:end], *labels) for start, end, labels in both.marks) == [
            ("$5", "other_money"),
            ("$6M", "amount"),
            ("Accel", "lead_investor"),
            ("Harrow", "other_org"),
            ("Thornwick", "company"),
        ]
        assert both.text.startswith("A new kettle\nIt boils.\n")
        assert both.marks == sorted(both.marks, key=lambda mark: mark[0])
