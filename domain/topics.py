"""What an article is about: one topic of a closed list, told by the words of its headline and of its beginning.

The words stand in domain/data/topics.toml, English and Chinese; a text is looked through for both, whatever it is in.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

# so much of the text is looked at: what stands further down is seldom what an article is about
_BEGINNING = 500
_HEADLINE_WEIGHT = 3
# a word in the headline, or two that stand further down
_LEAST = 2
_WORDS = re.compile(r"[a-z0-9][a-z0-9+'’&-]*|[\u3400-\u9fff]+")
_LONGEST_RUN = 200


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics in their order, the words that tell each, and how long words that begin alike are at most."""

    names: tuple[str, ...]
    topic_of: Mapping[str, str]
    most: Mapping[str, int]
    """By the first word of a phrase, so many words; by the first character of a Chinese word, so many characters."""
    neutral: re.Pattern[str]

    def find(self, title: str, text: str) -> str | None:
        """The topic that these words tell best, None where they tell none."""
        found: Counter[str] = Counter()
        for part, weight in ((title, _HEADLINE_WEIGHT), (text[:_BEGINNING], 1)):
            for word in set(self._iter_known(part)):
                found[self.topic_of[word]] += weight
        best = max(self.names, key=lambda name: found[name])
        return best if found[best] >= _LEAST else None

    def _iter_known(self, text: str) -> Iterator[str]:
        words = _WORDS.findall(self.neutral.sub(" ", text.casefold()))
        for place, word in enumerate(words):
            if not word.isascii():
                yield from self._look_into(word[:_LONGEST_RUN], words[place - 1] if place else "")
            elif most := self.most.get(word) or self.most.get(word.removesuffix("s")):
                for size in range(1, most + 1):
                    yield from self._look_up(" ".join(words[place : place + size]))

    def _look_up(self, phrase: str) -> Iterator[str]:
        for form in (phrase, phrase.removesuffix("s")):
            if form in self.topic_of:
                yield form
                return

    def _look_into(self, run: str, before: str) -> Iterator[str]:
        """Every known word within a run of characters; `before` is what stands before it, as the A of A轮."""
        if before + run[:1] in self.topic_of:
            yield before + run[:1]
        for start, first in enumerate(run):
            for end in range(start + 2, min(start + self.most.get(first, 0), len(run)) + 1):
                if run[start:end] in self.topic_of:
                    yield run[start:end]


def find_topic(title: str, text: str) -> str | None:
    """The topic of an article, None where no word tells one."""
    return load_topics().find(title, text)


@cache
def load_topics() -> Topics:
    """Reads the shipped list."""
    told = read_topics()
    neutral = [phrase.casefold() for phrases in told.pop("neutral").values() for phrase in phrases]
    topic_of = {word.casefold(): name for name, words in told.items() for spelt in words.values() for word in spelt}
    most: dict[str, int] = {}
    for word in topic_of:
        first, size = (word.split(" ")[0], word.count(" ") + 1) if word.isascii() else (word[0], len(word))
        most[first] = max(most.get(first, 0), size)
    return Topics(
        tuple(told),
        topic_of,
        most,
        neutral=re.compile("|".join(map(re.escape, sorted(neutral, key=len, reverse=True)))),
    )


def read_topics() -> dict[str, dict[str, list[str]]]:
    """The words of each topic by language, and under `neutral` those that tell none."""
    return tomllib.loads((resources.files("domain") / "data" / "topics.toml").read_text("utf-8"))
