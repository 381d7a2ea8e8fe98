"""What each sentence tells of a deal, by the trained part's marks, completed by the rules' cues.

doc.spans["parties"] ─→ tidy names ─→ a statement a company and sentence, or one a round where a sentence tells two
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from spacy.tokens import Doc

from domain.event import Kind, Status
from nlp.deals import LOOSE_ROUNDS, same_company
from nlp.features import iter_token_sentences
from nlp.found import INVESTORS, Found, are_listed, get_found, names_someone, tidy
from nlp.mentions import MoneyMention, Name, RoundMention
from nlp.pipes.cues import find_earlier, is_cued, is_put_in, leads_are_told, tells_anew
from nlp.statement import Statement

# a company that the rules hold for a deal of the past, a fund or a purchase has to be at least so sure
_CERTAIN = 0.8
# how likely a round has to be only said to come
_HEDGED = 0.5
# who says so
_SAID = re.compile(r"\b(?:reports?|reported|reportedly|said|says|sources?)\b", re.IGNORECASE)
# words that say who leads
_LEADING = re.compile(
    r"\b(?:co-?)?(?:led|leads?|leading|anchor(?:s|ed)|fronted|spearhead(?:s|ed))\b"
    r"|\brounds? headed\b|\bsole (?:backer|investor)"
    r"|领投|領投|领衔|牵头|独投|独家[^，。；]{0,4}(?:投资|出资|认购|注资|增资)|全额认购",
    re.IGNORECASE,
)
_TAKING_PART = re.compile(r"跟投|参投|參投|追投|追加|加码|加注|入股|战略投资|加入|参与")
_OTHER_NAME = re.compile(
    r"[”」\"’]?\s?[（(](?P<short>(?:以下)?(?:简称|簡稱|下称)(?:为)?[：:]?\s?)?[“「\"]?"
    r"(?P<name>[A-Z][A-Za-z0-9.&+-]*(?: [A-Za-z0-9.&+-]+){0,3}|[一-鿿][一-鿿·A-Za-z0-9]{1,11})[”」\"]?[）)]"
)
# no round brings less, whatever the currency: what is smaller is a price
_LEAST = 10_000
# before what a round comes to with its earlier closes: taking its Series B to $61 million
_WHOLE = re.compile(
    r"\b(?:bring|brought|lift|push|tak)\w*\s(?:the\s|its\s)?(?:[a-z]+\s){0,2}"
    r"(?:round|Series [A-K]\d?|seed)(?: round)? to\s?\Z"
    r"|\b(?:round|Series [A-K]\d?) now (?:stands at|totals|comes to)\s?\Z",
    re.IGNORECASE,
)
# what else an investor holds: 资料显示，岚山资本投资了…
_PORTFOLIO = re.compile(r"投资(?:了|过)|曾投")
_NEW_MONEY = re.compile(r"[本此该这]一?轮|[本此这]次|新一轮|领投|跟投")
_AND_MORE = re.compile(r"[」”]?\s?(?:等|以及其[他它]|[和与]其[他它])| and (?:others|other|additional)\b")
_THIS_ROUND = re.compile(r"\s*[本此]轮")
# before what a firm is bought at: the acquisition of Tindra at a $2 billion valuation
_BOUGHT = re.compile(r"\b(?:acquisition|buyout|takeover|purchase) of [^,.;\n]{2,40} (?:at|for) an? \Z", re.IGNORECASE)
# what stands between a sum and who gets it
_INTO = re.compile(r"(?: more)?(?: investment| stake)? (?:in|into) (?:[a-z][\w-]* |AI |the ){0,3}")
_CLAUSE_END = re.compile(r"[,，;；]|\band\b|以及")
_CLAUSE_SIGN = re.compile(r"[，；。\n]|[,;](?=\s)")
# what a round is told by
_TELLING = ("amount", "valuation", "round")
_ROLES = {"amount": "amount", "valuation": "valuation", "total_raised": "total"}
VENTURE = re.compile(r"\b(?:venture|consortium)\b|合资|合資", re.IGNORECASE)


def read_statements(doc: Doc) -> list[Statement]:
    """The statements of a document, in order: one a sentence, or one for each of its companies."""
    found = tidy(_join(get_found(doc), doc), doc.user_data["text"])
    led, backing, raising = (_read_by_rules(doc, label) for label in (*INVESTORS, "company"))
    values = {value.start: value for value in doc.user_data["values"]}
    told: list[Statement] = []
    for begin, end in iter_token_sentences(doc):
        here = [f for f in found if begin <= f.span.start < end]
        here = _leave_earlier_out(here, doc, begin, end)
        if here:
            told += _read_sentence(
                doc, (begin, end), _turn_givers(_turn_leads(_admit(_promote(here, led), backing), led, raising)), values
            )
    return _tell_grants_apart(told, doc.user_data.get("statements", ()))


def _join(marked: Sequence[Found], doc: Doc) -> list[Found]:
    """Makes one name of two backers of which the rules read one with "and" in it: the Research and Halden Fund."""
    read = {(span.start, span.end) for span in doc.spans.get("rules", ()) if span.label_ in INVESTORS}
    kept: list[Found] = []
    for f in marked:
        before = kept[-1] if kept and f.label in INVESTORS and kept[-1].label in INVESTORS else None
        if before and (before.span.start, f.span.end) in read and doc[before.span.end].lower_ in ("and", "&"):
            kept[-1] = replace(before, until=f.span.end_char)
        else:
            kept.append(f)
    return kept


def _leave_earlier_out(found: list[Found], doc: Doc, begin: int, end: int) -> list[Found]:
    """Leaves out the money and the backers of an old round where another clause tells a new one's."""
    body, language = doc.user_data["text"], doc.user_data["language"]
    last = doc[end - 1]
    old = find_earlier(language, body, doc[begin].idx, last.idx + len(last.text))
    if old is None:
        return found
    inside = [f for f in found if f.label != "company" and old[0] <= f.span.start_char < old[1]]
    new = [f for f in found if f.label in _TELLING and f not in inside and tells_anew(language, _clause(f, old))]
    told = any(f.label in _TELLING for f in inside)
    return [f for f in found if f not in inside] if told and new else found


def _clause(f: Found, old: tuple[int, int]) -> str:
    """The clause around a span, without the old round's."""
    body = f.span.doc.user_data["text"]
    ends = [match.start() for match in _CLAUSE_SIGN.finditer(body)]
    start = max([k + 1 for k in ends if k < f.span.start_char], default=0)
    stop = min([k for k in ends if k >= f.span.end_char], default=len(body))
    return str(
        body[
            max(start, old[1]) if old[1] <= f.span.start_char else start : min(stop, old[0])
            if old[0] >= f.span.end_char
            else stop
        ]
    )


def _tell_grants_apart(told: Sequence[Statement], by_rules: Sequence[Statement]) -> list[Statement]:
    """Gives a grant that stands beside a round, as the rules read it, a statement of its own, and its giver to it."""
    kept = list(told)
    for grant in by_rules:
        if grant.kind is not Kind.GRANT or grant.amount is None or grant.background or grant.strength < 1:
            continue
        home = next((s for s in told if s.start <= grant.start < s.end), None)
        if home is None or (home.amount and home.amount.start == grant.amount.start):
            continue
        givers = grant.investors or ([] if home.amount else home.investors)
        texts = {name.text for name in givers}
        home.leads = [name for name in home.leads if name.text not in texts]
        home.investors = [name for name in home.investors if name.text not in texts]
        own = replace(grant, company=[], leads=list(givers), investors=list(givers), rounds=[])
        kept.insert(kept.index(home) + 1, own)
    return kept


def _demote(found: Sequence[Found], doc: Doc, tokens: tuple[int, int]) -> list[Found]:
    """Makes plain investors of leads among several where the language says who leads and here it does not.

    Where it need not say so, none of a list leads without a word for it: $9 million from Halden and Ferro.
    """
    told = is_cued(doc, "lead", tokens)
    backing = [f for f in found if f.label in INVESTORS]
    if len({f.span.text for f in backing}) < 2:
        return [replace(f, label="investor") if f in backing and not told and _is_among_others(f) else f for f in found]
    if not leads_are_told(doc.user_data["language"]):
        listed = [f for pair in pairwise(backing) if are_listed(*pair) for f in pair]
        end = listed[-1].span.end_char + 40 if listed else 0
        led = _LEADING.search(doc.user_data["text"], doc[tokens[0]].idx, end)
        return [replace(f, label="investor") if f in listed and not led else f for f in found]
    return [
        replace(f, label="investor") if f.label == "lead_investor" and not (told and _may_lead(f)) else f for f in found
    ]


def _is_among_others(f: Found) -> bool:
    """Whether the words behind the only backer named say that there are more: 与衡山资本以及其他投资人谈判."""
    return bool(_AND_MORE.match(f.span.doc.user_data["text"], f.span.end_char))


def _may_lead(f: Found) -> bool:
    """Whether the clause of a lead does not say that it only takes part: 由甲领投，乙以战略投资者身份加入."""
    body = f.span.doc.user_data["text"]
    start = max(body.rfind(sign, 0, f.span.start_char) for sign in "，；。\n") + 1
    end = min((k for sign in "，；。\n" if (k := body.find(sign, f.span.end_char)) >= 0), default=len(body))
    return bool(_LEADING.search(body, start, end)) or not _TAKING_PART.search(body, f.span.end_char, end)


def _read_by_rules(doc: Doc, label: str) -> set[int]:
    """The tokens that the rules read as of a label."""
    return {k for span in doc.spans.get("rules", ()) if span.label_ == label for k in range(span.start, span.end)}


def _admit(found: list[Found], backing: set[int]) -> list[Found]:
    """Makes an investor of whom the rules read as one where a company's sum is told and nobody else gives it."""
    labels = {f.label for f in found}
    if not {"company", "amount"} <= labels or labels & set(INVESTORS):
        return found
    return [
        replace(f, label="investor") if f.label == "other_org" and backing & {*range(f.span.start, f.span.end)} else f
        for f in found
    ]


def _promote(found: Sequence[Found], led: set[int]) -> list[Found]:
    """Makes leads of the investors that the rules read as leading: where no other leads, or beside one in a list.

    So it does of a firm in such a list that the trained part holds for a bystander.
    """
    kept: list[Found] = []
    for k, f in enumerate(found):
        if f.label in ("investor", "other_org") and _is_among(f, led):
            leads = [other for other in kept if other.label == "lead_investor"]
            rest = [other for other in found[k + 1 :] if other.label in INVESTORS and _is_among(other, led)]
            if leads:
                leads_too = are_listed(leads[-1], f)
            else:
                leads_too = f.label == "investor" or bool(rest and are_listed(f, rest[0]))
            f = replace(f, label="lead_investor") if leads_too else f
        kept.append(f)
    return kept


def _is_among(f: Found, tokens: set[int]) -> bool:
    return not tokens.isdisjoint(range(f.span.start, f.span.end))


def _turn_leads(found: list[Found], led: set[int], raising: set[int]) -> list[Found]:
    """Turns it round where the rules read the only company as who led the round of another firm that is named."""
    companies = [f for f in found if f.label == "company"]
    turned = [f for f in companies if led.issuperset(range(f.span.start, f.span.end))]
    others = [f for f in found if f.label in ("company", "other_org") and f not in turned]
    raisers = [f for f in others if raising.issuperset(range(f.span.start, f.span.end))]
    if len(turned) != 1 or len(raisers) != 1 or any(f not in turned and f not in raisers for f in companies):
        return found
    labels = {id(turned[0]): "lead_investor", id(raisers[0]): "company"}
    return [replace(f, label=labels.get(id(f), f.label)) for f in found]


def _turn_givers(found: Sequence[Found]) -> list[Found]:
    """Makes a lead of the first of two companies where its sum goes into the other: Harrow puts $1B into Quillo."""
    companies = _group([f for f in found if f.label == "company"])
    if len(companies) != 2:
        return list(found)
    (giver, *_), (receiver, *_) = companies
    body = giver.span.doc.user_data["text"]
    sums = [
        f for f in found if f.label == "amount" and giver.span.end_char <= f.span.start_char < receiver.span.start_char
    ]
    given = any(_INTO.fullmatch(body, f.span.end_char, receiver.span.start_char) for f in sums)
    turned = companies[0] if given else []
    return [replace(f, label="lead_investor") if f in turned else f for f in found]


def _read_sentence(
    doc: Doc, tokens: tuple[int, int], found: Sequence[Found], values: Mapping[int, MoneyMention | RoundMention]
) -> list[Statement]:
    """A statement for each company, or one for each round of a company where the sentence tells them apart."""
    companies = _group([f for f in found if f.label == "company"])
    parts = _part_by_round(found, values) if len(companies) < 2 else [found]
    return [statement for part in parts for statement in _read_part(doc, tokens, part, values)]


def _part_by_round(found: Sequence[Found], values: Mapping[int, MoneyMention | RoundMention]) -> list[Sequence[Found]]:
    """What is told of each round, with all that belongs to no round of its own: 天使轮由甲投资，A轮由乙领投."""
    rounds: dict[str, list[Found]] = {}
    for f in found:
        value = values.get(f.span.start_char)
        named = value.round if f.label == "round" and isinstance(value, RoundMention) else None
        if named and named not in LOOSE_ROUNDS:
            rounds.setdefault(named, []).append(f)
    own = {name: list(mentions) for name, mentions in rounds.items()}
    told = [f for f in found if f.label in ("amount", *INVESTORS)] if len(rounds) > 1 else []
    for f in told:
        nearest = min(rounds, key=lambda name: min(_distance(f, mention) for mention in rounds[name]))
        own[nearest].append(f)
    # a single sum is that of all rounds together
    sums = [f for f in told if f.label == "amount"]
    apart = [{f.label for f in mine if f in told and (len(sums) > 1 or f not in sums)} for mine in own.values()]
    if len(rounds) < 2 or not all(apart):
        return [found]
    shared = [f for f in found if f.label != "round" and (f not in told or (len(sums) == 1 and f in sums))]
    return [
        sorted({id(f): f for f in (*shared, *mine)}.values(), key=lambda f: f.span.start_char) for mine in own.values()
    ]


def _distance(f: Found, mention: Found) -> int:
    """How far apart two spans stand in letters; what ends a clause between them counts for many."""
    first, second = sorted((f.span, mention.span), key=lambda span: span.start_char)
    gap = f.span.doc.user_data["text"][first.end_char : second.start_char]
    return len(gap) + 40 * len(_CLAUSE_END.findall(gap))


def _read_part(
    doc: Doc, tokens: tuple[int, int], found: Sequence[Found], values: Mapping[int, MoneyMention | RoundMention]
) -> list[Statement]:
    companies = _group([f for f in found if f.label == "company"])
    statements = [_open(doc, tokens, group) for group in companies] or [_open(doc, tokens, [])]
    partners = is_cued(doc, "partner", tokens)
    found = _demote(found, doc, tokens)
    for f in found:
        if not (partners and f.label in INVESTORS):
            _add(_choose(statements, companies, f), f, values)
    for statement, group in zip(statements, companies or [[]], strict=True):
        _complete(statement, group, doc)
        statement.led = bool(_LEADING.search(doc.user_data["text"], statement.start, statement.end))
    return statements


def _group(companies: Sequence[Found]) -> list[list[Found]]:
    """The companies of a sentence, each with all the names it goes by there."""
    groups: list[list[Found]] = []
    for f in companies:
        home = next((g for g in groups if _are_one(g, f)), None)
        if home is None:
            groups.append([f])
        else:
            home.append(f)
    return groups


def _are_one(group: Sequence[Found], f: Found) -> bool:
    if any(same_company(f.span.text, other.span.text) for other in group):
        return True
    last = group[-1].span
    gap = last.doc.user_data["text"][last.end_char : f.span.start_char]
    # 月之暗面（Moonshot AI）, （以下简称“某某”）, StackBlitz, the company behind Bolt.new
    return bool(_ALIAS.fullmatch(gap))


_ALIAS = re.compile(
    r"[”」\"’]?\s?[（(](?:以下)?(?:简称|簡稱|下称|英文名称?|原名|又名|曾用名)?(?:为)?[：:]?\s?[“「\"‘]?"
    r"|, (?:the )?(?:company|startup|maker|firm|parent) (?:behind|of) "
)


def _open(doc: Doc, tokens: tuple[int, int], group: Sequence[Found]) -> Statement:
    last = doc[tokens[1] - 1]
    return Statement(
        doc[tokens[0]].idx,
        last.idx + len(last.text),
        company=[name for f in group for name in (f.name, *_find_aliases(f.name, doc.user_data["text"]))],
        strength=max((f.score for f in group), default=0.0),
    )


def _find_aliases(name: Name, body: str) -> list[Name]:
    """The company's other name in brackets behind it: Dome AI (穹顶智能), 月之暗面（Moonshot AI）."""
    match = _OTHER_NAME.match(body, name.end)
    if (
        match is None
        or not names_someone(match["name"])
        or (body[name.start].isascii() == match["name"][0].isascii() and not match["short"])
    ):
        return []
    return [Name(match["name"], match.start("name"), match.end("name"))]


def _choose(statements: Sequence[Statement], companies: Sequence[Sequence[Found]], f: Found) -> Statement:
    """The statement of the last company named before the span, else of the first one."""
    before = [k for k, group in enumerate(companies) if group[0].span.start <= f.span.start]
    return statements[before[-1] if before else 0]


def _add(statement: Statement, f: Found, values: Mapping[int, MoneyMention | RoundMention]) -> None:
    value = values.get(f.span.start_char)
    if isinstance(value, MoneyMention):
        role = _ROLES.get(f.label) if value.money.value >= _LEAST and not _is_whole(f) else None
        if role and getattr(statement, role) is None:
            setattr(statement, role, value)
    elif isinstance(value, RoundMention):
        if f.label == "round" and value.round:
            statement.rounds.append(value)
    elif f.label == "lead_investor":
        statement.leads.append(f.name)
        statement.investors.append(f.name)
    elif f.label == "investor":
        statement.investors.append(f.name)


def _is_whole(f: Found) -> bool:
    """Whether a sum is what a round comes to with all its closes, or what a firm is bought at, and no new money."""
    body = f.span.doc.user_data["text"]
    before = body[max(0, f.span.start_char - 70) : f.span.start_char]
    return bool(_WHOLE.search(before) or _BOUGHT.search(before))


def _complete(statement: Statement, group: Sequence[Found], doc: Doc) -> None:
    """Adds the status, and what the rules tell of the sentence besides: kind, trigger, whether one is alone."""
    body = doc.user_data["text"]
    here = [s for s in doc.user_data.get("statements", ()) if statement.start <= s.start < statement.end]
    hedged = max((f.hedged for f in group), default=0.0) > _HEDGED and not _is_plain(statement, here, doc)
    statement.status = Status.RUMOURED if hedged else Status.ANNOUNCED
    if not here:
        return
    if not (statement.company or statement.leads or statement.rounds) and all(s.background for s in here):
        statement.background = not _THIS_ROUND.match(body, statement.start)
    at = statement.company[0].start if statement.company else statement.start
    told = min(here, key=lambda s: (s.trigger is None, abs(s.start - at)))
    statement.trigger = told.trigger
    if told.background and told.trigger and statement.company and statement.strength < _CERTAIN:
        statement.background = True
    if told.background and told.amount and not (statement.amount or statement.rounds or statement.valuation):
        # both hold the sum for another one's: earlier, it got $1 million under the Northern Seed Scheme
        statement.background = True
    statement.past = told.background and not _THIS_ROUND.match(body, statement.start)
    if statement.past and not (statement.amount or statement.rounds or statement.leads):
        # 曾获…投资
        statement.investors = []
    told_of = (body, statement.start, statement.end)
    if not (statement.company or statement.amount) and _PORTFOLIO.search(*told_of) and not _NEW_MONEY.search(*told_of):
        statement.leads, statement.investors = [], []
    if told.status is Status.DENIED:
        statement.status = Status.DENIED
    if statement.company or statement.amount:
        statement.kind = told.kind
    statement.sole = any(s.sole for s in here)
    if statement.investors and VENTURE.search(body, statement.start, statement.end):
        _list_partners(statement, here)
    statement.shared = any(s.shared for s in here)


def _is_plain(statement: Statement, here: Sequence[Statement], doc: Doc) -> bool:
    """Whether plain words put a sum in, and none that it is only said: Dovecote to invest $9 million in Tindra."""
    told = doc.user_data["text"][statement.start : statement.end]
    hinted = _SAID.search(told) or any(s.status is Status.RUMOURED for s in here)
    return not hinted and is_put_in(doc.user_data["language"], told)


def _list_partners(statement: Statement, by_rules: Sequence[Statement]) -> None:
    """The rules read a list of partners whole, the trained part some for what else they are; none of them leads."""
    listed = max((s.investors for s in by_rules), key=len)
    own = [name.text for name in statement.company]
    if len(listed) > len(statement.investors):
        statement.investors = [name for name in listed if _is_other(name, own)]
    if len(statement.investors) > 1 and statement.kind is Kind.COMMITMENT:
        statement.leads = []


def _is_other(name: Name, own: Sequence[str]) -> bool:
    """Whether a name that the rules read as an investor's is one, and not the company's own."""
    return names_someone(name.text) and not any(same_company(name.text, each) for each in own)
