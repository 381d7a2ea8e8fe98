"""Makes other news of an example: other names, other letter case, other punctuation, the headline alone."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from domain.gazetteer import load_gazetteer
from nlp.training.examples import RECEIVERS, Example, Mark, find_names


@cache
def load_parts(language: str) -> dict[str, Sequence[str]]:
    """What names are composed of."""
    found: dict[str, dict[str, Sequence[str]]] = tomllib.loads(
        (resources.files(__package__) / "names.toml").read_text("utf-8")
    )
    return found[language]


MONEY_LABELS = frozenset({"amount", "valuation", "total_raised", "other_money"})
_SCALE = re.compile(r"(?<=[\d ])(?:[MmBb]|million|billion|Million|Billion|mn|bn|mln|bln)\b")
_PAIRS = (("M", "B"), ("m", "b"), ("million", "billion"), ("Million", "Billion"), ("mn", "bn"), ("mln", "bln"))
_GROWN = _PAIRS
# how many lines below its title make an article, and how often one that tells no round is given one
_PARAGRAPHS, _TUCKED = 3, 0.35
_SHRUNK = tuple((large, small) for small, large in _PAIRS)


@dataclass(frozen=True, slots=True)
class Pools:
    """Names to put in: those of the training examples and of the project's lists."""

    companies: Sequence[str]
    investors: Sequence[str]
    organisations: Sequence[str]
    people: Sequence[str]
    # what tells a round by itself, to be put into news about something else
    paragraphs: Sequence[Example] = ()


def build_pools(examples: Sequence[Example], investors: Sequence[str], companies: Sequence[str]) -> Pools:
    """Gathers the names of examples by what they are."""
    names: dict[str, set[str]] = {}
    for example in examples:
        for start, end, labels in example.marks:
            for label in labels:
                names.setdefault(label, set()).add(example.text[start:end])
    backers = names.get("investor", set()) | names.get("lead_investor", set())
    return Pools(
        sorted(names.get("company", set()) | names.get("rumoured", set()) | set(companies)),
        sorted(backers | set(investors)),
        sorted(names.get("other_org", set())),
        sorted(names.get("person", set())),
        [paragraph for example in examples if not example.partial for paragraph in find_telling(example)],
    )


def find_telling(example: Example) -> Iterator[Example]:
    """The paragraphs below a title that name both who receives money and how much, or in which round."""
    begin = example.text.find("\n") + 1
    for line in re.finditer(r"[^\n]{40,600}", example.text[begin:]):
        start, end = begin + line.start(), begin + line.end()
        marks = [(a - start, b - start, labels) for a, b, labels in example.marks if start <= a and b <= end]
        told = frozenset().union(*(labels for *_, labels in marks))
        if told & RECEIVERS and told & {"amount", "round"}:
            yield replace(example, text=line[0], marks=marks)


def tuck_in(example: Example, paragraph: Example, chance: random.Random) -> Example:
    """An article with a paragraph more, below its first: a round is told wherever it is told, late or early."""
    breaks = [match.end() for match in re.finditer("\n", example.text)][1:]
    at = chance.choice(breaks)
    size = len(paragraph.text) + 1
    before = [mark for mark in example.marks if mark[1] <= at]
    inside = [(start + at, end + at, labels) for start, end, labels in paragraph.marks]
    after = [(start + size, end + size, labels) for start, end, labels in example.marks if start >= at]
    text = f"{example.text[:at]}{paragraph.text}\n{example.text[at:]}"
    return replace(example, text=text, marks=[*before, *inside, *after])


def compose_company(language: str, chance: random.Random) -> str:
    """A company's name that nobody bears, in one of the shapes that real ones have."""
    if language != "zh" or chance.random() > 0.75:
        return _latin_company(chance)
    parts = load_parts("chinese")
    core = "".join(chance.choices(parts["characters"], k=chance.choice((2, 2, 2, 3, 3, 4))))
    draw = chance.random()
    if draw < 0.45:
        return core
    if draw < 0.9:
        return core + chance.choice(parts["company_tails"])
    return f"{chance.choice(parts['cities'])}{core}{chance.choice(parts['company_tails'])}有限公司"


def _latin_company(chance: random.Random) -> str:
    parts = load_parts("english")
    made = "".join(chance.choices(parts["parts"], k=chance.choice((2, 2, 3))))
    word, other = chance.choice(parts["words"]), chance.choice(parts["words"])
    tail = chance.choice(parts["company_tails"])
    ending = chance.choice(("ai", "ai", "io", "com", "dev", "new", "app"))
    shapes = (
        (25, made.capitalize()),
        (10, word),
        (15, f"{chance.choice((made.capitalize(), word))} {tail}"),
        (10, f"{word} {other}"),
        (10, word + chance.choice(parts["parts"]).capitalize() + chance.choice(("", "", "AI"))),
        (8, f"{chance.choice((made, made.capitalize()))}.{ending}"),
        (6, made),
        (6, made[:4].upper()),
        (5, f"{made[0]}-{word}"),
        (5, f"{made.capitalize()}{chance.choice(('', ' '))}{chance.randrange(2, 100)}"),
    )
    return chance.choices([shape for _, shape in shapes], [weight for weight, _ in shapes])[0]


def compose_investor(language: str, chance: random.Random) -> str:
    """An investor's name that nobody bears."""
    if language == "zh" and chance.random() < 0.85:
        parts = load_parts("chinese")
        core = "".join(chance.choices(parts["characters"], k=chance.choice((2, 2, 2, 3, 4))))
        place = chance.choice(parts["cities"]) if chance.random() < 0.15 else ""
        return place + core + chance.choice(parts["investor_tails"])
    parts = load_parts("english")
    draw = chance.random()
    if draw < 0.15:
        return _latin_company(chance)
    first = chance.choice((chance.choice(parts["words"]), "".join(chance.choices(parts["parts"], k=2)).capitalize()))
    second = f" {chance.choice(parts['words'])}" if chance.random() < 0.2 else ""
    if draw < 0.3 and second:
        return first + second
    return f"{first}{second} {chance.choice(parts['investor_tails'])}"


def _other_name(label: str, language: str, pools: Pools, chance: random.Random) -> str | None:
    famous = load_parts("chinese" if language == "zh" else "english")["famous"]
    if label in ("company", "rumoured", "known"):
        if chance.random() < 0.4:
            return chance.choice(famous[: chance.choice((8, len(famous)))])
        return chance.choice(pools.companies) if chance.random() < 0.35 else compose_company(language, chance)
    if label in ("lead_investor", "investor"):
        draw = chance.random()
        if draw < 0.6:
            return chance.choice(pools.investors)
        if draw < 0.66:
            return chance.choice(pools.companies)
        if draw < 0.7 and pools.people:
            return chance.choice(pools.people)
        return compose_investor(language, chance)
    if label == "product":
        return compose_company(language, chance)
    if label == "other_org":
        draw = chance.random()
        if draw < 0.6:
            return chance.choice(pools.organisations)
        return chance.choice(pools.investors) if draw < 0.8 else chance.choice(pools.companies)
    if label == "person" and pools.people:
        return chance.choice(pools.people)
    return None


def rename(example: Example, language: str, pools: Pools, chance: random.Random, share: float) -> Example:
    """The example with some of its names exchanged, each one throughout."""
    chosen: dict[str, str] = {}
    known = _known_names(example, language) if example.partial else []
    parts, marks, at, size = [], [], 0, 0
    for start, end, labels in sorted([*example.marks, *known], key=lambda m: m[:2]):
        name = example.text[start:end]
        if name not in chosen:
            label = _kind_of_name(name, labels, language)
            other = (
                _other_name(label, language, pools, chance)
                if chance.random() < (0.85 if label == "known" else share)
                else None
            )
            chosen[name] = other or name
        parts += [example.text[at:start], chosen[name]]
        size += start - at
        if "known" not in labels:
            marks.append((size, size + len(chosen[name]), labels))
        size += len(chosen[name])
        at = end
    parts.append(example.text[at:])
    return replace(example, text="".join(parts), marks=marks)


def _kind_of_name(name: str, labels: frozenset[str], language: str) -> str:
    famous = load_parts("chinese" if language == "zh" else "english")["famous"]
    if "known" in labels or ("other_org" in labels and (name in famous or load_gazetteer().find_company(name))):
        return "known"
    return min(labels)


def rescale(example: Example, chance: random.Random) -> Example:
    """The example with millions for billions and the other way round: what an amount is for, its size does not tell."""
    change = dict(chance.choice((_GROWN, _SHRUNK)))
    parts, marks, at, size = [], [], 0, 0
    for start, end, labels in example.marks:
        written = example.text[start:end]
        if labels & MONEY_LABELS:
            written = _SCALE.sub(lambda match: change.get(match[0], match[0]), written)
        parts += [example.text[at:start], written]
        size += start - at
        marks.append((size, size + len(written), labels))
        size += len(written)
        at = end
    parts.append(example.text[at:])
    return replace(example, text="".join(parts), marks=marks)


def _known_names(example: Example, language: str) -> list[Mark]:
    """Well-known names that the events leave out: a company is none by its name, but by what is told of it."""
    famous = load_parts("chinese" if language == "zh" else "english")["famous"]
    present = [name for name in famous if name in example.text]
    return [
        (start, end, frozenset({"known"}))
        for start, end, _ in find_names(example.text, present)
        if not any(s < end and start < e for s, e, _ in example.marks)
    ]


def headline_only(example: Example) -> Example:
    """The first line alone."""
    cut = example.text.find("\n")
    if cut < 12:
        return example
    return replace(example, text=example.text[: cut + 1], marks=[m for m in example.marks if m[1] <= cut])


def retype(example: Example, chance: random.Random) -> Example:
    """The example written another way letter by letter; lengths stay."""
    text = example.text
    draw = chance.random()
    if draw < 0.35:
        cut = text.find("\n") if text.find("\n") > 0 else len(text) if len(text) < 140 else 0
        head = re.sub(r"\b[a-z](?=[a-z]{3})", lambda m: m[0].upper(), text[:cut])
        text = head + text[cut:]
    elif draw < 0.45:
        text = text.lower()
    elif draw < 0.5:
        text = text.upper() if len(text.upper()) == len(text) else text
    elif draw < 0.7:
        text = text.replace("’", "'").replace("“", '"').replace("”", '"').replace("—", "-").replace("–", "-")
    elif draw < 0.85:
        text = text.replace("'", "’")
    return replace(example, text=text) if len(text) == len(example.text) else example


def drop_marks(example: Example, chance: random.Random) -> Example:
    """The example without its closing full stops or without its quotation marks, as titles and lists are written."""
    gone = chance.choice(("。.", '「」“”"', "，,", "《》（）"))
    text = example.text
    kept = [k for k, letter in enumerate(text) if letter not in gone or (letter in ".," and _in_number(text, k))]
    new = {old: k for k, old in enumerate(kept)}
    marks: list[Mark] = []
    for start, end, labels in example.marks:
        inside = [new[k] for k in range(start, end) if k in new]
        if inside:
            marks.append((inside[0], inside[-1] + 1, labels))
    return replace(example, text="".join(example.text[k] for k in kept), marks=marks)


def _in_number(text: str, at: int) -> bool:
    return text[at + 1 : at + 2].isalnum()


def _is_quiet_article(example: Example) -> bool:
    told = any(labels & RECEIVERS for *_, labels in example.marks)
    return not (told or example.partial) and example.text.count("\n") >= _PARAGRAPHS


def vary(example: Example, language: str, pools: Pools, chance: random.Random) -> Example:
    """One variation of an example, drawn anew for each pass over the data."""
    if pools.paragraphs and _is_quiet_article(example) and chance.random() < _TUCKED:
        example = tuck_in(example, chance.choice(pools.paragraphs), chance)
    if chance.random() < 0.15 and not example.partial:
        example = headline_only(example)
    if example.partial or chance.random() < 0.75:
        example = rename(example, language, pools, chance, chance.choice((0.3, 0.6, 1.0)))
    if chance.random() < (0.3 if language == "en" else 0.05):
        example = retype(example, chance)
    if chance.random() < 0.4 and language == "en":
        example = rescale(example, chance)
    if chance.random() < 0.1:
        example = drop_marks(example, chance)
    if chance.random() < 0.5 and example.text.startswith("\n"):
        cut = len(example.text) - 1
        marks = [(a - 1, b - 1, labels) for a, b, labels in example.marks if a <= cut]
        example = replace(example, text=example.text[1:] + "\n", marks=marks)
    return example
