"""Reads Chinese sentences into statements: who raises, from whom, how much."""

from __future__ import annotations

import re

from domain.event import Kind, Status
from nlp.lang.zh import cues
from nlp.lang.zh.names import is_name, names_in_list, names_in_phrase
from nlp.lang.zh.roles import assign_roles
from nlp.lexicon import load_words
from nlp.mentions import MoneyMention, Name, RoundMention
from nlp.statement import Statement

_BREAK = re.compile(r"[，。；！？\n,;!?|｜：丨]|:(?=\s|[一-鿿「“\"])")
_LIST_LINE = re.compile(r"^[\s\d.、·•*#—–\-①-⑳)）【】]*(?P<name>[^｜|，,：:\n]{2,30}?)\s*(?:[｜|，,：:—]|\s-\s)\s*")
_COLUMN = re.compile(r"[｜|丨]")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.&-]*[A-Za-z0-9](?: [A-Z][A-Za-z0-9_.&-]*| AI| Labs?| Inc)*")
_NO_LATIN_NAMES = frozenset(
    [
        "AI",
        "ARR",
        "CEO",
        "CTO",
        "VC",
        "PE",
        "IPO",
        "APP",
        "App",
        "AGI",
        "GPU",
        "MAU",
        "DAU",
        "SaaS",
        "LLM",
        "AIGC",
        "Pre",
        "Series",
        "Agent",
        "Agents",
        "ToB",
        "ToC",
        "CFO",
        "COO",
        "GMV",
        "YC",
        "CVC",
        "FA",
        "TS",
        "USD",
        "RMB",
        "MCN",
        "DTC",
        "AR",
        "VR",
        "XR",
        "IP",
        "API",
        "PR",
        "TMT",
        "SUV",
        "EDA",
        "DPU",
        "CPU",
        "MCU",
        "A",
        "B",
        "C",
        "D",
        "GP",
        "LP",
    ]
)
_VENTURE = re.compile(
    r"合资(?:公司|企业|项目)|基础设施(?:建设)?(?:项目|计划)|投资承诺|(?:启动|宣布)[“「]?[^，。]{2,12}[”」]?(?:计划|项目)|启动“"
)
_VENTURE_NAMES = [
    re.compile(p)
    for p in (
        r"(?:合资(?:公司|企业|项目)|建设项目|基础设施项目|建设计划)[“「]?(?P<n>[A-ZÀ-Þ][A-Za-zÀ-ÿ]*(?: [A-ZÀ-Þ][A-Za-zÀ-ÿ]*){0,2}|(?<=[“「])[一-鿿]{2,8}(?=[”」]))",
        r"(?:启动|组建|成立|设立)[“「](?P<n>[^”」]{2,16})[”」]",
        r"^[\s\-·•*]*(?P<n>[A-ZÀ-Þ][\wÀ-ÿ]*(?: [A-ZÀ-Þ][\wÀ-ÿ]*){0,2}|[一-鿿]{2,8})：",
    )
]
_PARTNERS = re.compile(
    r"(?:^|[，。：:；\s]|由)(?P<list>[^，。：:；]{2,60}?(?:、|和|与)[^，。：:；]{2,30}?)(?=(?:今晨|今日|当地时间|共同|联合|一起|在[^，。]{2,8})*(?:宣布|推动|参与|组建|发起|出资|启动|成立|投资))"
)


class SentenceReader:
    """Reads one sentence of a text; `money` and `rounds` are the mentions within it."""

    def __init__(
        self,
        text: str,
        start: int,
        end: int,
        money: list[MoneyMention],
        rounds: list[RoundMention],
    ) -> None:
        self.text, self.start, self.end = text, start, end
        self.sentence = text[start:end]
        self.money = assign_roles(text, money, start, end)
        self.rounds = rounds

    def read(self) -> list[Statement]:
        """The statements of the sentence, in its order."""
        found = (
            self._venture()
            or (self._list_line() if len(_COLUMN.findall(self.sentence)) > 1 else [])
            or self._raises()
            or self._invests()
            or self._possessive()
            or self._list_line()
            or self._valued()
        )
        if not found and (party := self._parties_only()):
            found = [party]
        for index, statement in enumerate(found):
            reach = found[index + 1].start if index + 1 < len(found) else self.end
            self._complete(statement, reach, alone=len(found) == 1)
        return found

    def _raises(self) -> list[Statement]:
        found: list[Statement] = []
        floor = self.start
        for match in cues.RAISE.finditer(self.text, self.start, self.end):
            if match.start() < floor:
                continue
            window = self.text[match.end() : min(self.end, match.end() + 60)]
            stop = re.search(r"[。；！？\n]", window)
            window = window[: stop.start()] if stop else window
            target = cues.OBJECT.search(window)
            amount = next(
                (
                    m
                    for m in self.money
                    if m.role == "amount" and match.start() <= m.start and m.core - match.end() < 45
                ),
                None,
            )
            if target is None and not (amount and match[0].startswith(("融", "募", "筹", "吸", "再融", "拟"))):
                continue
            gap = window[: target.start()] if target else ""
            if "，" in gap and not (amount and amount.start < match.end() + len(gap)):
                continue
            subject = self._subject(floor, match.start())
            if subject is None:
                continue
            statement = Statement(match.start(), match.end(), company=subject, trigger=match.span())
            statement.strength = 1.0 if amount or self.rounds else 0.7
            found.append(statement)
            floor = self._reach(match.end())
        if not any(s.company for s in found):
            return found[:1]
        return [s for s in found if s.company]

    def _reach(self, start: int) -> int:
        """Where a statement's own clause ends, so that the next subject is looked for behind it."""
        match = re.compile(
            r"[。；！？\n]|[，,](?=[^，。；]{2,24}(?:完成|获得|获|宣布)[^，。；]{0,20}(?:轮|融资|投资))"
        ).search(self.text, start, self.end)
        return match.end() if match else self.end

    def _subject(self, start: int, end: int) -> list[Name] | None:
        """The names before a verb; empty where it is 公司 or nothing, None where it can be no company."""
        end = self._before_facts(start, end)
        chunks = list(_BREAK.split(self.text[start:end]))
        position = end
        for chunk in reversed(chunks[-4:]):
            begin = position - len(chunk)
            words = load_words("zh", "words")
            bare = chunk.strip(' 「」“”"（）()')
            if re.search(r"(?:\d+|[两三四五六七八九十数多几])家[^，]{0,12}(?:公司|企业|初创)?\Z", bare):
                return None
            for filler in sorted(words["fillers"], key=len, reverse=True):
                bare = bare.removeprefix(filler)
            names = names_in_phrase(self.text, begin, position)
            if names:
                return names
            if bare in words["no_companies"] or bare.startswith(
                ("公司", "该公司", "其", "团队", "本轮", "此轮", "此次")
            ):
                return []
            position = begin - 1
        latin = self._nearest_latin(start, end)
        return [latin] if latin else []

    def _nearest_latin(self, start: int, end: int) -> Name | None:
        """The last Latin name before the verb: clauses of a chatty sentence hide no other company."""
        names = [Name(m[0], m.start(), m.end()) for m in _LATIN_NAME.finditer(self.text, start, end)]
        names = [
            n
            for n in names
            if is_name(n.text)
            and n.text not in _NO_LATIN_NAMES
            and not re.match(r"\s?(?:创始人|CEO|CTO|联合创始人|合伙人|员工|前|旗下|背景)", self.text[n.end : n.end + 6])
        ]
        return names[-1] if names and end - names[-1].end < 40 else None

    def _possessive(self) -> list[Statement]:
        """ "英伟达参与了 Kore.ai 的 1.5 亿美金融资", "Perplexity AI 的 B 轮融资"."""
        for mention in [m for m in self.money if m.role == "amount"] + [r for r in self.rounds if r.round]:
            after = self.text[mention.end : mention.end + 16]
            if not re.match(
                r"\s?(?:的|元)?\s?(?:[A-K]\+?\s?轮|天使轮|种子轮|新一轮|战略)?\s?(?:融资|投资|轮)", after
            ) and not self.text[mention.start : mention.end].endswith("轮"):
                continue
            owner = re.search(
                r"(?P<name>[A-Za-z0-9][\w.&·-]*(?: [A-Z][\w.&-]*){0,3}|[「“][^」”]{2,16}[」”]|(?<=[了入投])[一-鿿]{2,8})\s?的\s?(?:新的?|这轮|最新)?\s?\Z",
                self.text[self.start : mention.start],
                re.ASCII,
            )
            if not owner:
                continue
            begin, end = self.start + owner.start("name"), self.start + owner.end("name")
            names = names_in_phrase(self.text, begin, end)
            if names and names[0].text not in _NO_LATIN_NAMES:
                return [
                    Statement(
                        mention.start, mention.end, company=names, trigger=(mention.start, mention.end), strength=0.8
                    )
                ]
        return []

    def _before_facts(self, start: int, end: int) -> int:
        """Drops a round or an amount that stands between the subject and the verb: Stability AI种子轮融资1.01亿."""
        mentions: list[MoneyMention | RoundMention] = [*self.rounds, *self.money]
        for mention in mentions:
            if start + 2 <= mention.start and mention.end <= end and end - mention.end <= 2:
                return mention.start
        return end

    def _venture(self) -> list[Statement]:
        """A joint venture and its partners: 美国政府、OpenAI、甲骨文和软银宣布将组建合资企业Stargate（星际之门）."""
        cue = _VENTURE.search(self.text, self.start, self.end)
        named = (
            next((m for p in _VENTURE_NAMES if (m := p.search(self.text, self.start, self.end))), None) if cue else None
        )
        if not cue or not named:
            return []
        name = Name(named["n"], named.start("n"), named.end("n"))
        names = [name]
        alias = re.compile(r"[」”]?[（(](?P<a>[^（）()]{2,20})[）)]").match(self.text, name.end, self.end)
        if alias and is_name(alias["a"]):
            names.append(Name(alias["a"], alias.start("a"), alias.end("a")))
        amount = next((m for m in self.money if m.role == "amount" and m.money.min is None), None) or next(
            (m for m in self.money if m.role == "amount"), None
        )
        partners = max(
            (names_in_list(self.text, *m.span("list")) for m in _PARTNERS.finditer(self.text, self.start, self.end)),
            key=len,
            default=[],
        )
        statement = Statement(self.start, self.end, company=names, trigger=cue.span(), amount=amount)
        statement.investors = [p for p in partners if p.text != name.text]
        statement.kind = Kind.COMMITMENT
        return [statement]

    def _invests(self) -> list[Statement]:
        for match in cues.INVEST.finditer(self.text, self.start, self.end):
            if match["to"]:
                target = names_in_phrase(self.text, match.start("target"), match.end("target"))
            else:
                stop = re.compile(
                    r"[，。；！？\n、]|(?:近|约|超|逾|数|最高|高达)?\d|数[千百十亿万]|[A-K]\d?\+?轮|天使轮|种子轮|Pre|的|新一轮|融资|首轮|[（(]"
                ).search(self.text, match.end(), self.end)
                target = names_in_phrase(self.text, match.end(), stop.start() if stop else self.end)
            if not target or not is_name(target[0].text):
                continue
            investors = self._list_before(match.start(), stop_at_comma=True)
            amount = any(m.role == "amount" for m in self.money)
            if not investors or not (amount or match["lead"] or match["to"] or self.rounds):
                continue
            statement = Statement(
                match.start(), match.end(), company=target[:1], trigger=match.span(), investors=investors, strength=0.8
            )
            if match["lead"]:
                statement.leads = list(investors)
            else:
                statement.sole = len(investors) == 1
            return [statement]
        return []

    def _valued(self) -> list[Statement]:
        match = cues.VALUED.search(self.text, self.start, self.end)
        if not match or not any(m.role == "valuation" for m in self.money):
            return []
        subject = self._subject(self.start, match.start())
        if not subject:
            return []
        strength = 0.8 if re.search(r"融资|投资|轮|投后|投前", self.sentence) else 0.55
        return [Statement(match.start(), match.end(), company=subject, trigger=match.span(), strength=strength)]

    def _list_line(self) -> list[Statement]:
        """ "玉兔听写｜天使轮｜500万元｜投资方：清流资本"."""
        match = _LIST_LINE.match(self.sentence)
        facts = [m for m in self.money if m.role == "amount"] + [r for r in self.rounds if r.round]
        if (
            not match
            or not facts
            or len(self.sentence) > 160
            or min(f.start for f in facts) < self.start + match.end("name")
        ):
            return []
        names = names_in_phrase(self.text, self.start + match.start("name"), self.start + match.end("name"))
        if not names or cues.NO_ROUND.search(self.sentence):
            return []
        return [Statement(self.start, self.end, company=names, strength=0.6)]

    def _parties_only(self) -> Statement | None:
        statement = Statement(self.start, self.end, strength=0.0)
        leads, investors = self._parties(self.start, self.end)
        told = leads or investors or self.rounds or self.money
        return statement if told else None

    # -- completion -------------------------------------------------------------------------------------------

    def _complete(self, statement: Statement, reach: int, *, alone: bool) -> None:
        begin = self.start if alone else statement.start
        money = [m for m in self.money if begin <= m.start < reach]
        statement.amount = next((m for m in money if m.role == "amount"), None)
        statement.valuation = next((m for m in money if m.role == "valuation"), None)
        statement.total = next((m for m in money if m.role == "total"), None)
        statement.rounds = [r for r in self.rounds if begin <= r.start < reach and not self._past_round(r)]
        leads, investors = self._parties(self.start if alone else begin, reach)
        own = {n.text for n in statement.company}
        if investors and not leads:
            tail = self.text[investors[-1].end : investors[-1].end + 6]
            statement.shared = bool(
                re.match(r"[」”]?等|[（(]?.{0,3}等", tail)
                or re.search(
                    r"跟投|参投|老股东|参与|联合|共同|背书|包括", self.text[max(begin, investors[0].start - 8) : reach]
                )
            )
            statement.sole = statement.sole or not statement.shared
        statement.leads = _unique(statement.leads + leads, own)
        statement.investors = _unique(statement.leads + statement.investors + investors, own)
        clause = self.text[begin:reach]
        statement.kind = statement.kind or self._kind(statement, clause)
        statement.status = (
            Status.DENIED
            if cues.DENIAL.search(clause)
            else Status.RUMOURED
            if self._rumoured(statement, reach)
            else Status.ANNOUNCED
        )
        statement.background = self._background(statement, clause)

    def _rumoured(self, statement: Statement, reach: int) -> bool:
        """Whether the words around the trigger and the amount tell it as rumour."""
        begin = max(self.start, statement.start - 45) if statement.strength else self.start
        last = max([m.end for m in (statement.amount, statement.valuation) if m] + [statement.end])
        return bool(cues.RUMOUR.search(self.text[begin : min(reach, last + 14)]))

    def _past_round(self, mention: RoundMention) -> bool:
        before = self.text[max(self.start, mention.start - 12) : mention.start]
        after = self.text[mention.end : mention.end + 6]
        return (
            bool(
                re.search(r"(?:继|上一轮|上轮|此前的?|曾|去年|较|是|前一轮|已启动)[^，。；]{0,8}\Z", before)
                and re.search(r"(?:后|之后|时|投资方|股东|融资后|的)", after)
            )
            or bool(re.match(r"(?:投资方|股东|融资筹备|领投方)", after))
            or bool(re.search(r"(?:启动|筹备)\Z", before) and "筹备" in after)
        )

    def _background(self, statement: Statement, clause: str) -> bool:
        trigger = statement.start - self.start
        near = self.sentence[max(0, trigger - 24) : trigger + 30] if statement.strength else self.sentence
        if cues.BACKGROUND.search(near) and not (self.start < 2 and statement.strength):
            return True
        if statement.strength and cues.TOTALS.search(self.sentence[: trigger + 40]) and not statement.rounds:
            return True
        near = (
            self.text[max(self.start, statement.start - 14) : min(self.end, statement.end + 30)]
            if statement.strength
            else clause
        )
        return bool(cues.NO_ROUND.search(cues.BEFORE_LISTING.sub("", near))) and not re.search(
            r"轮融资|战略融资|独家投资|领投|轮|融资\d|融资[近超约数]", near
        )

    def _kind(self, statement: Statement, clause: str) -> Kind | None:
        if statement.amount is not None:
            beside = self.text[max(self.start, statement.amount.start - 12) : min(self.end, statement.amount.end + 14)]
            if cues.DEBT.search(beside) and "股权" not in beside:
                return Kind.DEBT
            if cues.GRANT.search(beside):
                return Kind.GRANT
        if cues.COMMITMENT.search(self.sentence) and not any(r.round for r in statement.rounds) and "轮" not in clause:
            return Kind.COMMITMENT
        return None

    # -- parties ----------------------------------------------------------------------------------------------

    def _leads(self, start: int, end: int) -> list[Name]:
        leads: list[Name] = []
        for match in cues.LEAD_IS.finditer(self.text, start, end):
            leads += names_in_list(self.text, match.end(), self._list_end(match.end(), end))
        for match in cues.LEAD.finditer(self.text, start, end):
            if (
                re.match(
                    r"(?:方|机构|人|的(?:是|有|为)|了|过)?\s?(?:为|是|：|:)", self.text[match.end() : match.end() + 5]
                )
                and "领投" in match[0]
            ):
                continue
            if re.match(r"[方机人]", self.text[match.end() : match.end() + 1]):
                continue
            leads += self._list_before(match.start(), floor=start)
        return leads

    def _parties(self, start: int, end: int) -> tuple[list[Name], list[Name]]:
        leads = self._leads(start, end)
        investors: list[Name] = []
        for match in cues.FOLLOW_IS.finditer(self.text, start, end):
            stop = self._list_end(match.end(), end)
            names = names_in_list(self.text, match.end(), stop)
            investors += names
            leads += [n for n in names if re.match(r"\s?[（(](?:联合|共同|独家)?领投", self.text[n.end : n.end + 6])]
        for match in cues.GOT_FROM.finditer(self.text, start, end):
            got = self._got_from(match)
            if "领投" in match["tail"] or "独家" in match["tail"] or "独投" in match["tail"]:
                leads += got
            investors += got
        for match in cues.FROM.finditer(self.text, start, end):
            investors += names_in_list(self.text, *match.span("list"))
        for match in cues.GOT.finditer(self.text, start, end):
            investors += self._got_money_of(match.end(), end)
        for match in cues.FOLLOW.finditer(self.text, start, end):
            if re.match(
                r"[方机人者额]|界|圈|组合|基金|公司|集团|总额|总监|经理|价值|银行|顾问|管理|有限|合伙|控股|资本|中心|促进",
                self.text[match.end() : match.end() + 2],
            ):
                continue
            if (
                re.search(r"独家\Z|战略\Z", self.text[max(start, match.start() - 2) : match.start()])
                and "投资" in match[0]
                and "独家" in self.text[max(start, match.start() - 4) : match.start()]
            ):
                continue
            names = self._list_before(match.start(), floor=start)
            investors += names
        return leads, investors

    def _got_from(self, match: re.Match[str]) -> list[Name]:
        """获A、B数千万元战略投资: the list ends where money or a round begins."""
        begin, end = match.span("list")
        cut = min(
            [m.start for m in self.money if begin <= m.start < end]
            + [r.start for r in self.rounds if begin <= r.start < end]
            + [end]
        )
        if cut == begin:
            return []
        return names_in_list(self.text, begin, cut)

    def _got_money_of(self, start: int, end: int) -> list[Name]:
        """获红杉、蓝驰超亿元融资, 获字节跳动数千万元A轮融资: names between the verb and the money or round."""
        facts = [m.start for m in self.money if start <= m.start < end] + [
            r.start for r in self.rounds if start <= r.start < end
        ]
        first = min(facts, default=-1)
        if first < start + 2 or first - start > 60:
            return []
        gap = self.text[start:first]
        if re.search(
            r"[，。；！？\n,]|投资|领投|跟投|融资|轮|共|累计|连续|用户|国家|政府|批准|认证|奖", gap
        ) or not re.search(r"融资|投资|注资|战投|增资", self.text[first : first + 40]):
            return []
        return names_in_list(self.text, start, first)

    def _list_end(self, start: int, end: int) -> int:
        match = re.compile(
            r"[。；;！？\n｜|]|，(?=[^，。；、]{0,30}(?:领投|跟投|担任|财务顾问|参投|追加|持续|此轮|本轮|融资|资金|所募|将|募集|公司|由|用于|估值|投后|投前|老股东|据|其中|目前|以))|(?:共同|联合)?(?:投资|出资)(?=[。，])"
        ).search(self.text, start, end)
        return match.start() if match else end

    def _list_before(self, position: int, *, floor: int | None = None, stop_at_comma: bool = False) -> list[Name]:
        """The enumeration that ends at `position`: back to 由, a comma, or the words for the round."""
        floor = self.start if floor is None else floor
        text = self.text
        begin = position
        while begin > floor:
            char = text[begin - 1]
            if char in "。；！？\n;!?：:｜|「【":
                break
            if char in "，," and not self._list_goes_on(begin, position):
                break
            begin -= 1
        phrase = text[begin:position]
        for marker in (
            "由",
            "获得",
            "获",
            "完成",
            "引入",
            "包括",
            "来自",
            "轮融资",
            "融资",
            "本轮",
            "轮",
            "分别为",
            "其中",
            "领投的",
            "亿元",
            "万元",
            "美元",
        ):
            index = phrase.rfind(marker)
            if (
                index >= 0
                and len(phrase) - index - len(marker) >= 2
                and not (marker == "轮" and re.match(r"(?:投资方|老股东|股东)", phrase[index + 1 :]))
            ):
                begin += index + len(marker)
                phrase = text[begin:position]
        return names_in_list(text, begin, position)

    def _list_goes_on(self, comma: int, position: int) -> bool:
        """Whether a comma only separates items: a short bare name stands on both sides of it."""
        left = re.split(r"[，,。；、：:]", self.text[self.start : comma - 1])[-1]
        right = re.split(r"[，,、]", self.text[comma:position])[0]
        plain = re.compile(
            r"完成|融资|领投|跟投|参投|宣布|获|投资方|担任|顾问|估值|公司|近日|本轮|亿|万|用于|称|表示|加码|轮"
        )
        return (
            2 <= len(left) <= 14
            and 2 <= len(right) <= 14
            and not plain.search(left)
            and not plain.search(right)
            and "、" in self.text[max(self.start, comma - 40) : position]
        )


def _unique(names: list[Name], without: set[str]) -> list[Name]:
    seen = set(without)
    kept = []
    for name in names:
        if name.text not in seen:
            seen.add(name.text)
            kept.append(name)
    return kept
