"""The triggers and cues of English funding news, as patterns over one sentence."""

from __future__ import annotations

import re

from nlp.patterns import any_case

# verbs whose subject receives the money; they need money, a round or a word for funding behind them
RAISE = any_case(
    r"(?<![-\w])(?P<verb>rais(?:es|ed|e|ing)|lands?|landed|landing|secur(?:es?|ed|ing)|bags?|bagged|nabs?|nabbed|snags?|snagged|grabs?|grabbed|scores?|scored|clos(?:es?|ed|ing)|"
    r"gets?|got|receiv(?:es?|ed)|wins?|won|attracts?|attracted|draws?|drew|drawn|pulls? in|pulled in|picks? up|picked up|snaps? up|snapped up|scoops? up|scooped up|scoops|hauls? in|hauled in|collects?|collected|"
    r"banks|banked|pockets?|pocketed|reels? in|rakes? in|raked in|brings? in|brought in|takes? in|took in|takes?|took|obtain(?:s|ed)?|clinch(?:es|ed)|locks? (?:in|up|down)|locked (?:in|up|down)|garners?|garnered|"
    r"announc(?:es?|ed|ing)|complet(?:es?|ed|ing)|seals?|sealed|lines? up|gathers?|gathered|nets?|netted|bolsters|tops up|adds|added|gains?|gained|acquires?|wraps(?: up)?|wrapped(?: up)?|finali[sz]es?|finali[sz]ed|inks?|inked|has|finds|found|claims|amass(?:es|ed)|drums up|hits up|digs? up|dug up|musters?|mustered|cinch(?:es|ed)?|commands?|commanded|debuts?|exits?(?: stealth)?|stacks up|tacks on|scor(?:es|ed)|accept(?:s|ed)|borrow(?:s|ed)?|earn(?:s|ed)?|fetch(?:es|ed)?|reach(?:es|ed)?|swings?|extend(?:s|ed)|emerges?(?: from stealth)?|launch(?:es|ed)|"
    r"unveils|reports?|confirms?|disclos(?:es|ed)|sign(?:s|ed)|was awarded|is awarded|awarded|been awarded|seek(?:s|ing)?|sought|eye(?:s|ing)|target(?:s|ing)|near(?:s|ing)|prep(?:s|ping)|weigh(?:s|ing)|mull(?:s|ing)|pursu(?:es?|ing)|explor(?:es?|ing)|negotiat(?:es?|ing)|discuss(?:es|ing)?|plan(?:s|ning)|want(?:s|ing)|aim(?:s|ing)|considers?|considering|talking up|finaliz\w+)(?![-\w])"
)
# what must follow such a verb, before the clause ends
OBJECT = any_case(
    r"(?:funding|financing|investment|round|capital|raise|seed|series|backing|loan|debt|grant|facility|money|stake|valuation|bridge|cash|note|talks|fundrais\w+|extension|tranche|infusion|injection|equity|credit line)\b"
)
STRONG = any_case(
    r"rais|muster|digs|cinch|scor|attract|secur|bag|nab|snag|land|close|closing|pull|scoop|haul|pocket|rak|garner|clinch|bank|grab|complet"
)

# the investor is the subject: "X leads $14M seed round into Fizz", "Nvidia invests $2B in Synopsys"
INVEST = any_case(
    r"(?<![-\w])(?:(?P<lead>(?:co-)?(?:leads?|led|leading|spearhead(?:s|ed)?))|(?P<join>joins?|joined|joining|participat(?:es|ed) in|takes? part in|took part in)|(?P<back>backs?|backed|backing|funds|funded|finances|bankrolls)|"
    r"(?P<invest>(?:re)?invests?|(?:re)?invested|(?:re)?investing|bets?|betting|pours?|poured|pouring|pumps?|pumped|puts?|injects?|injected|commit(?:s|ted)?|plows?|plowed|ploughs?|sinks?|sank|plunks?|plunges?|extends?|extended|provid(?:es?|ed)|grants?|granted|awards?|awarded|hands?|handed|gives?|gave|lends?|lent|plow|pledg(?:es?|ed)|drops?|dropped|buys?|bought|takes?|took|acquires?|picks? up)"
    r")(?![-\w])"
)
VALUED = any_case(
    r"(?<!once )(?<!previously )(?<!last )(?<![-\w])(?:(?:now |is |was |gets? |been |be |are |currently )*valued (?:at|around|about|over|north|more|up|by|following|in)|(?:hits?|reach(?:es|ed)?|tripl(?:es|ed)|doubl(?:es|ed)|quadrupl(?:es|ed)|tops?|topped|cross(?:es|ed)?|soar(?:s|ed)?|jump(?:s|ed)?|ris(?:es|en)|rose|surpass(?:es|ed)?|notch(?:es|ed)|achiev(?:es|ed)|near(?:s|ing)?|eye(?:s|ing)?|seek(?:s|ing)?|target(?:s|ing)?|approach(?:es|ing)|leaps|climbs|vaults|swells|becomes?|became|joins?|attains?|gains?|gets?|lands?|earns?|commands?|fetches|breaks))(?![-\w])"
)

RUMOUR = any_case(
    r"\b(?:in (?:\w+ )?(?:talks|negotiations|discussions|conversations)|talks (?:to|with|for|on|about|over)|holding talks|hold talks|(?:is|are|was|were) (?:said|reported|understood|believed|rumou?red) to|said to be|reportedly|sources?\b(?! code)|people (?:familiar|with knowledge)|person familiar|eye(?:s|ing)|seek(?:s|ing)?|looking to (?:raise|secure)|looks to raise|plan(?:s|ning) to (?:raise|seek|invest|back)|aim(?:s|ing) (?:to|for)|consider(?:s|ing)|weigh(?:s|ing)|mull(?:s|ing)|could (?:raise|be valued|invest|value|fetch|lead|be worth)|may (?:raise|invest|be|seek)|might|near(?:s|ing)\b|close to (?:raising|closing|securing|a)|set to (?:raise|close|lead|invest|be valued|secure)|in the works|preparing to|prep(?:s|ping)|target(?:s|ing)|pursu(?:es|ing)|explor(?:es|ing)|is raising|are raising|in discussions|discuss(?:es|ing|ed)?|negotiat(?:es|ing)|offers?\b(?! of)|(?:attract|receive)[sd]? (?:investor )?(?:interest|offers)|draws? (?:vc |investor )?interest|wants? to raise|hopes? to raise|expected to|circling|rumou?r\w*|courting|courts|sounding out|finali[sz]ing|working on|on track to|would (?:value|be valued|lead|anchor|raise)|under discussion|tapping|term sheet|hasn[’']t closed|about to|advanced talks|is finali[sz]ing|in process|bid for|bidding|kicks off|lining up|prepares|proposed|potential|possible|reports? say|says report|: report|report:|- report|mooted)\b"
)
DENIAL = any_case(
    r"\b(?:denie[sd]|deny|denying|not raising|no plans to raise|rejects?|rejected|declin(?:es|ed) (?:offers?|funding|the)|turn(?:s|ed) down|shrugs? off|called off|calls off|scraps|scrapped|abandon(?:s|ed)|walks? away|not in talks|isn[’']t raising|false|fiction|collapses?|fell through|falls apart|pulled out|shelves|shelved|resist(?:s|ing))\b"
)

# what follows the sum of a round, whatever else the sentence tells: $90 million in record funding round, IPO plans expected
OF_A_ROUND = any_case(
    r"(?:(?:,? (?:in|of|via|through|for))?(?: (?:an?|its|the|his|her|their))?(?: [\w-]+){0,3}[ -](?:funding|financing|fundraising|venture|equity)"
    r"(?: round)?|(?: in)?(?: an?| its)?(?: [\w-]+){0,2} round)\b(?! (?:of|up)\b)"
)
# what makes the clause no round although money and a verb stand in it
# a later listing or a purchase that the money is for does not make the round none
AFTERTHOUGHT = r"(?<!ahead of )(?<!ahead of an )(?<!ahead of its )(?<!after its )(?<!after an )(?<!before )(?<!before an )(?<!toward an )(?<!towards an )(?<!for )(?<!pre-)(?<!planned )(?<!expected )"
NO_ROUND = any_case(
    r"\b(?:IPO|initial public offering|public offering|go(?:es|ing)? public|SPAC|share sale|secondary (?:share )?sale|tender offer|block (?:deal|trade)|QIP|rights issue|stock offering|convertible senior notes|bond(?:s| sale| offering)|acquir(?:es|ed|ing)|acquisition|buyout|takeover|to buy|buys|being bought|sells? to|sold to|to be acquired|agreed to acquire|capital spending|capital expenditures?|capex|merger|merges|merging|"
    r"settlement|lawsuit|sues|fined|charity|donat\w+|scholarship|prize|contest|accelerator program|market (?:to|size|surges|will)|revenue|earnings|profit|forecast|guidance|order from|export order|contract (?:from|with|win)|layoffs|lays off|ransom|hack(?:ed|ers)|stolen|bankrupt\w*|shut(?:s|ting)? down|winds down|dividend|buyback|election|campaign|senate|tariff|tax credit|stipend)\b"
)
# the same where it stands beside the sum
NO_ROUND_BESIDE = any_case(AFTERTHOUGHT + NO_ROUND.pattern)
FUND = any_case(
    r"\b(?:(?:new|first|second|third|fourth|fifth|sixth|debut|inaugural|flagship|growth|opportunity|venture|seed|early[- ]stage|climate|latest|AI|\$?\d+(?:\.\d+)?\s?(?:m|mn|million|b|bn|billion)|its|continuation|megafund|billion|million|mn|bn|tech|deeptech|VC|impact|crypto|infrastructure|credit|European|biotech|healthcare|thematic|solo|oversubscribed|focused|stage)[ -]fund\b(?!ing|rais)|fund (?:I|II|III|IV|V|VI|VII|VIII|IX|X|XI|\d)\b|megafund|funds? of funds|limited partners|fundraise for its|(?:for|to) (?:its|a|the) (?:\w+ ){0,3}fund\b|fund (?:to back|for|of|focused|close|closes|targeting)|venture funds?\b|fund aimed)\b"
)
BACKGROUND = any_case(
    r"\b(?:previous(?:ly)?|earlier (?:this year|rounds?|raised|in|got)|last (?:year|autumn|spring|summer|fall|winter|january|february|march|april|may|june|july|august|september|october|november|december|valued|raised|round|outing|time)|(?:in|since|during|back in) (?:early |late |mid-?)?(?:(?:january|february|march|april|may|june|july|august|september|october|november|december),? )?(?:19|20)\d\d|(?:weeks?|months?|years?) (?:ago|earlier|before)|a year (?:ago|earlier)|(?<!it )(?<!they )had (?:raised|secured|taken|closed)|had (?:previously|already|so far)|before that|its last|prior (?:round|funding)|to date|had been valued|once raised|at the time|was last|used to|its previous|already raised)\b"
)
DEBT = any_case(
    r"\b(?:debt|loans?|credit (?:line|facility)|facility|lend(?:s|er|ers|ing)?|borrow(?:s|ed|ing)?|notes? offering|financing facility|warehouse|mezzanine|term loan|venture lending|securiti[sz]ation|asset-backed)\b"
)
# debt as what the money is, not as what the company deals with
DEBT_MONEY = any_case(
    r"\bdebt\b(?![ -](?:collect|relief|manage|burden|settle|platform|recover|advis|market|trad|servic|app\b|start-?up))"
    r"|\b(?:term |bridge |bank |convertible |venture )?loans?\b(?![ -](?:app\b|platform|start-?up|market|provid|manag|servic|origin|software|business))"
    r"|\bcredit (?:line|facility)|\bline of credit|\b(?:debt|financing|loan) facility|\bfacility\b(?= (?:from|with|led|of))"
    r"|\b(?:lends|borrow(?:s|ed|ing))\b|\bnotes? offering|\bwarehouse (?:facility|line|credit|financing)|\bmezzanine (?:debt|loan|financ)"
    r"|\bventure lending|\bsecuriti[sz]ation|\basset-backed (?:facility|financing|notes|loan|securit)"
)
GRANT = any_case(r"\b(?:grants?|awarded|subsid(?:y|ies)|non-dilutive|state aid)\b")
AGENCY = re.compile(
    r"\b(?:US Navy|U\.S\. (?:Navy|Air Force|Army|Department)|DoD|Department of|DARPA|NASA|NSF|NIH|BARDA|ARPA-\w|European Innovation Council|EIC|Innovate UK|government|ministry|Commission|Energy Department|Navy|Air Force|Army|Gates Foundation)\b"
)
COMMITMENT = any_case(
    r"\b(?:joint venture|pledg(?:es?|ed|ing)|commit(?:s|ted|ment)|consortium|infrastructure (?:project|venture|initiative|plan)|over (?:the next )?(?:four|five|three|ten|\d+) years|by 20[2-4]\d|initiative|partnership to build)\b"
)
LED_BY = any_case(
    r"\b(?P<co>(?:jointly |co-?|joint )?(?:led|headed|spearheaded|anchored|fronted))(?: jointly)?\s+by\s+|\b(?:lead investors? (?:is|was|are|were|being|include[sd]?)|lead investor|co-leads?|leads?(?: investor)?):?\s+(?=[A-Z])(?!.*\b(?:round|seed|series)\b)"
)
X_LED = re.compile(r"(?P<name>(?:[A-Z][\w.&’']*|a16z)(?:\s[A-Z][\w.&’']*){0,3})-(?:co-)?led\b")
PARTICIPANTS = any_case(
    r"(?:\b(?:participation|participated|contributions?|support|backing|investments?|money|cash|funding|funds|capital|cheques?|checks?|commitments?|help|tickets?|additional participation)\s+(?:also )?(?:came |come |coming |comes )?(?:from|by|of)|\bjoined (?:in )?by|\balso (?:joined|participating|invest(?:ing|ed)|backed by|came from|include[sd]?|included)|\b(?:other|additional|new|existing|returning|participating|fellow|strategic|angel)?\s*(?:investors?|backers?|participants?|angels?) (?:in (?:the|this) (?:round|deal|raise|financing) )?(?:also )?(?:include[sd]?|including|are|were|such as|like|being|among them|comprise[sd]?|is|was|joining (?:in|the round)(?: are| were| include[sd]?)?)|\binvestors?:|\bbackers?:|\bwith (?:additional |strong |further )?participation (?:of|by|from)|\balongside|\balong with|\bwith (?=[A-Z][^.;]{2,160}\b(?:participating|also (?:participating|joining|investing|in)|joining|following|investing|chipping in|as co-investors?|taking part|coming in|contributing|on board|pitching in|as participants?)\b)|\bfrom)\s+"
)
PARTICIPATED = any_case(
    r"\b(?:also )?(?:participated|participates?|took part|takes? part|taking part|are taking part|joined(?: in)?(?! by)|joins in|followed|returned|re-?upped|chipped in|pitched in|invested(?: too| as well| alongside)?|came in|also joined|contributed|are (?:also )?in|were in|put in (?:money|cash)|co-invested|rejoined|also invested|are first-time investors|are new investors|as co-investors?|participating|plan to take part too|will participate)\b"
)
ADVISER = any_case(
    r"\b(?:advis(?:e[sdr]?|or|ors|ers|ing|ory)|counsel|placement agent|represented|book-?runners?|arranged by|law firm|banker)\b"
)

# who supplies or sells together with the company invests nothing by that
PARTNER = any_case(
    r"\b(?:technology|technical|launch|design|cloud|supply|distribution|commercial|go-to-market) partners?\b"
)

_SUM = r"(?:(?:US|A|C|HK|S|NT)?[$€£₹¥₩]\s?\d|\b\d[\d.,]* ?(?:million|billion)\b)"
_SUM_WHOLE = (
    r"(?:(?:US|A|C|HK|S|NT)?[$€£₹¥₩]|\bRs\.? |(?<![$€£₹¥₩])\b(?=\d+[\d.,]* ?[mb]illion))\s?\d[\d.,]*[ -]?"
    r"(?:[mb]illion|[mb]n|[mbk]|crores?|cr|lakh)?"
)
_DET = r"(?:(?:an?|its|his|her|their|the|two|three) )?"
# a name for a fund ends here, and does not go on to a firm that serves funds
_ENDS = r"(?=[.,;:)\n]|\Z| ?[—–(]| - | (?:in|as|to|after|amid|at|on|with|from|focused|focusing|targeting|aimed|that|which)\b)"

# holders sell shares or judge them worth less, an earlier deal raises questions, an investor fills a fund of its own:
# no new money comes to a company
NO_NEW_MONEY = any_case(
    r"\bsecondary(?:[- ]market)?(?: share| stock)? (?:sale|deal|transaction|offering)s?\b|\btender offers?\b"
    r"|\b(?:employee|staff|insider|shareholder)s?'?(?: share| stock| shareholder)? (?:sale|buyback)s?\b|\b(?:share|stock) sales?\b"
    r"|\b(?:cut|slash|trim|lower|mark)(?:s|ed)? (?:down )?(?:(?!(?:at|to|costs?|prices?)\b)\S+ ){0,4}valuation\b(?! after)"
    r"|\braises? (?:(?:\w*(?:ous|ing|al|trust|ic|y)|new|some|more|big|red|GOP) ){0,2}"
    r"(?:concerns?|questions?|eyebrows?|alarms?|doubts?|fears?|worries|forecasts?|outlook|guidance)\b"
    # a fund is filled: €730 million for eighth buyout fund, an $18M maiden fund, $210M to back seed-stage founders
    rf"|\b(?:raises?|raised) [^.,;]{{0,24}}to launch {_DET}(?:\w+ ){{0,3}}funds?{_ENDS}"
    rf"|{_SUM_WHOLE} (?:in commitments |at (?:first|final) close )?for {_DET}(?:[\w-]+ ){{0,4}}?(?<!emergency )(?<!index )(?<!market )(?<!mutual )(?<!pension )(?<!savings )(?<!search )"
    rf"(?:funds?|(?:buyout|continuation|co-investment|credit|debt|growth|infrastructure|investment|secondaries|venture) vehicles?){_ENDS}"
    rf"|(?<!from )(?<!from a )(?<!from an )(?<!from the )(?<!from its )(?<![’']s ){_SUM_WHOLE} (?:(?!from\b)[\w-]+ ){{0,2}}?(?:debut|first|second|third|fourth|fifth|sixth|maiden|inaugural|flagship|continuation|buyout|"
    rf"opportunit(?:y|ies)|(?:early|late)-stage|private[- ]equity|venture|VC|direct[- ]lending|secondaries|hedge) (?:[\w-]+ ){{0,2}}?fund(?: for\b|{_ENDS})"
    rf"|{_SUM_WHOLE} to (?:back|invest in|bet on) (?:[\w-]+ ){{0,4}}(?:start-?ups|founders|bets|entrepreneurs|(?:(?:early|growth|late)-stage|\w+-(?:founded|led)) \w+)\b(?! with|[’'])"
    rf"|\b(?:capital|equity|partners|vc|ventures) (?:\w+ ){{1,3}}?{_SUM_WHOLE} to (?:back|invest in|bet on) (?:[\w-]+ ){{0,4}}(?:companies|firms|businesses)\b"
    r"|\b(?:first|final|interim) close of (?:[\w’'-]+ ){1,6}(?:fund|vehicle)\b|\bcontinuation (?:fund|vehicle)\b"
    r"|\banchor investors?\b[^.;\n]{0,30}\bIPO\b"
    # shares are to be sold to the public, or a fine is to be paid
    r"|(?P<other>\bfil(?:es|ed|ing)\b[^.;:\n]{0,30}\b(?:ipo|initial public offering|go(?:es|ing)? public|listing|draft papers|prospectus)\b"
    r"|\bfines\b(?! of)|(?<!was )(?<!were )(?<!been )\bfined\b)"
    # a holder sells what it has, or the firm is sold
    r"|(?P<sold>(?<!by )\bsell(?:s|ing)? (?:[\w%.-]+ ){0,4}stake in\b(?! (?:[\w$€£.-]+ ){0,4}(?:deal|process|round|series)\b)"
    r"|(?<!by )\bsell(?:s|ing)? (?:an? |its )?(?:majority|controlling) stake\b)"
    # an order is won
    r"|(?P<won>\b(?:lands?|clinch(?:es|ed)|wins?|won|secur(?:es|ed)|bags?|inks?|signs?|snags?|nabs?) (?:(?!\b(?:after|ahead|amid|and|as|for|from|in|on|to|with"
    r"|backed|backing|credit|equity|financing|following|funding|grant|investment|loan|round)\b)"
    r"(?:[^.,;\n]|[.,](?=\d))){0,40}(?:(?<![\w-])(?:contracts?|orders?)\b(?!-)(?=[.,;:)\n]|\Z| ?[—–(]"
    r"| (?:after|ahead|amid|and|as|at|by|following|for|from|in|of|on|over|that|to|under|which|with|worth)\b)|\b(?:chip|cloud|compute|defen[cs]e|distribution|export|IT|licen[sc]ing|maintenance|outsourcing|"
    r"procurement|services?|supply) deals?)\b"
    # (and nothing else is told of it: wins a contract and $175M from its backers)
    rf"(?![^\n]*{_SUM}))"
    # a promise is kept (but not commitments to the climate, or of a fund's backers); who is worth more than whom
    r"|\b(?:fulfil|honou?r|meet)l?(?:s|ing)? (?:(?!goal|target|with\b)[^,;\n]){0,24}[$€£₹¥]\s?\d[^,;\n]{0,40}commitment\b"
    r"|\b(?:overtak|surpass|eclips|leapfrog|pass|topp?)(?:es?|s|ing) [^,.;\n]{2,40} (?:as|to become) (?:the )?"
    r"(?:(?:world|nation|country|planet)[’']s )?most valuable\b(?![^\n]*\b(?:rais|round|fund|invest|deal))"
)
# a sum put in, in plain words: to invest up to $4 billion in Quillo
PUT_IN = any_case(rf"\binvest(?:s|ed|ing)? (?:[\w-]+ ){{0,4}}?{_SUM}\S*(?: \w+){{0,2}} in(?:to)? [A-Z]")
# or raised: raises a new $50M
PLAIN = any_case(
    rf"\b(?:rais(?:es|ed|ing)|secur(?:es|ed)|lands?|clos(?:es|ed)|nabs?|bags?|snags?) (?:[\w-]+ ){{0,3}}?{_SUM}|{PUT_IN.pattern}"
)
# beside what is no new money: that there is some as well
NEW_MONEY = PLAIN
# what all firms together raised in a time: AI funding hits $50 billion in the first quarter
OF_ALL_FIRMS = any_case(
    r"\b(?:venture|startup|VC|AI|tech|global) (?:\w+ ){0,2}(?:funding|investment|deals?)\b(?! (?:firm|bank|group|company))[^\n:;]{0,60}"
    r"\b(?:Q[1-4]|H[12]|quarter|first half|second half)\b"
)
# behind a firm's name: whoever raises is not that firm
NOT_RAISING = re.compile(
    # people who once worked there; its founders may still be there
    r"(?:[’']s)?(?: (?:and|&) [A-Z]\w+)? (?:(?i:former|ex) (?:\w+ ){0,2}(?i:researchers|engineers|executives|execs|leads|leaders)"
    r"|(?i:alums?|alumni|vets?|veterans|ex-employees))\b (?:\w+ ){0,2}?(?i:raise|land|secure|get|nab|bag|net|score)s?\b"
    # its backer fills a fund: Harrow, Tindra backer Dovecote raises $5 billion
    r"|(?:,? (?:and )?[A-Z][\w.]+){0,3} (?i:backer|investor) [A-Z][\w ]{1,30}? (?i:raise|close|seek|target)s?\b"
    # it is about to give a sum, which may be one that it raised itself
    r"|(?i: is| are)? (?i:in (?:advanced |early )?talks|set|planning|plans|looking|preparing|about) (?i:to invest)"
    r"(?: [a-z]+){0,3} [$€£₹¥](?![^\n]*\b(?i:rais|clos|secur|land)(?:es?|ed|ing)\b)"
)

# what the trained part is told of each word, the verbs first
CUES = (
    ("object", OBJECT),
    ("raise", RAISE),
    ("strong", STRONG),
    ("valued", VALUED),
    ("invest", INVEST),
    ("participants", PARTICIPANTS),
    ("participated", PARTICIPATED),
    ("led_by", LED_BY),
    ("adviser", ADVISER),
    ("partner", PARTNER),
    ("commitment", COMMITMENT),
    ("debt", DEBT),
    ("grant", GRANT),
    ("past", BACKGROUND),
    ("fund", FUND),
    ("no_round", NO_ROUND),
    ("rumour", RUMOUR),
    ("denial", DENIAL),
)
# an old round that the news only starts from: months after closing a $50 million Series B, …
EARLIER = any_case(r"\b(?:months?|weeks?|days?|years?) after (?:raising|closing|securing|landing) [^,.;\n]{3,80}")
# the words for the new one beside it
ANEW = any_case(r"\brais(?:es?|ed|ing)|\bround\b|\bfunding\b|\bin talks\b|\bsecures?d?\b|\blands?\b")
# "Accel backs X, with Index joining": a lead needs no word that says so
LEADS_ARE_TOLD = False
