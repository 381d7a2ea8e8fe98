"""Reads English sentences into statements: who raises, from whom, how much."""

from __future__ import annotations

import re
from functools import cache

from domain.event import Kind, Status
from nlp.lang.en import cues
from nlp.lang.en.names import is_crowd, is_pronoun, name_in_phrase, names_in_list
from nlp.lang.en.roles import assign_roles, is_past
from nlp.lexicon import alternation, load_words
from nlp.mentions import MoneyMention, Name, RoundMention
from nlp.patterns import AnyCase, any_case
from nlp.statement import Statement

_TAIL = any_case(
    r"(?:[\s,]+(?:has|have|had|having|is|are|was|were|be|been|being|will|would|to|just|now|also|recently|reportedly|already|quietly|successfully|officially|today|yesterday|that|it|they|he|she|we|said|says|saying|announced|announces|confirmed|"
    r"confirms|revealed|reveals|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)day|this (?:week|month|morning)|last week|in talks|looking|looks|set|planning|plans|plan|aiming|aims|hoping|hopes|trying|tries|wants|want|seeking|seeks|"
    r"close|close to|nearing|nears|about|expected|preparing|prepares|reported|said to|still|again|then|finally|not|never|could|may|might|can|soon|once|first|must|talks|working|in the process of|in discussions|discussing|considering|weighing|ready|due|likely|closing|in|"
    r"which|who|in a statement|in a filing|the company|the startup|told \w+|when|and|together|itself|CEO|co-founder))+[\s,]*\Z"
)
_CUT = re.compile(r"(?:[:;]\s|\s[—–-]\s|—|\s\|\s|[“”\"]\s)")
_PREPOSITION = any_case(
    r"(?:in|on|as|with|after|while|when|founded|backed|since|for|despite|following|led|by|at|from|amid|just|hot|fresh|based|built|born|started|during|under|under|only|less|months|weeks|days|years|though|although|once|because|if|before|until|now|meanwhile|separately|elsewhere|also|today|earlier|a week|last|this|two|three|six|created|launched|spun|known|formerly|called|having|armed|flush|today|the)\b"
)
_WITH = any_case(
    r"\b(?:with|on|after|via|through|for|following|thanks to|armed with|on the back of|behind)\s+(?:(?:a|an|its|the|new|fresh|another|over|about|nearly|some|raising|landing|securing|closing|more than)\s+)*\Z"
)
_FUNDING_NOUN = any_case(
    r"[’'\"\s-]*(?:(?:in|of|worth of|from|more in|additional|equity|seed|new|fresh|venture|private|growth|minority|oversubscribed|initial|first|second|final|latest|mega|strategic|VC|AI|primary|pre-seed|angel|total|Series [A-K]\d?|[A-Z][\w-]+)[\s-]+){0,5}(?:funding|financing|investment|round|raise|capital|seed|series|backing|fundraise|fundraising|bet|injection|infusion|deal|haul|loan|debt|grant|facility|stake|cash|money|extension|tranche|pre-seed|commitment|credit|term sheet|boost|convertible|SAFEs?)\b"
)
_LIST_LINE = re.compile(
    r"^[\s\d.)•·*#—–-]*(?P<name>[^,|—–:;(\n]{2,60}?)\s*(?:\([^)]{1,40}\)\s*)?(?:,|\||—|–|:|\s-\s|;)\s*"
)
_INTO = any_case(r"\b(?:into|in|for|on|behind|to|at|of)\s+")
# a seed round that Magie is named behind as who led it
_LED_BY_THOSE = re.compile(r",?\s(?:(?:is|was|jointly)\s)*(?:co-)?(?:led|headed|anchored)\b")
_ROUND_NOUN = any_case(
    r"\b(?:round|deal|raise|financing|funding|investment|seed|series|bet|extension|transaction|fundraise|tranche)\b"
)
# what an investor led before: Halden, the firm that led the initial $9 million
_EARLIER_ROUND = re.compile(
    r"\s+(?:the|its|their|an?)\s+(?:initial|first|previous|earlier|last|prior)\b(?! clos| tranche)"
)
_COUNT = any_case(r"^\s*(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several|dozens of|many|these|here are)\b")


# what partners pledge their money for: €1 billion to hydrogen venture Quillo
_SHARED_WORK = re.compile(
    r"(?i:joint venture|infrastructure|data cent|consortium)"
    r"|\bpledg(?:e|es|ed|ing)\b[^;\n]{0,60}\bto (?:[\w-]+ ){0,3}venture (?!Capital|Debt|Firm|Fund|Partner|Studio)[A-Z]"
)
_VENTURE = any_case(
    r"\bjoint venture\b|\b(?:infrastructure|construction|AI)\s(?:\w+\s)?venture\b|\binfrastructure (?:project|initiative|partnership|program)\b"
)
_VENTURE_NAMES = [
    re.compile(p)
    for p in (
        r"joint venture,\s(?P<n>[A-ZÀ-Þ][\w-]*(?:\s[A-ZÀ-Þ][\w-]*){0,3}),",
        r"(?P<n>[A-ZÀ-Þ][\w-]*(?:\s[A-ZÀ-Þ][\w-]*){0,3}),\s(?:an?|the|their)\s(?:[\w-]+\s){0,6}(?:joint venture|venture|project|initiative)\b",
        r"(?P<n>[A-ZÀ-Þ][\w-]*(?:\s[A-ZÀ-Þ][\w-]*){0,2})\sis\s(?:an?|the)\s(?:[\w-]+\s){0,6}(?:joint venture|venture|project|initiative)\b",
        r"(?:venture|project|initiative)\s(?:called|named|dubbed)\s(?P<n>[A-ZÀ-Þ][\w-]*(?:\s[A-ZÀ-Þ][\w-]*){0,2})",
    )
]
_FORMED = re.compile(
    r"\b(?:have |has |had )?(?:formed|unveiled?s?|announced?|launch(?:ed)?|set up|created|agreed|pledged?|teamed up|established|joined forces)\b"
)
_PARTNERS_AFTER = [
    re.compile(p)
    for p in (
        r"\bin which\s",
        r"\bventure of\s",
        r"\bbrings? together\s",
        r"\b(?:backed|owned|founded|formed) by\s",
        r"\bbetween\s",
        r"\bpartners:?\s",
    )
]


@cache
def _headline_verbs() -> AnyCase:
    verbs = alternation(load_words("en", "words")["headline_verbs"])
    return any_case(rf"(?<=\s)(?:{verbs})\b|,\s|:\s")


# what a sum is where someone's stake is spoken of
_STAKE = re.compile(
    r"\s+(?:to its\s+)?(?:(?P<inner>[A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*)?)\s+)?(?:[a-z-]+\s+)?"
    r"(?:investment|stake|bet|funding commitment|commitment)\b(?:\s+(?:in|into|to|on)\s+(?=(?P<to>[A-Za-z])))?",
    re.IGNORECASE,
)
_OWNER = re.compile(r"(?P<name>[A-Z][\w.&]*(?: [A-Z][\w.&]*){0,3})(?:[’']s|(?<=s)[’']) (?:[a-z-]+ ){0,3}\Z")


class SentenceReader:
    """Reads one sentence of a text; `money` and `rounds` are the mentions within it."""

    def __init__(self, text: str, start: int, end: int, money: list[MoneyMention], rounds: list[RoundMention]) -> None:
        self.text, self.start, self.end = text, start, end
        self.sentence = text[start:end]
        self.money = assign_roles(text, money, start, end)
        self.rounds = rounds

    def read(self) -> list[Statement]:
        """The statements of the sentence, in its order."""
        found = self._venture() or self._owned_stake() or self._raises()
        found += [s for s in self._invests() if not any(s.amount and f.amount is s.amount for f in found)]
        found += self._valued() if not any(s.company for s in found) else []
        if not found:
            found = self._list_line() or self._venture() or self._with_funding() or self._possessive()
        if not found and (party := self._parties_only()):
            found = [party]
        for statement in found:
            self._complete(statement, alone=len(found) == 1)
        return found

    # -- triggers ---------------------------------------------------------------------------------------------

    def _raises(self) -> list[Statement]:
        found: list[Statement] = []
        floor = self.start
        triggers = list(cues.RAISE.finditer(self.text, self.start, self.end))
        for index, match in enumerate(triggers):
            limit = self.end
            governed = self._object(match, limit)
            if governed is None:
                continue
            later = [t for t in triggers[index + 1 :] if t.start() < governed[0]]
            if any(self._object(t, self.end) == governed for t in later):
                continue  # a later verb stands closer to the same object
            amount, reach = governed
            stake = self._stake(match, amount)
            if stake is not None:
                found.append(stake)
                floor = max(floor, stake.end)
                continue
            subject = self._subject(floor, match.start())
            if subject is False:
                subject = self._people_of(floor, match.start(), reach)
                if subject is False:
                    continue
            if (
                not subject
                and re.match(r"raising|securing|landing|closing", match["verb"], re.IGNORECASE)
                and not is_pronoun(self.text[floor : match.start()])
            ):
                name = self.headline_subject(floor)
                subject = [name] if name else None
            statement = Statement(match.start(), match.end(), trigger=(match.start(), match.end()))
            statement.amount = next((m for m in self.money if m.start == amount and m.role == "amount"), None)
            statement.company = subject if isinstance(subject, list) else []
            statement.strength = 1.0 if cues.STRONG.match(match["verb"]) or statement.amount else 0.6
            found.append(statement)
            floor = max(floor, match.end()) if not subject else floor
        return found

    def _people_of(self, start: int, end: int, after: int) -> list[Name] | bool:
        """ "Eightfold co-founders raise $35M for Viven": what the people raise for, else whose founder or chief raises."""
        target = self._target_after(after, only=r"^\s*(?:[\w-]+\s+){0,3}?for\s+")
        if target:
            return [target]
        phrase = self.text[start:end]
        owner = re.search(
            r"(?P<name>[A-Z][^,:;]{1,40}?)(?:['’]s)?\s+(?:CEO|founder|co-founder|cofounder|chief)s?(?:\s+(?:says|has|just))*\s*\Z",
            phrase,
        )
        if not owner or re.search(r"\b(?:former|ex)\b", phrase, re.IGNORECASE):
            return False
        name = name_in_phrase(self.text, start + owner.start("name"), start + owner.end("name"))
        return [name] if name else False

    def _stake(self, match: re.Match[str], amount: int) -> Statement | None:
        """ "SoftBank completes $40B investment in OpenAI", "closes $40 Billion OpenAI Investment": the subject invests."""
        mention = next((m for m in self.money if m.start == amount), None)
        target = self._stake_target(mention) if mention else None
        investors = self._names_before(match.start())
        if mention is None or target is None or not investors:
            return None
        return Statement(
            match.start(),
            mention.end,
            company=[target],
            trigger=match.span(),
            amount=mention,
            investors=investors,
            sole=len(investors) == 1,
        )

    def _stake_target(self, mention: MoneyMention) -> Name | None:
        """In whom a sum is a stake: $40B investment in OpenAI, $40 billion OpenAI investment."""
        phrase = _STAKE.match(self.text, mention.end, self.end)
        if not phrase or not (phrase["to"] or (phrase["inner"] and phrase["inner"][0].isupper())):
            return None
        if re.search(r"\bdata cent|\bproject|plant\b", self.text[phrase.start() : phrase.end() + 30], re.IGNORECASE):
            return None
        if phrase["to"]:
            return self._target(phrase.end())
        return name_in_phrase(self.text, phrase.start("inner"), phrase.end("inner"))

    def _owned_stake(self) -> list[Statement]:
        """ "Halden's up to $4 billion Quillo investment": whose the stake is invests."""
        for mention in (m for m in self.money if m.role == "amount"):
            owner = _OWNER.search(self.text[self.start : mention.start])
            target = self._stake_target(mention) if owner else None
            name = (
                name_in_phrase(self.text, self.start + owner.start("name"), self.start + owner.end("name"))
                if owner and target
                else None
            )
            if name and target and name.text != target.text:
                trigger = (name.end, mention.end)
                return [
                    Statement(
                        name.start,
                        mention.end,
                        company=[target],
                        trigger=trigger,
                        amount=mention,
                        investors=[name],
                        sole=True,
                    )
                ]
        return []

    def _object(self, match: re.Match[str], limit: int) -> tuple[int, int] | None:
        """Where the verb's money, round or word for funding stands: (its start, its end)."""
        stop = min(limit, match.end() + 110)
        next_amounts = [m for m in self.money if match.end() <= m.start < stop and m.role in ("amount", "valuation")]
        next_rounds = [r for r in self.rounds if match.end() <= r.start < stop and r.round not in ("grant",)]
        noun = cues.OBJECT.search(self.text, match.end(), min(stop, match.end() + 70))
        spots = [(m.start, m.end) for m in next_amounts[:1] if m.role == "amount"] + [
            (r.start, r.end) for r in next_rounds[:1]
        ]
        if noun and not any(s <= noun.start() + 25 for s, _ in spots):
            spots.append((noun.start(), noun.end()))
        if not spots:
            return None
        best = min(spots)
        between = self.text[match.end() : best[0]]
        if len(between) > 75 or re.search(
            r"[.;]\s|\bthat\b|\bwhich\b|\bto (?!raise|secure|\$)[a-z]+ (?!up)|\bas\b|\bwhile\b", between
        ):
            return None
        amount = next((m for m in next_amounts if m.role == "amount" and m.start - best[0] < 60), None)
        return (amount.start, amount.end) if amount else best

    def _invests(self) -> list[Statement]:
        found = []
        for match in cues.INVEST.finditer(self.text, self.start, self.end):
            statement = self._invest(match)
            if statement:
                found.append(statement)
                break
        return found

    def _invest(self, match: re.Match[str]) -> Statement | None:
        after = self.text[match.end() : self.end]
        amount = next((m for m in self.money if m.role == "amount" and 0 <= m.start - match.end() < 60), None)
        if not self._is_investment(match, amount):
            return None
        target = self._receiver(match, amount)
        if match["back"] and target is None:
            return None
        investors = self._names_before(match.start())
        granted = (
            target is None
            and amount is not None
            and re.match(r"\s+(?:it|them|the company|the startup|the firm)\s", after)
        )
        if not investors or (target is None and not match["lead"] and not granted):
            return None
        statement = Statement(match.start(), match.end(), trigger=(match.start(), match.end()), amount=amount)
        statement.company = [target] if target else []
        statement.investors = investors
        if match["lead"]:
            statement.leads = list(investors)
        elif not match["join"] and amount is not None:
            statement.sole = True
        return statement

    def _is_investment(self, match: re.Match[str], amount: MoneyMention | None) -> bool:
        """Whether what follows a verb of investing is money, a round or a company."""
        after = self.text[match.end() : self.end]
        if match["back"]:
            return not re.match(r"\s+(?:by|up)\b", after)
        if match["lead"]:
            aside = re.match(r"\s+(?:by|to|the (?:way|charge|market|push|race)|in)\b", after)
            return not (aside or _EARLIER_ROUND.match(after)) and bool(_ROUND_NOUN.search(after[:90]) or amount)
        if match["join"]:
            return not re.match(r"\s+by\b", after) and bool(_ROUND_NOUN.search(after[:80]))
        plain = re.match(r"invest|bet", match[0], re.IGNORECASE) and re.match(r"\s+(?:in|into|on)\b", after)
        return amount is not None or bool(plain)

    def _receiver(self, match: re.Match[str], amount: MoneyMention | None) -> Name | None:
        """Who receives what a verb of investing gives."""
        if match["back"]:
            return self._target(match.end())
        noun = _ROUND_NOUN.search(self.text[match.end() : self.end][: 90 if match["lead"] else 80])
        behind = match.end() + (noun.end() if noun and (match["lead"] or match["join"]) else 0)
        if match["join"] and noun:
            return self._possessor(match.end(), match.end() + noun.start()) or self._target_after(behind)
        return self._target_after(max(behind, amount.end if amount else 0))

    def _valued(self) -> list[Statement]:
        valuations = [m for m in self.money if m.role == "valuation"]
        unicorn = re.search(
            r"\bunicorn (?:status|club|valuation)\b|\bbecomes? (?:\w+ ){0,3}unicorn\b", self.sentence, re.IGNORECASE
        )
        found = []
        for match in cues.VALUED.finditer(self.text, self.start, self.end):
            near = [m for m in valuations if 0 <= m.start - match.end() < 45]
            if not near and not unicorn:
                continue
            if (
                any(r.start < match.start() for r in self.rounds)
                and re.match(r"(?:now )?valued", match[0], re.IGNORECASE)
                and self._raises()
            ):
                continue
            subject = self._subject(self.start, match.start())
            if not isinstance(subject, list) or not subject:
                continue
            found.append(
                Statement(
                    match.start(), match.end(), company=subject, trigger=(match.start(), match.end()), strength=0.8
                )
            )
            break
        return found

    def _venture(self) -> list[Statement]:
        """A joint venture and its partners: "A, B and C unveiled Stargate, a joint venture for … up to $500 billion"."""
        cue = _VENTURE.search(self.text, self.start, self.end)
        if not cue:
            return []
        named = next((m for p in _VENTURE_NAMES if (m := p.search(self.text, self.start, self.end))), None)
        if not named:
            return []
        name = name_in_phrase(self.text, named.start("n"), named.end("n"))
        if not name:
            return []
        partners = self._partners(cue.start())
        verb = _FORMED.search(self.text, self.start, self.end)
        if verb and not partners:
            tail = _TAIL.search(self.text[self.start : verb.start()])
            end = self.start + tail.start() if tail else verb.start()
            begin = max((m.end() for m in re.finditer(r"\s--?\s|—|:\s", self.text[self.start : end])), default=0)
            partners, _ = names_in_list(self.text, self.start + begin, end)
        amount = next((m for m in self.money if m.role == "amount" and m.money.max != m.money.min), None) or next(
            (m for m in self.money if m.role == "amount"), None
        )
        statement = Statement(
            self.start, self.end, company=[name], trigger=cue.span(), amount=amount, investors=partners
        )
        statement.kind = Kind.COMMITMENT
        return [statement]

    def _partners(self, start: int) -> list[Name]:
        """The list of partners behind "venture of", "brings together" and the like."""
        for pattern in _PARTNERS_AFTER:
            match = pattern.search(self.text, start, self.end)
            if match:
                return names_in_list(self.text, match.end(), self.end)[0]
        return []

    def _with_funding(self) -> list[Statement]:
        """ "emerges from stealth with $33M", "With $30M in new funding, SEEQC thinks …"."""
        for mention in self.money:
            if mention.role != "amount":
                continue
            before = self.text[self.start : mention.start]
            if not _WITH.search(before) or not (
                _FUNDING_NOUN.match(self.text[mention.end : self.end])
                or re.search(r"stealth", self.sentence, re.IGNORECASE)
            ):
                continue
            head = self.start
            if len(before.strip()) < 25 and "," in self.sentence[mention.end - self.start :]:
                head = self.text.index(",", mention.end, self.end) + 1
            name = self.headline_subject(head)
            if name:
                return [Statement(mention.start, mention.end, company=[name], amount=mention, strength=0.9)]
        return []

    def _possessive(self) -> list[Statement]:
        """ "Acme's $50M Series B", "a $4M seed for AI fintech Magie", "$40M for Acme"."""
        for mention in [m for m in self.money if m.role == "amount"]:
            if not _FUNDING_NOUN.match(self.text[mention.end : self.end]):
                continue
            owner = re.search(
                r"(?P<phrase>[^,;:]{2,80})['’]s?\s+(?:[\w-]+\s+){0,3}\Z", self.text[self.start : mention.start]
            )
            name = (
                name_in_phrase(self.text, self.start + owner.start("phrase"), self.start + owner.end("phrase"))
                if owner
                else None
            )
            noun = _FUNDING_NOUN.match(self.text, mention.end, self.end)
            behind = noun.end() if noun else mention.end
            if name is None and not _LED_BY_THOSE.match(self.text, behind, self.end):
                name = self._target_after(behind, only=r"\b(?:for|in|into|to|by|at|of)\s+")
            if name:
                return [Statement(mention.start, mention.end, company=[name], amount=mention, strength=0.7)]
        return []

    def _list_line(self) -> list[Statement]:
        """ "Ladle — $4M seed — Homebrew", "1. Polder, €85 million. The Delft company …"."""
        match = _LIST_LINE.match(self.sentence)
        facts = [m for m in self.money if m.role == "amount"] + [r for r in self.rounds if r.round]
        if not match or not facts or min(f.start for f in facts) < self.start + match.end("name"):
            return []
        if len(self.sentence) > 260 or cues.NO_ROUND.search(self.sentence):
            return []
        name = name_in_phrase(self.text, self.start + match.start("name"), self.start + match.end("name"))
        if not name or name.end - name.start < (match.end("name") - match.start("name")) * 0.4:
            return []
        amount = next((m for m in self.money if m.role == "amount"), None)
        return [Statement(self.start, self.end, company=[name], amount=amount, strength=0.5)]

    def _parties_only(self) -> Statement | None:
        """A sentence that tells only who led or took part, or a valuation or a total."""
        statement = Statement(self.start, self.end, strength=0.0)
        self._read_parties(statement)
        if re.search(r"\bventure\b", self.sentence):
            statement.investors = _unique(statement.investors + self._partners(self.start), set())
        told = statement.leads or statement.investors or any(m.role in ("valuation", "total") for m in self.money)
        return statement if told or self.rounds or self.money else None

    # -- parts of a statement ---------------------------------------------------------------------------------

    def _subject(self, start: int, end: int) -> list[Name] | bool | None:
        """The names before a verb; None where it is a pronoun or nothing can be read, False where it can be no company."""
        left = self.text[start:end]
        tail = _TAIL.search(left)
        if tail:
            left = left[: tail.start()]
        cut = list(_CUT.finditer(left))
        offset = start
        if cut and not re.search(r"\s[—–]\s[^—–]+\s[—–]\s?\Z", left + " "):
            offset = start + cut[-1].end()
        phrase = self.text[offset : start + len(left)]
        if not phrase.strip():
            return None
        first, rest = offset, phrase
        while _PREPOSITION.match(rest.lstrip()) and "," in rest:
            comma = re.search(r",\s", rest)
            if comma is None:
                break
            first += comma.end()
            rest = rest[comma.end() :]
        comma = re.search(r",\s|\s[—–]\s|\s\((?!\w+\)\Z)", rest)
        head = rest[: comma.start()] if comma else rest
        if is_pronoun(head):
            return None
        if is_crowd(head) or _COUNT.match(head):
            return False
        name = name_in_phrase(self.text, first, first + len(head))
        if name is None:
            return None if head[:1].islower() or is_pronoun(head) else False
        if comma is None:
            return self._both(first, first + len(head)) or [name]
        return [name]

    def _both(self, start: int, end: int) -> list[Name] | None:
        return None

    def headline_subject(self, start: int) -> Name | None:
        """The name before the first verb of a headline, from `start`."""
        phrase = self.text[start : self.end]
        match = _headline_verbs().search(phrase.lstrip())
        lead = len(phrase) - len(phrase.lstrip())
        if not match:
            return None
        if match[0].startswith(":"):
            return self.headline_subject(start + lead + match.end())
        return name_in_phrase(self.text, start + lead, start + lead + match.start())

    def _names_before(self, position: int) -> list[Name]:
        left = self.text[self.start : position]
        tail = _TAIL.search(left)
        end = self.start + (tail.start() if tail else len(left))
        cut = list(_CUT.finditer(self.text, self.start, end))
        begin = cut[-1].end() if cut else self.start
        names, _ = names_in_list(self.text, begin, end)
        if names:
            return names
        name = name_in_phrase(self.text, begin, end)
        return [name] if name else []

    def _target(self, start: int) -> Name | None:
        """The name of a noun phrase that begins at `start`."""
        phrase = self.text[start : self.end]
        stop = re.search(
            r"(?:,|;|\.\s|\s[—–-]\s|\s(?:at|with|in|as|to|for|on|after|that|which|by|amid|from|via|who|whose|and|led|before|over|through|valuing|is|are|raise\w*|has|had|ahead|again|alongside)\s)",
            phrase[1:] + " ",
        )
        return name_in_phrase(self.text, start, start + (stop.start() + 1 if stop else len(phrase)))

    def _target_after(self, start: int, only: str | None = None) -> Name | None:
        pattern = any_case(only) if only else _INTO
        match = pattern.search(self.text, start, min(self.end, start + 60))
        return self._target(match.end()) if match else None

    def _possessor(self, start: int, end: int) -> Name | None:
        match = re.search(r"['’]s?\s", self.text[start:end])
        return name_in_phrase(self.text, start, start + match.start()) if match else None

    def _complete(self, statement: Statement, *, alone: bool) -> None:
        sentence = self.sentence
        reach = sentence if alone else self.text[statement.start : self.end]
        if statement.amount is None and alone:
            statement.amount = next(
                (m for m in self.money if m.role == "amount" and not is_past(self.text, m, self.start, self.end)), None
            )
        statement.valuation = next(
            (m for m in self.money if m.role == "valuation" and not is_past(self.text, m, self.start, self.end)), None
        )
        statement.total = next((m for m in self.money if m.role == "total"), None)
        statement.rounds = [r for r in self.rounds if self._near(r, statement, alone) and not self._past_round(r)]
        self._read_parties(statement)
        statement.kind = statement.kind or self._kind(statement, reach)
        statement.status = (
            Status.DENIED
            if cues.DENIAL.search(sentence)
            else Status.RUMOURED
            if self._rumoured(statement)
            else Status.ANNOUNCED
        )
        if cues.FUND.search(sentence) and not statement.investors and statement.strength:
            statement.background = True
        if self._vetoed(statement) or self._past(statement):
            statement.background = True

    def _near(self, mention: RoundMention, statement: Statement, alone: bool) -> bool:
        if alone or statement.amount is None:
            return True
        others = [m for m in self.money if m.role == "amount"]
        nearest = min(others, key=lambda m: min(abs(m.end - mention.start), abs(mention.end - m.start)))
        return nearest.start == statement.amount.start

    def _past_round(self, mention: RoundMention) -> bool:
        before = self.text[max(self.start, mention.start - 45) : mention.start]
        after = self.text[mention.end : min(self.end, mention.end + 40)]
        return bool(
            re.search(
                r"\b(?:since|after|following|previous|last|prior|earlier|its|former|led the|from the|at its|of its|months? after|raised a|ahead of (?:a|its))\s+(?:\$?[\d.]+\s?(?:m|million|b|billion)\s)?(?:\w+\s)?\Z",
                before,
                re.IGNORECASE,
            )
            and re.search(
                r"\b(?:since|after|following|previous|last|prior|earlier|months?|years?|ago|20\d\d|ahead)\b",
                before + after,
                re.IGNORECASE,
            )
        ) or bool(
            re.match(
                r"[^,.;]{0,25}\b(?:in (?:\w+ )?20\d\d|last (?:year|\w+)|(?:months?|years?|weeks?) (?:ago|earlier))",
                after,
                re.IGNORECASE,
            )
        )

    def _read_parties(self, statement: Statement) -> None:
        if cues.ADVISER.search(self.sentence) and not cues.LED_BY.search(self.sentence):
            return
        leads, investors = list(statement.leads), list(statement.investors)
        for match in cues.X_LED.finditer(self.text, self.start, self.end):
            leads.append(Name(match["name"], match.start("name"), match.end("name")))
        covered = self.start
        for match in cues.LED_BY.finditer(self.text, self.start, self.end):
            names, covered = names_in_list(self.text, match.end(), self._clause_end(match.end()))
            leads += names
        if not leads:
            leads += self._leading_subjects()
        for match in cues.PARTICIPANTS.finditer(self.text, self.start, self.end):
            if match.end() < covered or (
                match[0].strip().lower() == "from" and not self._from_investor(match, statement)
            ):
                continue
            names, covered = names_in_list(self.text, match.end(), self._clause_end(match.end()))
            tail = self.text[covered - 2 : covered + 40]
            if (
                len(names) == 1
                and match[0].strip().lower() == "from"
                and not re.search(r"\b(?:others|more|among|and other|including)\b", tail)
            ):
                statement.sole = True
            investors += names
        if re.search(
            r"\b(?:participation|others|among|including|joined|alongside|co-led)\b", self.sentence, re.IGNORECASE
        ):
            statement.shared = True
        investors += self._participating_subjects()
        own = {n.text.lower() for n in statement.company}
        statement.leads = _unique(leads, own)
        statement.investors = _unique(leads + investors, own)

    def _leading_subjects(self) -> list[Name]:
        offer = re.search(
            r"\b(?:has |have |had )?(?:offered|agreed|expected|set|likely|in talks|poised|slated) to (?:co-)?lead\b|\b(?:will|would|may|could|might|to) (?:co-)?lead\b",
            self.sentence,
            re.IGNORECASE,
        )
        if offer:
            return self._names_before(self.start + offer.start())
        match = re.search(
            rf"\b(?:co-)?(?:leads?|led|is leading|are leading|leading|headed|anchored|fronted|spearheaded)(?!{_EARLIER_ROUND.pattern})(?: jointly| together)?\s+(?:the|this|a|an|its|that|it|both|with|$|\W)",
            self.sentence,
            re.IGNORECASE,
        ) or re.search(
            r"\b(?:co-)?(?:led|leads|leading)(?: jointly| together)?(?=[,.;]|$)", self.sentence, re.IGNORECASE
        )
        if not match or re.search(r"\bby\s*\Z", self.sentence[: match.start()]):
            return []
        return self._names_before(self.start + match.start())

    def _participating_subjects(self) -> list[Name]:
        match = cues.PARTICIPATED.search(self.sentence)
        if not match or not match.start():
            return []
        left = self.sentence[: match.start()]
        # the names stand behind the last of these, and "existing" behind "and" belongs to them
        marks = ("; ", " with ", " while ", ": ", " and ")[: 5 if " and existing" in left else 4]
        begin = max((left.rfind(mark) + len(mark) for mark in marks if mark in left), default=0)
        names, _ = names_in_list(self.text, self.start + begin, self.start + match.start())
        return names

    def _from_investor(self, match: re.Match[str], statement: Statement) -> bool:
        """ "raises $10M from X" names investors; "a startup from Berlin" does not."""
        if statement.amount is None and not statement.rounds and not statement.strength:
            return False
        before = self.text[max(self.start, match.start() - 45) : match.start()]
        return bool(
            re.search(
                r"(?:[$€£₹¥\d]|million|billion|crore|lakh|mn|bn|funding|round|investment|seed|backing|capital|financing|series \w\d?|money|loan|facility|grant|raise[sd]?|cheque|check|stake|cash)[\s\w-]{0,20}\Z",
                before,
                re.IGNORECASE,
            )
        )

    def _clause_end(self, start: int) -> int:
        match = re.compile(
            r";|\.\s|\)\s*\.|\s[—–]\s|\bbringing\b|\bvaluing\b|\bat an?\b|\bwho\b|\bwhich\b|\bwill\b|\bsaid\b"
        ).search(self.text, start, self.end)
        return match.start() if match else self.end

    def _kind(self, statement: Statement, reach: str) -> Kind | None:
        beside = reach
        if statement.amount is not None:
            s = statement.amount
            beside = (
                self.text[max(self.start, s.start - 45) : s.start] + " " + self.text[s.end : min(self.end, s.end + 60)]
            )
        if cues.DEBT_MONEY.search(beside) and not re.search(r"\bequity\b|\band debt\b", beside, re.IGNORECASE):
            return Kind.DEBT
        if cues.GRANT.search(beside) or (cues.AGENCY.search(beside) and not statement.rounds):
            return Kind.GRANT
        if cues.COMMITMENT.search(self.sentence) and not statement.rounds and self._is_shared(statement):
            return Kind.COMMITMENT
        return None

    def _is_shared(self, statement: Statement) -> bool:
        told = _SHARED_WORK.search(self.sentence)
        return told is not None and (not told[0].startswith("pledg") or len(statement.investors) > 1)

    def _rumoured(self, statement: Statement) -> bool:
        return bool(cues.RUMOUR.search(self.sentence))

    def _vetoed(self, statement: Statement) -> bool:
        """Whether what the verb governs is a listing, a purchase, a contract and no round."""
        if statement.rounds and statement.amount:
            return False
        if statement.amount is None or not statement.trigger:
            return bool(cues.NO_ROUND.search(self.sentence))
        if cues.OF_A_ROUND.match(self.text, statement.amount.end, self.end):
            return False
        begin = max(self.start, min(statement.start, statement.amount.start) - 25)
        near = self.text[begin : min(self.end, max(statement.end, statement.amount.end) + 32)]
        return bool(cues.NO_ROUND_BESIDE.search(near))

    def _past(self, statement: Statement) -> bool:
        if statement.amount is not None:
            return is_past(self.text, statement.amount, self.start, self.end)
        return bool(cues.BACKGROUND.search(self.sentence))


def _unique(names: list[Name], without: set[str]) -> list[Name]:
    seen = set(without)
    kept = []
    for name in names:
        low = name.text.lower()
        if low not in seen:
            seen.add(low)
            kept.append(name)
    return kept
