"""From marks to deals: the statements of a document by the trained part's marks, completed by the rules' cues.

doc.spans["parties"] ─→ a statement a company and sentence ─→ assemble ─→ deals
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spacy.tokens import Doc

from domain.event import Kind, Status
from nlp.asides import is_of_old, leave_asides_out
from nlp.deals import Deal, assemble, merge_misnamed, same_company
from nlp.loans import tell_loans_apart
from nlp.mentions import MoneyMention
from nlp.pipes.cues import find_no_new_money, get_cues, sums_up, tells_new_money
from nlp.sentences import VENTURE, read_statements
from nlp.statement import Statement

# from so many companies on, a document is a round-up, and each of them is read on its own
_MANY = 4
# how sure a company is of which words alone tell, and how near they stand
_LIKELY, _NEAR = 0.8, 8
_NEW_ROUND = re.compile(r"(?:最?新的?一?|本|首|a new )(?:轮| round)", re.IGNORECASE)
_AND_OTHERS = re.compile(r"等|企业|[未没不无]|\b(?:and|others|not|never)\b")
# what ends a clause of a headline
_CLAUSE = re.compile(r"[,;:，；：。] ?|\s[—–|-]\s")
# when a firm was founded dates no round: 成立于2019年3月的远帆, founded in 2021
_FOUNDED = r"(?<![成创设建]立于)(?<![成创设建]立於)(?<!创办于)(?<!始于)(?<!自)(?<!自从)"
_FOUNDING = r"(?!\s?(?:\d{1,2}\s?月)?(?:\s?\d{1,2}\s?日)?[正才刚]?[成创设建]立)(?!创办)"
_ANY_MONTH = re.compile(r"20\d\d年\s?\d{1,2}月")
_MONTH = re.compile(rf"{_FOUNDED}{_ANY_MONTH.pattern}{_FOUNDING}")
_DAY = re.compile(r"\s?\d{1,2}\s?日")
_YEAR = re.compile(
    rf"{_FOUNDED}20\d\d\s?年{_FOUNDING}"
    r"|(?<![Ff]ounded )(?<![Ll]aunched )(?<![Ss]tarted )(?<![Ee]stablished )\b(?:in|since) (?:\w+ )?20\d\d\b"
)
# what is told as news of these days
_OF_THE_DAY = re.compile(
    r"近日|近期|今日|今天|日前|昨日|昨天|刚刚|[本这此]次|[本此]轮"
    r"|\b(?:today|this week|(?:Mon|Tues|Wednes|Thurs|Fri)day)\b"
)
# a year without the day, as old news is dated
_YEAR_ALONE = re.compile(
    rf"(?:{_YEAR.pattern}|(?<!与)(?:[去前]年|[当那同次翌]年(?!的)|那一年))(?!\s?\d{{1,2}}\s?月\s?\d{{1,2}}\s?日)"
    r"|(?:(?<=\n)|(?<=[.!?] ))(?:Last year|That year|The year before"
    r"|(?:A|Two|Three|Four|Five|Six) years? (?:ago|earlier|later|before|on)),"
)
# what leads from an old year back to the news
_SINCE = re.compile(
    rf"{_OF_THE_DAY.pattern}|今年|本月|上月|上周|本周|不久前|个月前|刚|[如而]今|现在|目前|正在|这一?轮|[本此]一轮|新一轮|最新"
    r"|\b(?i:now|just|recent|recently|latest|new|this (?:year|month|spring|summer|autumn|fall|winter)"
    r"|last (?:week|month)|has|have|is|are)\b"
)


def read_deals(doc: Doc) -> list[Deal]:
    """The deals of a document that all pipes have marked; none where nobody is found to receive money."""
    if not any(span.label_ == "company" for span in doc.spans["parties"]):
        return []
    body = doc.user_data["text"]
    statements = leave_asides_out(read_statements(doc), body)
    many = len({s.company[0].text for s in statements if s.company}) >= _MANY
    if many:
        for statement in statements:
            # a line of a round-up that names no company tells of another deal than the line before
            statement.background |= not statement.company and _begins_line(doc, statement)
    _leave_dated_out(statements, body)
    told = [deal for deal in assemble(statements, many=many) if _is_told(deal, doc)]
    told = [deal for deal in told if not _is_history(deal, doc)]
    if _sums_up(doc) and not any(_is_of_the_day(s, body) for deal in told for s in deal.statements):
        told = [deal for deal in told if any(name.start < body.find("\n") for name in deal.names)]
    deals = _leave_repeats_out(told, doc)
    if any(s.status is Status.DENIED for deal in deals for s in deal.statements[:1]) or _is_denied(doc):
        return []
    deals = _leave_old_money_out(deals, doc)
    if not many:
        deals = merge_misnamed(_leave_asides_out(_leave_partners_out(deals, doc), doc), body)
    return tell_loans_apart(deals, [v for v in doc.user_data["values"] if isinstance(v, MoneyMention)], body)


def _leave_dated_out(statements: Sequence[Statement], body: str) -> None:
    """Puts into the background what is told of the same company's round of a month that the news does not begin with.

    2020年11月，远帆科技完成由岚山资本领投的A轮融资 stands at the end of many a text about the round after it.
    """
    news: Statement | None = None
    backed = False
    for s in statements:
        told = bool(s.amount or s.rounds or s.investors)
        if news is None:
            news = s if told and s.company and not s.background else None
        elif told and (not s.company or any(same_company(a.text, b.text) for a in s.company for b in news.company)):
            s.background |= _is_of_before(s, news, body, backed=backed)
        backed |= bool(news and s.investors)


def _is_of_before(statement: Statement, news: Statement, body: str, *, backed: bool) -> bool:
    """Whether a month dates what is told before the news; a day besides may be that of the news itself."""
    if _is_of_the_day(statement, body) or (_tells_more_of(statement, news) and not statement.past):
        return False
    alone = not (statement.amount or statement.rounds)
    # who founded the firm in a month did not invest now either
    month = (_ANY_MONTH if alone else _MONTH).search(
        body, statement.start, statement.end if statement.past else _first_fact(statement)
    )
    if month is None or month[0] in body[: news.end]:
        return False
    return not _DAY.match(body, month.end()) or _tells_another(statement, news) or (alone and backed)


def _tells_more_of(statement: Statement, news: Statement) -> bool:
    """Whether the statement names the round of the news, or its sum, and nothing else of the kind."""
    rounds, told = ({m.round for m in s.rounds} for s in (statement, news))
    sums = [s.amount.money.value for s in (statement, news) if s.amount]
    if rounds and told:
        return bool(rounds & told) and len(set(sums)) < 2
    return len(sums) == 2 and sums[0] == sums[1]


def _tells_another(statement: Statement, news: Statement) -> bool:
    """Whether the statement names another round than the news, or another sum."""
    both = (statement.rounds and news.rounds) or (statement.amount and news.amount)
    return bool(both) and not _tells_more_of(statement, news)


def _is_of_the_day(statement: Statement, body: str) -> bool:
    """Whether the sentence says that it is news, though it names a year besides."""
    return bool(_OF_THE_DAY.search(body, statement.start, statement.end))


def _leave_partners_out(deals: list[Deal], doc: Doc) -> list[Deal]:
    """Who founds a venture with others gets none of its money, unless the title says so."""
    body = doc.user_data["text"]
    lists = [
        [name.text for name in s.investors]
        for s in doc.user_data.get("statements", ())
        if len(s.investors) > 1 and VENTURE.search(body, s.start, s.end)
    ]
    partners = {name for names in lists for name in names}
    cut = body.find("\n")
    return [
        deal for deal in deals if not partners.intersection(n.text for n in deal.names) or deal.names[0].start < cut
    ]


def _sums_up(doc: Doc) -> bool:
    """Whether the title tells what many firms raised in a time: the rounds below it are its examples."""
    body = doc.user_data["text"]
    return sums_up(doc.user_data["language"], body[: body.find("\n")])


def _is_history(deal: Deal, doc: Doc) -> bool:
    """Whether a round is only told with its year, below the title: what the firm did before the news.

    Where the title speaks of no money, the year is enough; else the rules have to hold it for past.
    """
    body = doc.user_data["text"]
    told = [s for s in deal.statements if s.amount or s.rounds or s.valuation or s.investors]
    below = 0 < body.find("\n") < min((s.start for s in told), default=0)
    other = not _speaks_of_money(doc)
    main = [s for s in told if s.amount or s.rounds] or told
    return (
        below
        and all((s.past or other) and _is_of_years_ago(s, body) for s in main)
        and not any(_is_of_the_day(s, body) for s in told)
    )


def _speaks_of_money(doc: Doc) -> bool:
    cut = doc.user_data["text"].find("\n")
    cues = [cue.label for cue in get_cues(doc) if cue.start_char < cut]
    return "object" in cues or ("strong" if doc.user_data["language"] == "en" else "raise") in cues


def _is_of_years_ago(statement: Statement, body: str) -> bool:
    """Whether a year stands before what is told of a round in its sentence, and nothing that leads back to the news."""
    fact = _first_fact(statement)
    years = list(_YEAR_ALONE.finditer(body, statement.start, fact))
    return bool(years) and not _SINCE.search(body, years[-1].end(), fact)


def _first_fact(statement: Statement) -> int:
    """Where the first thing stands that a statement tells of the round itself."""
    facts = [statement.amount, statement.valuation, *statement.rounds, *statement.investors]
    return min(fact.start for fact in facts if fact)


def _leave_repeats_out(deals: list[Deal], doc: Doc) -> list[Deal]:
    """A company's second deal stands where it has a round or a kind of its own; else it is a sum or an aside."""
    kept: list[Deal] = []
    for deal in deals:
        before = [other for other in kept if other.is_company(deal.names)]
        if not before or (_is_apart(deal, before) and not _is_dated(deal, doc.user_data["text"])):
            kept.append(deal)
    return kept


def _is_dated(deal: Deal, body: str) -> bool:
    """Whether the second deal is told with its year, as only what is long done is."""
    return any(_YEAR.search(body, s.start, s.end) for s in deal.statements if s.company)


def _is_apart(deal: Deal, before: Sequence[Deal]) -> bool:
    rounds = {mention.round for mention in deal.rounds}
    # what a sum is told of stands apart from a round that is only named beside another one
    told = {m.round for other in before for s in other.statements if s.amount or not deal.amount for m in s.rounds}
    other_kind = deal.kind in (Kind.DEBT, Kind.GRANT) and all(deal.kind is not other.kind for other in before)
    return (bool(rounds - told) or other_kind) and not all(statement.past for statement in deal.statements)


def _is_denied(doc: Doc) -> bool:
    """Whether the title denies what the text goes on to tell."""
    cut = doc.user_data["text"].find("\n")
    return any(cue.label == "denial" and cue.end_char <= cut for cue in get_cues(doc))


def _leave_old_money_out(deals: list[Deal], doc: Doc) -> list[Deal]:
    """Leaves out whom the first sentence names, without a named round, in the clause that tells of no new money."""
    body = doc.user_data["text"]
    start, end = next(((s, e) for s, e in doc.user_data["sentences"] if body[s:e].strip()), (0, 0))
    told = find_no_new_money(doc.user_data["language"], body, start, end)
    if told is None:
        return deals
    begin = max((m.end() for m in _CLAUSE.finditer(body, start, told.start())), default=start)
    stop = next((m.start() for m in _CLAUSE.finditer(body, told.end(), end)), end)
    rest = f"{body[start : told.start()]}\n{body[told.end() : end]}"
    if told.lastgroup and tells_new_money(doc.user_data["language"], rest):
        # raises $50M as it wins its first order
        return deals
    return [
        deal
        for deal in deals
        if {mention.round for mention in deal.rounds} - {"secondary"}
        or not any(_is_named(name.text, body[begin:stop]) for name in deal.names)
    ]


def _is_named(name: str, clause: str) -> bool:
    """Whether a name stands in a clause, as a word of its own where it has letters."""
    return bool(re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", clause))


def _is_told(deal: Deal, doc: Doc) -> bool:
    """Whether anything but the name is told: a value, an investor, or words that a round was raised."""
    if deal.amount or deal.rounds or deal.first("valuation") or any(s.investors for s in deal.statements):
        return True
    first = deal.statements[0]
    return (_begins_text(doc, first) and _raises(first, doc)) or any(_says_so(s, doc) for s in deal.statements)


def _raises(statement: Statement, doc: Doc) -> bool:
    """Whether a verb for raising stands in the statement, and what is raised soon behind it."""
    verbs = [cue.start_char for cue in get_cues(doc) if cue.label in ("raise", "strong")]
    objects = [cue.start_char for cue in get_cues(doc) if cue.label == "object"]
    return any(statement.start <= v < o < statement.end and o - v < 60 for v in verbs for o in objects)


def _says_so(statement: Statement, doc: Doc) -> bool:
    """Whether the statement says of its company that it raises a new round, without a sum: 远帆即将完成新一轮融资."""
    if not statement.company or statement.background or statement.strength < _LIKELY:
        return False
    verb = next(
        (
            cue
            for cue in get_cues(doc)
            if cue.label in ("raise", "strong") and 0 <= cue.start_char - statement.company[0].end <= _NEAR
        ),
        None,
    )
    body = doc.user_data["text"]
    return (
        verb is not None
        and not _AND_OTHERS.search(body, statement.company[0].end, verb.start_char)
        and any(
            0 <= span.start_char - verb.end_char <= _NEAR and _NEW_ROUND.fullmatch(span.text)
            for span in doc.spans["parties"]
            if span.label_ == "round"
        )
    )


def _begins_line(doc: Doc, statement: Statement) -> bool:
    text = doc.user_data["text"]
    return not text[text.rfind("\n", 0, statement.start) + 1 : statement.start].strip()


def _begins_text(doc: Doc, statement: Statement) -> bool:
    """Whether the statement is the title, or the first sentence where there is no title."""
    return not doc.user_data["text"][: statement.start].strip()


def _leave_asides_out(deals: list[Deal], doc: Doc) -> list[Deal]:
    """Where the title tells of one company's deal, another company's needs to be told as plainly to stand beside it."""
    cut = doc.user_data["text"].find("\n")
    titled = [deal for deal in deals if any(name.start < cut for name in deal.names)]
    if titled:
        named = [name for deal in titled for name in deal.names]
        deals = [deal for deal in deals if deal.is_company(named) or _is_plain(deal, doc.user_data["text"])]
    valued = [
        deal
        for deal in deals
        if deal.amount or deal.rounds or deal.first("valuation") or any(_says_so(s, doc) for s in deal.statements)
    ]
    return valued or deals


def _is_plain(deal: Deal, body: str) -> bool:
    told = [s for s in deal.statements if s.company]
    return any(s.trigger and s.strength > 0.8 and (s.amount or s.rounds) and not is_of_old(s, body) for s in told)
