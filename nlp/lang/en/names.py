"""Reads names out of English noun phrases and lists, without a parser: by capitals, descriptors and stop words."""

from __future__ import annotations

import re
from functools import cache

from nlp.lexicon import alternation, load_words
from nlp.mentions import Name
from nlp.patterns import AnyCase, any_case

_TOKEN = re.compile(r"[^\s]+")
_CAPITAL = re.compile(
    r"(?:[A-Z0-9À-ÞĀ-ŽА-Я一-鿿]|[a-z]{1,2}[A-Z0-9]|[a-z]+\.(?:ai|so|io|com|co|new|app|dev|xyz|me|health|bio)\b|[a-z]\d|[a-z]-[A-Z]|\d)"
)
_PREMODIFIER = any_case(
    r"\S+[-‑](?:backed|led|founded|owned|based|born|focused|powered|driven|listed|made|built|run|supported|funded|incubated|headquartered|rooted|native|grown|trained|controlled|linked)\b,?"
)
_CONNECTORS = {
    "of",
    "the",
    "de",
    "la",
    "le",
    "du",
    "der",
    "van",
    "von",
    "&",
    "and",
    "for",
    "et",
    "y",
    "+",
    "del",
    "di",
    "x",
}
_POSSESSIVE = re.compile(r"(?<=\w)(?:['’]s|s['’])\s+")
_AGE = any_case(r"\b\S*-?(?:year|month|week|day)s?-old\b")


@cache
def _lexicon() -> dict[str, frozenset[str]]:
    return {key: frozenset(w.lower() for w in words) for key, words in load_words("en", "words").items()}


def is_crowd(text: str) -> bool:
    """Whether the phrase names a market or a crowd, which raises no round of its own."""
    low = text.lower().strip(" ,.")
    return low in _lexicon()["crowds"] or low.split(" ")[-1] in _lexicon()["crowds"]


def is_pronoun(text: str) -> bool:
    """Whether the phrase stands for a company that was named before."""
    low = text.lower().strip(" ,.“”\"'’")
    low = re.sub(
        r"^(?:the|this|its|our) (?:\S+[- ]){0,3}(?=(?:company|startup|start-up|firm|business|group|maker|developer|platform|team|lab|round|deal)$)",
        "the ",
        low,
    )
    return low in _lexicon()["pronouns"] or low.startswith(("the round", "the deal", "the financing", "this round"))


def name_in_phrase(text: str, start: int, end: int) -> Name | None:
    """Reads the one name of a noun phrase `text[start:end]`: "Indian AI startup Blinkit-AI" gives Blinkit-AI."""
    start, end = _strip(text, start, end)
    start = _after_openers(text, start, end)
    tokens = [(m.start() + start, m.end() + start) for m in _TOKEN.finditer(text[start:end])]
    tokens = _without_attributes(text, _after_premodifiers(text, tokens))
    tokens = _around_possessive(text, tokens)
    if _is_people(text, tokens):
        return None
    tokens = _after_descriptor(text, tokens)
    tokens = _capital_tail(text, tokens)
    if not tokens:
        return None
    start, end = _strip(text, tokens[0][0], tokens[-1][1])
    name = text[start:end]
    return Name(name, start, end) if _is_name(name) else None


def _without_attributes(text: str, tokens: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """ "Anthropic's new funding round" speaks of Anthropic."""
    attributes = _lexicon()["attributes"]
    kept = list(tokens)
    while len(kept) > 1 and text[kept[-1][0] : kept[-1][1]].lower() in attributes | {
        "new",
        "latest",
        "massive",
        "next",
        "potential",
        "upcoming",
        "mega",
        "push",
    }:
        kept.pop()
    if len(kept) < len(tokens):
        start, end = kept[-1]
        for ending in ("’s", "'s", "s’", "s'"):
            if text[start:end].endswith(ending):
                kept[-1] = (start, end - (2 if ending[0] in "’'" else 1))
    return kept


def _is_people(text: str, tokens: list[tuple[int, int]]) -> bool:
    """Whether the phrase means people: "Israeli intelligence vets", "Ex-Autodesk execs"."""
    return bool(tokens) and text[tokens[-1][0] : tokens[-1][1]].lower().strip(",.’'") in _lexicon()["people"]


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t\n\r,.;:!?\"'“”‘’()[]—–-|*·•「」":
        start += 1
    while start < end and text[end - 1] in " \t\n\r,.;:!?\"'“”‘’([—–-|*·•「」…":
        end -= 1
    if text[start:end].count(")") > text[start:end].count("("):
        end = start + text[start:end].rindex(")")
    return start, end


@cache
def _openers() -> AnyCase:
    return any_case(rf"(?:{alternation(_lexicon()['openers'])})\s*(?:[:|]|-\s)\s*")


def _after_openers(text: str, start: int, end: int) -> int:
    while match := _openers().match(text, start, end):
        start = match.end()
    return start


def _after_premodifiers(text: str, tokens: list[tuple[int, int]]) -> list[tuple[int, int]]:
    for index in range(len(tokens) - 2, -1, -1):
        if _PREMODIFIER.fullmatch(text[tokens[index][0] : tokens[index][1]]):
            return tokens[index + 1 :]
    return tokens


def _around_possessive(text: str, tokens: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """ "Germany's Klim" is Klim; "Fluently's AI-powered English coach" is Fluently."""
    words = [text[s:e] for s, e in tokens]
    for index in range(len(words) - 2, -1, -1):
        if not re.search(r"(?:['’]s|s['’])\Z", words[index]):
            continue
        tail = words[index + 1 :]
        cut = tokens[index][1] - (2 if words[index][-1] in "sS" else 1)
        owner = [*tokens[:index], (tokens[index][0], cut)]
        if tail[-1].lower().strip(",.") in _lexicon()["descriptors"] or tail[-1][0].islower():
            return owner
        return tokens[index + 1 :]
    return tokens


def _after_descriptor(text: str, tokens: list[tuple[int, int]]) -> list[tuple[int, int]]:
    descriptors = _lexicon()["descriptors"]
    for index in range(len(tokens) - 2, -1, -1):
        word = text[tokens[index][0] : tokens[index][1]].lower().strip(",:")
        if word in descriptors and index + 1 < len(tokens):
            rest = text[tokens[index + 1][0] :]
            if _CAPITAL.match(rest) or all(text[s].islower() for s, _ in tokens[index + 1 :]):
                return tokens[index + 1 :]
    return tokens


def _capital_tail(text: str, tokens: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The last run of capitalised words; a phrase without any is a lower-case brand where it is one word."""
    if not tokens:
        return []
    if len(tokens) == 1:
        return tokens
    last = len(tokens)
    while last and not _CAPITAL.match(text[tokens[last - 1][0] :].lstrip("“\"'‘(")):
        last -= 1
    if not last:
        return tokens[-1:] if len(tokens) <= 2 else []
    first = last - 1
    while first:
        word = text[tokens[first - 1][0] : tokens[first - 1][1]]
        if word.endswith((",", ":", ";", ".")) and not re.fullmatch(r"(?:[A-Z]\.)+|Inc\.|Dr\.|St\.|Mr\.|vs\.", word):
            break
        if _CAPITAL.match(word.lstrip("“\"'‘(")) or (
            word.lower() in _CONNECTORS and first > 1 and _CAPITAL.match(text[tokens[first - 2][0] :])
        ):
            first -= 1
        else:
            break
    while first < last - 1 and _is_modifier(text[tokens[first][0] : tokens[first][1]]):
        first += 1
    return tokens[first:last]


def _is_modifier(word: str) -> bool:
    low = word.strip(",.").lower()
    return (
        low in _lexicon()["nationalities"]
        or low in {"the", "how", "why", "meet", "former", "ex", "and", "this", "an", "a", "as", "when", "with"}
        or bool(_AGE.fullmatch(low))
    )


def _is_name(name: str) -> bool:
    low = name.lower()
    if not any(c.isalnum() for c in name) or len(name) > 70 or name.count(" ") > 7:
        return False
    if (
        low in _lexicon()["places"]
        or low in _lexicon()["nationalities"]
        or re.match(
            r"(?:Q[1-4]|FY\d|H[12]\b|Series [A-K]\b|\d+ [A-Z]{2}\b|Ex-|Former\b|Why\b|How\b|What\b|When\b|Last\b|Use\b|As\b|Here\b)",
            name,
        )
    ):
        return False
    if re.fullmatch(r"[\d.,%$€£]+\w?", name) or re.match(r"[$€£₹]", name):
        return False
    return not (is_pronoun(name) or is_crowd(name) or low in _lexicon()["descriptors"] or low in _NOT_NAMES)


_NOT_NAMES = frozenset(
    [
        "ai",
        "series",
        "seed",
        "round",
        "funding",
        "the",
        "a",
        "an",
        "and",
        "he",
        "she",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "today",
        "yesterday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "ipo",
        "report",
        "sources",
        "ceo",
        "exclusive",
        "how",
        "why",
        "what",
        "this",
        "that",
        "here",
        "former",
        "two",
        "three",
        "who",
        "it's",
        "in",
        "on",
        "with",
        "led",
        "new",
        "startup",
        "tech",
        "vc",
        "general",
        "partner",
        "people",
        "you",
        "everyone",
        "nobody",
        "investment",
        "investors",
        "capital",
        "money",
        "deal",
        "fund",
        "million",
        "billion",
        "series-a",
        "us",
        "china",
        "india",
        "europe",
        "nasdaq",
        "nyse",
        "yc",
        "alum",
        "one",
        "more",
        "every",
        "backed",
        "valuation",
        "valued",
    ]
)


@cache
def _before_item() -> AnyCase:
    return any_case(
        rf"(?:and|as well as|along with|alongside|plus|including|also|both|from|by|with|&)\s+|(?:(?:an?|its|their|all|some|several|two|three|four|five|six|the|from|by|new|early|existing|local|global|\w+[-‑]based|{alternation(load_words('en', 'words')['nationalities'])})\s+)*(?:{alternation(_lexicon()['investor_leads_in'])})(?:\s+|:\s*|,\s*)(?!of\s|for\s)(?=\S)"
    )


@cache
def _described() -> re.Pattern[str]:
    """What a firm is, before its name: the clean-energy fund, two Dutch impact investors."""
    kinds = alternation(_lexicon()["descriptors"] | _lexicon()["backers"])
    adjective = rf"(?:{alternation(load_words('en', 'words')['nationalities'])}|(?!(?:of|in|at|by|for|from|with|to|who|and|or|on|as)\b)[a-z][\w-]*)"
    return re.compile(rf"(?:{adjective}\s+){{0,4}}?(?:{kinds})\s+(?=[A-Z0-9])")


def _strip_item(text: str, start: int, end: int) -> tuple[int, int]:
    """Drops what stands before a name in a list of investors: "existing investor", "Google's", "the chipmaker"."""
    while True:
        start, end = _strip(text, start, end)
        match = _before_item().match(text, start, end) or _described().match(text, start, end)
        if not match or not match[0] or match.end() >= end:
            return start, end
        start = match.end()


_SPLIT = re.compile(
    r",\s*(?:and\s+|as well as\s+|&\s+|plus\s+)?|;\s*(?:and\s+)?|\s+(?:and|as well as|along with|alongside|together with|plus|&)\s+(?=\S)|\s/\s|\s\+\s|\n|、"
)
_NAME_RUN = re.compile(
    r"(?:[A-Z0-9À-ÞĀ-Ž一-鿿][\w.&’'`\-/!À-ž]*|[a-z]{1,3}[A-Z0-9][\w.]*|[a-z]\d\d?[a-z]|[a-z]+\.(?:vc|ai|capital|ventures|com|co|fund|xyz|inc)|[a-z]+(?=\s(?:Capital|Ventures|Partners|VC)))"
    r"(?:\s(?:(?:of|de|la|du|der|van|von|the|for|&|et|\+|and)\s(?=[A-Z0-9À-Þ])(?:the\s(?=[A-Z]))?)?(?:[A-Z0-9À-ÞĀ-Ž&(][\w.&’'`\-/!À-ž]*\)?|[a-z]{1,2}[A-Z0-9][\w.]*|government\b))*"
)


@cache
def _with_and() -> re.Pattern[str]:
    """Names that hold "and" or a comma within: they are no two items."""
    return re.compile(
        r"\b(?:Procter and Gamble|Johnson and Johnson|Bill and Melinda|[A-Z]\w+ and (?:Company|Co|Sons|Partners)|Growth and \w+|Ernst and Young|Science and Technology|Research and \w+|Transformation and \w+|Health and \w+|Trade and \w+|Energy and (?:Climate|Commerce|Environment|Industrial|Industry|Infrastructure|Mines|Natural|Resources|Water)\w*)\b"
    )


def names_in_list(text: str, start: int, end: int) -> tuple[list[Name], int]:
    """Reads an enumeration of investors that begins at `start`; returns the names and where the list ends.

    The list ends at the first item that does not begin with a name.
    """
    names: list[Name] = []
    position = start
    while position < end:
        cut = _next_cut(text, position, end)
        item_start, item_end = _strip_item(text, position, cut[0])
        item_start, item_end = _strip_item(text, _after_owner(text, item_start, item_end), item_end)
        run = _NAME_RUN.match(text, item_start, item_end)
        if run is None:
            low = text[item_start:item_end].strip().lower()
            if low in _lexicon()["no_investors"] or low.startswith(
                ("others", "other ", "existing", "angel", "several", "more", "a group", "individual")
            ):
                position = cut[1]
                continue
            break
        finish = _trim_run(text, run.start(), run.end())
        word = text[run.start() : finish]
        if word.lower() in _lexicon()["no_investors"] or is_pronoun(word):
            if finish < item_end:
                break
            position = cut[1]
            continue
        names.append(Name(word, run.start(), finish))
        rest = text[finish : cut[0]].strip()
        position = cut[1]
        if rest and not re.match(r"[(’'®™\"”]|\(", rest) and not _is_apposition(rest):
            position = finish
            break
        if cut[1] == cut[0]:
            break
    return names, position


def _next_cut(text: str, start: int, end: int) -> tuple[int, int]:
    for match in _SPLIT.finditer(text, start, end):
        if match.start() == start:
            continue
        window = text[max(start, match.start() - 40) : match.end() + 40]
        inner = [
            m
            for m in _with_and().finditer(window)
            if m.start() < match.start() - max(start, match.start() - 40) < m.end()
        ]
        depth = text.count("(", start, match.start()) - text.count(")", start, match.start())
        if (
            inner
            or depth > 0
            or _joins_name(text, start, match)
            or re.match(r",\s*(?:Inc|LLC|L\.?P|Ltd|LLP|Co|S\.?A|SE|plc|N\.V)\b", text[match.start() : match.end() + 5])
        ):
            continue
        return match.start(), match.end()
    return end, end


_FIRM = re.compile(
    r"(?:[A-Z][\w’'-]*\s){0,2}(?:Capital|Partners|Ventures|Co|Company|Sons|Associates|Holdings|Group|Investments?|Growth|Fund|Advisors|Management|Johnson|Gamble)\b"
)


def _joins_name(text: str, start: int, cut: re.Match[str]) -> bool:
    """Whether "&" stands within a firm's name: one word before it, and a firm's last word soon behind it."""
    left = text[start : cut.start()].split(" ")
    return (
        "&" in cut[0]
        and "," not in cut[0]
        and len([w for w in left if w[:1].isupper()]) <= 1
        and bool(_FIRM.match(text, cut.end()))
    )


def _after_owner(text: str, start: int, end: int) -> int:
    """ "Saint-Gobain's corporate fund NOVA" invests through NOVA; "India's Accel" is Accel; "Moody's Ventures" stays."""
    match = re.match(r"[^,;]*?(?:['’]s|s['’])\s+", text[start:end])
    if not match:
        return start
    rest = start + match.end()
    tail = re.match(r"(?:[a-z][\w-]*\s+)*", text[rest:end])
    inner = rest + (tail.end() if tail else 0)
    if (
        inner < end
        and _CAPITAL.match(text[inner:])
        and (
            inner > rest
            or text[start : start + match.end()].rstrip("’'s ") in load_words("en", "words")["places"]
            or text[inner : inner + 1].isupper()
        )
    ):
        head = text[inner:end]
        if (
            re.match(
                r"(?:Ventures|Capital|Fund|Venture|Investment|Investments|Holdings|Growth|Pension|Office|Endowment|Trust|Sovereign|Public)\b",
                head,
            )
            and inner == rest
        ):
            return start
        return inner
    return start


def _trim_run(text: str, start: int, end: int) -> int:
    """Ends a run of capitals before words that only a headline's capitals made look like a name."""
    stops = _lexicon()["stops"]
    for match in _TOKEN.finditer(text[start:end]):
        word = match[0].strip(".,")
        if match.start() and word.lower() in stops and word.lower() not in {"and", "for"} and word != "In-Q-Tel":
            end = start + match.start()
            break
    while end > start and text[end - 1] in " .,-’'/":
        end -= 1
    bracket = text.find(" (", start, end)
    if bracket > start:
        end = bracket
    word = text[start:end]
    if word.endswith(("’s", "'s")):
        end -= 2
    return end


def _is_apposition(rest: str) -> bool:
    return bool(re.match(r"(?:of|from|at)\s[A-Z]", rest))
