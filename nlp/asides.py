"""What a document tells in passing: companies it only mentions, corrections, links to other news."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.statement import Statement

# a line that corrects what was said before, or leads to other news
_NO_NEWS = re.compile(
    r"\s*(?:Corrections?|Clarifications?|Related|Read (?:more|next|also)|See also|Also read)\s?[:|—–]"
)
# what stands before the company that a line is about, or whom a sentence introduces: 第二笔是智能戒指品牌某某。
_HEADING = re.compile(r"[\s\d.)、．•·*#–—-]*")
_INTRODUCING = re.compile(r".*(?:是|\b(?:is|was|comes)\b)[^，,]{0,40}", re.DOTALL)
_IT = re.compile(r"[\s.]*(?:(?:It|The (?:company|firm|startup|start-up))\b|[该这]?家?公司|[本此该]轮|[其它])")
_END = re.compile(r"[”」\"’）)]*[。.!！?？]?\s*")
# a month without its day is past: Tindra got $750 million in September
_OLD_MONTH = re.compile(
    r"\b(?:in|since) (?:early |late |mid-)?(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)\b(?! \d{1,2}\b)"
)

# a headline in quotes, below the title: an example, or what others wrote
_HEADLINE = re.compile(
    r"(?:[“\"](?P<words>[^“”\"《》\n一-鿿]{10,140})[^,][”\"]"
    r"(?!,? ?(?:said|says|told|added|adds|wrote|writes|according)\b| ?[–—-] ?(?:press )?release)"
    r"|《(?P<title>[^《》\n]{8,60})》)"
)
_RUNS = re.compile(
    r"\b(?:raises|lands|secures|closes|bags|nabs|gets|wins|scores|snags|nets|completes|in talks)\b|完成|获|拟"
)
# before words that someone says, or before a release's title
_SAYING = re.compile(r"\b(?:said|says|added|adds|told \w+|titled|headlined|announced|reported)[:,]? ?\Z")
# what a firm has raised in all, in a list that compares firms by it: 甲已经筹集200亿美元；乙120亿美元左右
_IN_ALL = re.compile(r"(?:已经?|累计|总共|一共|迄今|至今)\s?共?(?:筹集|融资|募集|融了|融到|拿了|拿到)")
_IS_RAISED = re.compile(r"获|完成|宣布|融资|领投|投资")


def leave_asides_out(statements: Sequence[Statement], body: str) -> list[Statement]:
    """The statements without companies that are named in passing; corrections, links, quoted headlines are no news."""
    kept = [
        s
        for k, s in enumerate(statements)
        if not (k and _is_passing(s, body)) or _is_told_on(statements[k + 1 : k + 2], body)
    ]
    if not any(s.company for s in kept) and "\n" not in body.strip():
        # the money of a text without a title is for the only company that it names
        kept = list(statements)
    for s in kept:
        s.background |= bool(_NO_NEWS.match(body, s.start)) or _is_quoted_headline(s, body) or _is_total(s, body)
    return kept


def _is_told_on(following: Sequence[Statement], body: str) -> bool:
    """Whether the next sentence tells a round of whom the one before it names: It raised $9 million."""
    return any(not s.company and (s.amount or s.rounds) and _IT.match(body, s.start) for s in following)


def _is_passing(statement: Statement, body: str) -> bool:
    """Whether the only mention of a company, within a line, tells nothing of it: Fluidics on a chip, said Ada Orr."""
    told = statement.amount or statement.rounds or statement.valuation or statement.total or statement.investors
    if told or statement.trigger or not statement.company:
        return False
    name = statement.company[0]
    before = body[body.rfind("\n", 0, statement.start) + 1 : name.start]
    introduced = _INTRODUCING.fullmatch(before) and _END.fullmatch(body, name.end, statement.end)
    once = all(body.count(name.text) == 1 for name in statement.company)
    return once and not introduced and not _HEADING.fullmatch(before)


def _is_quoted_headline(statement: Statement, body: str) -> bool:
    """Whether a statement is a headline that the text quotes: I could write “Quillo raises $9 million” in my sleep."""
    facts = [fact for fact in (statement.amount, statement.valuation, *statement.rounds) if fact]
    if not (statement.company and facts) or "\n" not in body:
        return False
    if statement.company[0].text in body[: body.find("\n")]:
        # what the title's own firm is quoted with is its news
        return False
    told = [(each.start, each.end) for each in (statement.company[0], *facts)]
    first, last = min(start for start, _ in told), max(end for _, end in told)
    below = max(statement.start - 1, body.find("\n") + 1)
    return any(
        quoted.start() < first
        and last < quoted.end()
        and _RUNS.search(quoted[0])
        and not _SAYING.search(body[max(0, quoted.start() - 20) : quoted.start()])
        for quoted in _HEADLINE.finditer(body, below, statement.end + 2)
    )


def _is_total(statement: Statement, body: str) -> bool:
    """Whether clauses between semicolons tell firms' totals: this one says so, or one before it and this but a sum."""
    if statement.amount is None or statement.rounds or statement.investors:
        return False
    told = body[statement.start : statement.end].rstrip()
    if told.endswith("；") and _IN_ALL.search(told) and not _IS_RAISED.search(_IN_ALL.sub("", told)):
        return True
    before = body[: statement.start].rstrip()
    begin = max(before.rfind(stop) for stop in "。！？\n") + 1
    return before.endswith("；") and bool(_IN_ALL.search(before, begin)) and not _IS_RAISED.search(told)


def is_of_old(statement: Statement, body: str) -> bool:
    """Whether the sentence dates what it tells by a month, as news of the day does not."""
    return bool(_OLD_MONTH.search(body, statement.start, statement.end))
