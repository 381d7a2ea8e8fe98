"""Builds the spaCy pipeline of a language: a tokenizer that keeps values whole, and the pipes that mark spans.

text ─→ ValueTokenizer ─→ sentences ─→ values ─→ cues ─→ rules ─→ known ─→ parties (trained)
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

from nlp.features import COLUMNS
from nlp.lang import load_reader
from nlp.network import build_network, use_numpy
from nlp.pipes.cues import CueMarker
from nlp.pipes.known import KnownMarker
from nlp.pipes.parties import PartyMarker
from nlp.pipes.rules import RuleMarker
from nlp.pipes.values import mark_values
from nlp.tokens import ValueTokenizer
from nlp.weights import load_weights

READER = "reader{}.npz"


class SentenceMarker:
    """Keeps the offsets of the sentences in `doc.user_data["sentences"]`, as the language ends them."""

    def __init__(self, language: str) -> None:
        self._reader = load_reader(language)

    def __call__(self, doc: Doc) -> Doc:
        """Finds the sentences."""
        doc.user_data["sentences"] = list(self._reader.iter_sentences(doc.user_data["text"])) if self._reader else []
        return doc


@Language.factory("sentences", default_config={"language": "en"})
def _make_sentences(nlp: Language, name: str, language: str) -> SentenceMarker:
    return SentenceMarker(language)


@Language.factory("values", default_config={"language": "en"})
def _make_values(nlp: Language, name: str, language: str) -> Any:
    return mark_values


@Language.factory("cues", default_config={"language": "en"})
def _make_cues(nlp: Language, name: str, language: str) -> CueMarker:
    return CueMarker(language)


@Language.factory("rules", default_config={"language": "en"})
def _make_rules(nlp: Language, name: str, language: str) -> RuleMarker:
    return RuleMarker(language)


@Language.factory("known", default_config={"language": "en"})
def _make_known(nlp: Language, name: str, language: str) -> KnownMarker:
    return KnownMarker()


@Language.factory("parties", default_config={"language": "en"})
def _make_parties(nlp: Language, name: str, language: str) -> PartyMarker:
    return PartyMarker(nlp.vocab, [load_network(path) for path in find_readers(language)], name)


PREPARING = ("sentences", "values", "cues", "rules", "known")


def find_model(language: str) -> Path:
    """The folder of a language's trained weights."""
    return Path(str(resources.files("nlp.lang") / language / "model"))


def find_readers(language: str) -> list[Path]:
    """The weights of a language's networks, of which the first reads everything."""
    return sorted(find_model(language).glob(READER.format("*")))


def load_network(path: Path) -> Model[Any, Any]:
    """A network with the weights of a file."""
    network = build_network()
    network.initialize(X=[np.ones((1, len(COLUMNS)), np.uint64)])
    load_weights(network, path)
    return network


@cache
def load_pipeline(language: str, *, trained: bool = True) -> Language:
    """The pipeline of a language, built once a process; without the trained part it marks what needs no training."""
    use_numpy()
    nlp = Language(max_length=10**9)
    nlp.tokenizer = ValueTokenizer(nlp.vocab, language)
    for name in PREPARING:
        nlp.add_pipe(name, config={"language": language})
    if trained:
        nlp.add_pipe("parties", config={"language": language})
    return nlp
