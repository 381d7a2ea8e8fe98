"""What the trained part found, and how its names are mended: brackets, groups and their funds, aliases, words.

marked spans ─→ whole names ─→ names at all ─→ likely companies ─→ one name an investor
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from spacy.tokens import Doc, Span

from nlp.lexicon import alternation, load_words
from nlp.mentions import Name
from nlp.pipes.cues import is_not_raising
from nlp.tags import NAME_LABELS

INVESTORS = ("lead_investor", "investor")
# what stands between two names of a list, with what the second one is: Halden and the Dutch impact investor Ferro
LISTED = re.compile(
    r"[\s,、/&]*(?:and|和|与|及|以及)?[\s,、/&]*"
    r"(?:[新老原]股东|(?:the|an?|its|two|three|existing|new|returning|fellow)\s(?:[A-Z]\w+\s)?(?:[a-z][\w-]*,?\s){0,4})?"
)
# a company so sure puts those less sure than the other figure out
_PLAIN, _DOUBTFUL = 0.8, 0.55
# so much surer has the same name to be of something else, to be no company
_SURER = 0.3
_IN_BRACKETS = re.compile(
    r"\s?[（(](?:以下)?(?:简称|簡稱|下称)?[：:]?[“「\"]?(?P<name>[^（）()”」\"]{2,40})[”」\"]?[）)]"
)
# a bracket that goes on with the sentence holds no other name: Dovecote (with Saltmarsh)
_GOES_ON = r"(?!(?:with|and|also|plus|joined|from|by|led|via)\b)"
_BRACKET = re.compile(rf"[”」\"’]?\s?[（(]{_GOES_ON}(?P<inside>[^（）()，,、;；]{{1,30}})[）)]")
_OPENING, _CLOSING = re.compile(rf"\s?[（(]{_GOES_ON}[^（()）]{{0,12}}"), re.compile(r"[^（()）]{0,12}[)）]")
# a bracket that belongs to the name of a firm: 远帆创业投资（海口）有限公司, …合伙企业（有限合伙）
_PARTNERSHIP = re.compile(r"[（(](?:有限|普通|特殊普通)合伙[）)]")
_QUOTES = ("「」", "“”", "『』", '""')
_RUN_ON = re.compile(r"[^\S\n]?[\u4e00-\u9fffA-Za-z]{0,4}[^\S\n]?")
_OWN_BRACKET = re.compile(r"\s?[（(][^（()）]{0,8}\Z")
# what stands between a group, or a person, and the fund that invests:
# 岚山资本旗下专注消费的岚山成长基金, Ada Orr’s Dovecote
_ITS_FUND = re.compile(r"(?:旗下|下属|管理)[^，。；、,;]{0,24}|(?:全资)?(?:子|孙)?公司")
_ITS_RIVAL = re.compile(r"(?:[’']s)? (?:rival|competitor|challenger|spin-?off|spinout) ")
_ENDS_SENTENCE = re.compile(r"[。！？\n]|[.!?]\s")
_ITS_FIRM = re.compile(r"(?:[’']s|(?<=s)[’']) ")
# Dovecote’s venture arm, Saltmarsh; Saltmarsh, Dovecote’s independent growth fund
_ITS_ARM = re.compile(
    rf"{_ITS_FIRM.pattern}(?:[\w-]+ ){{0,3}}(?:affiliate|arm|division|fund|office|subsidiary|unit|vehicle)\b"
)
# an apposition is closed by a comma or the sentence; the last but one of a list is not
_SET_OFF = re.compile(r", (?:and|as|with|which|who|whose)\b|[.;:)\n]|\Z")
_FIRM = re.compile(
    r"\S+|.*\b(?:Capital|Collective|Equity|Funds?|Group|Holdings|Investments?|Partners|VC|Ventures)\b.*", re.IGNORECASE
)
# what belongs to a name that the trained part leaves off: a domain, the government of a state
_TAIL = re.compile(
    r"(?:(?<=[a-z])\.[a-z]{2,10}|\.(?:ai|app|com|dev|io|new|net|org|so|tech|xyz|co|me|vc))\b(?!\.\w)"
    r"| [Gg]overnment\b"
)
# what the rest of a registered name is: 汉景汇弘|投资中心（有限合伙）, 帕拉丁|股权投资管理有限公司
_REGISTERED = re.compile(
    r"(?:股权|创业|产业|私募)?(?:投资|基金)?(?:管理)?(?:中心|合伙企业|有限(?:责任)?公司)"
    r"(?=[（(，。、；,;\s]|\Z|独家|联合|共同|领投|跟投|参投|投资|等|和|与|及|以及)"
)
# what a fund's name ends with that the mark leaves off: 凯岳消费|共创基金投资
_FUND_NAME = re.compile(
    r"(?:(?![和与及等的旗、])[一-鿿]){0,4}(?:基金|资本|创投|股权)"
    r"(?=独家|联合|共同|领投|跟投|参投|投资(?=[，。；\n]|\Z)|[，。；\n]|\Z)"
)
# a verb that the mark took in: 由远帆资本|管理|的基金
_MANAGED = re.compile(r"(?<=..)(?<!资产)(?<!投资)(?<!基金)(?:管理|发起|设立|控制|孵化|控股)\Z")
_NUMBERED = re.compile(r"\d{1,2}[.、．]\s*(?=\D)")
# what stands in columns is no name
_GAP = re.compile(r"\u3000{2}")
# a description: 某美元基金, 多家机构, debt financing
_DESCRIPTION = re.compile(
    r"(?:某|一家|一些|多家|数家|几家|多位|多名|若干|其他|知名|(?:国家|国资|政府|产业)背景)[^A-Za-z]*|[a-z]+(?: [a-z]+)+"
    r"|(?:.* )?(?:Correspondent|Reporter|Editor|Staff Writer)"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A marked span with how sure its label is."""

    span: Span
    # what it is held for: by the trained part, or by a rule that corrects it
    label: str
    score: float
    hedged: float
    # where the name ends, where that is not the end of the span
    until: int | None = None

    @property
    def name(self) -> Name:
        """The span as a name, without the number of a list or a firm's origin before it."""
        body = self.span.doc.user_data["text"]
        end = self.until or _find_end(self.span, body)
        return bare(Name(body[self.span.start_char : end], self.span.start_char, end))


def get_found(doc: Doc) -> list[Found]:
    """What the trained part marked in a document."""
    group = doc.spans["parties"]
    sure = zip(group.attrs["scores"], group.attrs["hedged"], strict=True)
    return [Found(span, span.label_, score, hedged) for span, (score, hedged) in zip(group, sure, strict=True)]


def _find_end(span: Span, body: str) -> int:
    """Where a marked name ends: behind what belongs to it, before a verb that does not."""
    tail = _TAIL.match(body, span.end_char)
    verb = _MANAGED.search(span.text) if body.startswith("的", span.end_char) else None
    return tail.end() if tail else span.end_char - len(verb[0]) if verb else span.end_char


def bare(name: Name) -> Name:
    """The name without the number of a list or a firm's origin before it."""
    before = _NUMBERED.match(name.text) or _origin().match(name.text)
    skipped = before.end() if before else 0
    return Name(name.text[skipped:], name.start + skipped, name.end)


@cache
def _origin() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{alternation(load_words('zh', 'words')['origins'])})[\u4e00-\u9fff]{{0,10}}(?=[A-Z][A-Za-z])"
    )


def tidy(marked: Sequence[Found], body: str) -> list[Found]:
    """The marks with whole names, without those that name nobody and the second names of investors."""
    names = [f for f in _fill_lists(_turn_rivals(_mend_brackets(marked, body), body), body) if _is_name(f)]
    names = _leave_bracketed_out(names, body)
    return _leave_aliases_out(_leave_groups_out(_leave_doubtful_out(names), body), body)


def _mend_brackets(marked: Sequence[Found], body: str) -> list[Found]:
    """Makes one name of two that a bracket inside it cut apart, and takes in the bracket that ends a partnership."""
    kept: list[Found] = []
    for f in marked:
        before = kept[-1] if kept and _are_alike(kept[-1], f) else None
        if before and (_is_in_own_bracket(before, f, body) or _share_quotes(before, f, body)):
            kept[-1] = replace(before, until=f.span.end_char)
            continue
        ending = _find_ending(f, body) if f.label in INVESTORS else None
        kept.append(replace(f, until=ending.end()) if ending else f)
    return kept


def _find_ending(f: Found, body: str) -> re.Match[str] | None:
    """The rest of an investor's registered name that the mark leaves off."""
    rest = _REGISTERED.match(body, f.span.end_char) or _find_kind(f, body)
    return _PARTNERSHIP.match(body, rest.end() if rest else f.span.end_char) or rest


def _find_kind(f: Found, body: str) -> re.Match[str] | None:
    """The words for a fund that end the mark's name, unless another name is marked in them."""
    rest = None if _plain_words().search(f.span.text) else _FUND_NAME.match(body, f.span.end_char)
    others = (span.start_char for span in f.span.doc.spans["parties"])
    return rest if rest and not any(f.span.end_char <= start < rest.end() for start in others) else None


def _are_alike(first: Found, second: Found) -> bool:
    return first.label == second.label == "company" or (first.label in INVESTORS and second.label in INVESTORS)


def _is_in_own_bracket(first: Found, second: Found, body: str) -> bool:
    """Whether the second name goes on where a bracket of the first one stands: 远帆（海口）科技有限公司."""
    return bool(_OWN_BRACKET.fullmatch(body, first.name.end, second.span.start_char)) and _closes(second.span.text)


def _share_quotes(first: Found, second: Found, body: str) -> bool:
    """Whether two names stand in one pair of quotes with nothing that parts them: 「Quillo 好物工坊」."""
    before, after = body[first.span.start_char - 1 : first.span.start_char], body[second.span.end_char :][:1]
    gap = body[first.name.end : second.span.start_char]
    return bool(before and before + after in _QUOTES and _RUN_ON.fullmatch(gap))


def _leave_bracketed_out(found: Sequence[Found], body: str) -> list[Found]:
    """Leaves out investors read in the bracket behind a name: it holds the same party's other name."""
    inside = [
        match.span("inside")
        for f in found
        if f.label in ("company", *INVESTORS) and (match := _BRACKET.match(body, f.name.end))
    ]
    return [f for f in found if f.label not in INVESTORS or not any(s <= f.span.start_char < e for s, e in inside)]


def _fill_lists(found: Sequence[Found], body: str) -> list[Found]:
    """Takes a firm between two investors of one list for one too, whatever else it is elsewhere."""
    kept = list(found)
    for k in range(1, len(kept) - 1):
        before, f, after = kept[k - 1 : k + 2]
        between = f.label == "other_org" and before.label in INVESTORS and after.label in INVESTORS
        if between and are_listed(before, f) and are_listed(f, after):
            kept[k] = replace(f, label=before.label)
    return kept


def are_listed(first: Found, second: Found) -> bool:
    """Whether two names stand beside each other in a list."""
    gap = first.span.doc.user_data["text"][first.name.end : second.span.start_char]
    return bool(gap and LISTED.fullmatch(gap) and gap.strip())


def _turn_rivals(found: Sequence[Found], body: str) -> list[Found]:
    """Of a firm and its rival named together the rival raises: Dovecote invests in Harrow rival Tindra."""
    kept = list(found)
    for k, (first, second) in enumerate(pairwise(found)):
        if (first.label, second.label) == ("company", "other_org") and _ITS_RIVAL.fullmatch(
            body, first.span.end_char, second.span.start_char
        ):
            kept[k], kept[k + 1] = replace(first, label="other_org"), replace(second, label="company")
    return kept


def _closes(text: str) -> bool:
    """Whether the text closes a bracket that it does not open."""
    return any(text.count(closing) > text.count(opening) for opening, closing in ("()", "（）"))


def _leave_groups_out(found: Sequence[Found], body: str) -> list[Found]:
    """Of a group and its fund that invests, the fund; wherever the group is named, unless beside its fund as well."""
    investors = [f for f in found if f.label in INVESTORS]
    groups = [
        (first, second)
        for first, second in pairwise(investors)
        if _ITS_FUND.fullmatch(body, first.name.end - (first.name.text[-1:] in "子孙"), second.name.start)
        or (_ITS_FIRM.fullmatch(body, first.name.end, second.name.start) and _FIRM.fullmatch(second.name.text))
        or _is_arm_of(second.name, first.name, body)
        or _is_origin_of(first.name, second.name, body)
    ]
    groups += [
        (second, first)
        for first, second in pairwise(investors)
        if body[first.name.end : second.name.start] == ", "
        and (told := _ITS_ARM.match(body, second.name.end))
        and _SET_OFF.match(body, told.end())
    ]
    # a group that joins in a round that its fund leads is a party of its own
    alone = {
        group.name.text
        for group, fund in groups
        if not any(
            f is not group
            and f.name.text == group.name.text
            and (f.label != fund.label or are_listed(f, group) or are_listed(fund, f))
            and not _ENDS_SENTENCE.search(body[f.name.end : group.name.start] or body[group.name.end : f.name.start])
            for f in investors
        )
    }
    first = [group for group, _ in groups]
    return [f for f in found if f not in first and not (f.label in INVESTORS and f.name.text in alone)]


def _is_arm_of(fund: Name, group: Name, body: str) -> bool:
    """Whether the fund is named behind the group, as what it is to it: Dovecote’s venture arm, Saltmarsh."""
    told = _ITS_ARM.match(body, group.end)
    gap = body[told.end() : fund.start] if told else None
    return gap == " " or (gap == ", " and (_SET_OFF.match(body, fund.end) is not None or group.text in fund.text))


def _is_origin_of(first: Name, second: Name, body: str) -> bool:
    """Whether the first name only says whence the second one is: 德国物流集团|Harrow."""
    origin = _origin().match(body, first.start)
    return origin is not None and origin.end() == first.end == second.start


def _leave_doubtful_out(found: Sequence[Found]) -> list[Found]:
    """Leaves out a company more surely read as something else elsewhere, or nowhere likely where another one is.

    Which the rules read too is likely enough.
    """
    companies = _surest(f for f in found if f.label == "company")
    others = _surest(f for f in found if f.label in ("other_org", "person"))
    companies = {text: score for text, score in companies.items() if score > others.get(text, 0.0) - _SURER}
    least = _DOUBTFUL if max(companies.values(), default=0.0) >= _PLAIN else 0.0
    likely = {
        text for f in found if f.label == "company" and (text := f.span.text) in companies and _is_read_by_rules(f)
    }
    return [
        f for f in found if f.label != "company" or f.span.text in likely or companies.get(f.span.text, -1.0) >= least
    ]


def _is_read_by_rules(f: Found) -> bool:
    """Whether the rules read the very same span as who raises."""
    rules = f.span.doc.spans.get("rules", ())
    return any(r.label_ == "company" and (r.start, r.end) == (f.span.start, f.span.end) for r in rules)


def _surest(found: Iterable[Found]) -> dict[str, float]:
    """Each text with the highest score it has."""
    surest: dict[str, float] = {}
    for f in found:
        surest[f.span.text] = max(f.score, surest.get(f.span.text, 0.0))
    return surest


def _is_name(f: Found) -> bool:
    """Whether a marked name can be one: more than one sign, with letters, no word that names nobody.

    A company is no user's handle either, nor what the people who raise have left.
    """
    if str(f.span.label_) not in NAME_LABELS:
        return True
    text, told = f.name.text, f.span.doc.user_data
    body = told["text"]
    is_handle = body[f.name.start - 1 : f.name.start] == "_"
    if f.label == "company" and (is_handle or is_not_raising(told["language"], body, f.name.end)):
        return False
    if f.label in INVESTORS and (_plain_words().fullmatch(text) or text in _places()):
        return False
    return len(text) > 1 and any(c.isalpha() for c in text) and not _GAP.search(text) and names_someone(text)


def names_someone(text: str) -> bool:
    """Whether the words are a name, and no description and no word that names nobody."""
    return not _DESCRIPTION.fullmatch(text) and text.strip("\"'“”").casefold() not in _no_names()


@cache
def _places() -> frozenset[str]:
    """成都、深圳两地的基金 names no fund."""
    return frozenset(load_words("zh", "words")["places"])


@cache
def _plain_words() -> re.Pattern[str]:
    """Trades and a word for a kind of backer: 私募股权投资, 文化旅游产业, 国内半导体龙头."""
    words = load_words("zh", "words")
    vague, trades, kinds = (alternation(words[key]) for key in ("vague_places", "trades", "kinds_of_backers"))
    return re.compile(rf"(?:{vague})?(?:{trades})*(?:{kinds})")


@cache
def _no_names() -> frozenset[str]:
    words = (word for language in ("en", "zh") for word in load_words(language, "words")["no_names"])
    return frozenset(word.casefold() for word in words)


def _leave_aliases_out(found: Sequence[Found], body: str) -> list[Found]:
    """Of an investor with two names, the first one: 东海科技创业基金（东科创）, Andreessen Horowitz (a16z)."""
    investors = [f for f in found if f.label in INVESTORS]
    named = {f.span.text for f in investors}
    aliases = {}
    for f in investors:
        bracketed = _IN_BRACKETS.match(body, f.span.end_char)
        if bracketed and bracketed["name"] in named:
            aliases[bracketed["name"]] = f.span.text
    for first, second in pairwise(investors):
        gap = body[first.span.end_char : second.span.start_char]
        closes = _CLOSING.match(body, second.span.end_char)
        if not gap or (_OPENING.fullmatch(gap) and closes):
            aliases[second.span.text] = first.span.text
    aliases = {alias: name for alias, name in aliases.items() if alias != name and name not in aliases}
    return [f for f in found if f.label not in INVESTORS or f.span.text not in aliases]
