"""The words of reports and pages in each language, read from `lang/<language>.toml` when first asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

_HAN = r"\u3400-\u9fff"
_LATIN = r"0-9A-Za-z"
# also A+ 轮 and 30% 股权, where the mark belongs to the Latin side
_SEAM = re.compile(
    rf"(?<=[{_HAN}])(?=[{_LATIN}$€£])|(?<=[{_LATIN}])(?=[{_HAN}])|(?<=[{_LATIN}][+%])(?=[{_HAN}])|(?<=\+\+)(?=[{_HAN}])"
)


class Language(StrEnum):
    """The languages that are written."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class AmountWords:
    """How a language writes amounts: units as (power of ten, word), the largest first, and a form per precision."""

    decimals: int
    units: Sequence[tuple[int, str]]
    decades: Mapping[int, str]
    round_figures: Mapping[int, str]
    round_figure_currencies: Sequence[str]
    round_approx: str
    plain: str
    range: str
    approx: str
    at_least: str
    at_most: str
    vague: str


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that reports and pages say besides names and figures."""

    language: Language
    name: str
    tag: str
    spaced: bool
    undisclosed: str
    title: str
    columns: Mapping[str, str]
    lists: Mapping[str, str]
    amounts: AmountWords
    currencies: Mapping[str, str]
    rounds: Mapping[str, str]
    kinds: Mapping[str, str]
    statuses: Mapping[str, str]
    marks: Mapping[str, str]
    notes: Mapping[str, str]
    sectors: Mapping[str, str]
    dates: Mapping[str, str]
    fields: Mapping[str, str]
    pages: Mapping[str, str]

    def set_apart(self, text: str) -> str:
        """The text as the language sets it: in Chinese with a space between a character and a Latin letter or digit."""
        return _SEAM.sub(" ", text) if self.spaced else text

    def begin(self, text: str) -> str:
        """The text as a cell begins it: with a capital, where the first word has none that is the name's own."""
        first = text.partition(" ")[0]
        return text[:1].upper() + text[1:] if first.islower() else text

    def join(self, names: Sequence[str]) -> str:
        """Names as a list: A、B and A、B和C; A and B and A, B and C."""
        if len(names) < 2:
            return "".join(names)
        *first, last = names
        form = self.lists["two"] if len(first) == 1 else self.lists["last"]
        # only the joint is set apart: a name keeps its owner's spelling
        before, after = form.split("{0}", 1)[1].split("{1}", 1)
        head = self.lists["comma"].join(first)
        return head + self._space(head, before) + before + self._space(before, last) + last + after

    def _space(self, left: str, right: str) -> str:
        return " " if self.spaced and _SEAM.search(left[-1:] + right[:1]) else ""


@cache
def load_words(language: str) -> Words:
    """The words of a language; each file is read once a process."""
    language = Language(language)
    data = tomllib.loads((resources.files("api.reports") / "lang" / f"{language}.toml").read_text("utf-8"))
    amounts = _build_amount_words(data.pop("amounts"))
    return Words(language=language, amounts=amounts, **data)


def _build_amount_words(data: dict[str, Any]) -> AmountWords:
    units = [(unit["exponent"], unit["word"]) for unit in data.pop("units")]
    decades, figures = (
        {int(exponent): word for exponent, word in data.pop(name).items()} for name in ("decades", "round_figures")
    )
    return AmountWords(units=units, decades=decades, round_figures=figures, **data)
