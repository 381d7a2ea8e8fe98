"""Telling a page's furniture (navigation, sharing, related stories, notices) from what it reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from lxml import etree

_TAGS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "nav",
        "aside",
        "footer",
        "form",
        "button",
        "select",
        "input",
        "textarea",
        "iframe",
        "object",
        "embed",
        "dialog",
        "audio",
        "video",
        "canvas",
        "menu",
    ]
)
_ROLES = frozenset(
    [
        "navigation",
        "banner",
        "complementary",
        "contentinfo",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "form",
    ]
)
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:"
    r"nav(?:bar|igation)?|menu|breadcrumbs?|crumbs?|sidebar|side-?bar|footer|site-?header|masthead|topbar"
    r"|share|sharing|social(?:-\w+)?|share-?bar|addthis|jiathis|bdshare|bdsharebuttonbox"
    r"|related(?:-\w+)?|recommend(?:ed|ation|ations|s)?|more-?(?:stories|news|from|on|articles)|read-?(?:more|next|also)|also-?read|you-?may"
    r"|trending|most-?(?:read|popular)|popular|hot-?(?:news|list)|latest-?(?:news|posts?|stories)|xgyd|xiangguan|tuijian"
    r"|comments?|comment-?list|disqus|replies|pinglun"
    r"|newsletters?|subscri(?:be|ption)\w*|signup|sign-?up|mailing|cta|promo\w*|sponsor(?:ed)?|advert\w*|ads?|ad-\w+|guanggao|banner"
    r"|cookies?|consent|gdpr|paywall|regwall|modal|popup|pop-up|overlay|tooltip"
    r"|tags?|tag-?list|keywords|topics|categories|author-?(?:bio|box|info|card)|bio|byline-?block|about-?(?:the-)?author"
    r"|copyright|disclaimer|shengming|mianze|statement|editor|qrcode|qr-?code|erweima|toolbar|tools|print|pagination|pager"
    r"|prev-?next|post-?nav|toc|table-of-contents|skip-?link|screen-?reader-text|sr-only|visually-?hidden|hidden"
    r"|caption-?credit|credits?|photo-?credit|gallery-?nav|slideshow-?controls|stock-?ticker|ticker"
    r")(?=$|[\s_-])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_LINES = re.compile(
    r"""(?xi)
    \W*(?:
      (?:share|tweet|print|email|save|copy\ link|comments?|advertisement|sponsored|read\ more|related|subscribe|sign\ up|log\ in|menu|search|follow\ us|\#\#\#|skip\ to\ .{3,20})\W*$
    | (?:click|tap)\ here\ to\b | follow\ us\ on\b | sign\ up\ (?:for|to)\b | subscribe\ (?:to|for|now)\b | join\ our\b.{0,60}(?:newsletter|channel|community)
    | (?:this|our)\ (?:web)?site\ uses\ cookies | we\ use\ cookies | by\ (?:continuing|using|clicking)\b.{0,80}(?:cookies|terms|privacy)
    | get\ (?:the|our)\b.{0,60}(?:inbox|newsletter|briefing)\b | all\ rights\ reserved | (?:copyright\ )?(?:©|\(c\))\s*\d{4}
    | (?:(?:read|see)\ (?:also|next|more)|also\ read|must\ read|related(?:\ \w+)?|more\ on\ this|don't\ miss|相关阅读|延伸阅读|推荐阅读|参考阅读)\s*[:：|] | (?:image|photo|picture)\ (?:credits?|source|by|courtesy)\b.{0,80}$ | (?:featured\ )?image\s*:
    | (?:about\ the\ author)\b | this\ (?:article|story)\ (?:was\ )?(?:originally|first)\ (?:appeared|published) | \d{1,3}\s*(?:/|of)\s*\d{1,3}\W*$ | \d+\s+(?:comments?|shares|views|min(?:ute)?s?\ read)\W*$
    | listen\ to\ this\ article | the\ post\b.{0,200}\bappeared\ first\ on\b | disclosure\s*: | have\ a\ (?:news\ )?tip\? | (?:source|view\ original\ content).{0,20}https?://\S+$ | sourc(?:e)\s*:?\s*$
    | [（(【\[]?\s*(?:责任编辑|責任編輯|编辑|編輯|责编|校对|审校|排版|编审)\s*[：:/|] .{0,40}$
    | (?:本文|文章)(?:来自|来源|首发|作者|由.{1,20}(?:发布|授权)|转载自|经授权).{0,80}$ | (?:原标题|題圖|题图|封面图?|图源|图片来源|头图(?:来自)?|来源)\s*[：:].{0,60}$
    | .{0,20}(?:版权所有|版權所有|转载须经授权|未经授权.{0,10}(?:禁止|不得)转载|转载请注明|转载请联系).{0,60}$
    | .{0,12}(?:扫码|扫描|長按|长按|识别).{0,16}(?:二维码|关注|公众号|加群|订阅|下载).{0,40}$ | 关注.{0,20}(?:公众号|微信号|官方微信|视频号).{0,40}$ | (?:更多|获取更多).{0,30}(?:请?关注|请?访问|请?下载).{0,40}$
    | (?:本站|本网站|我们)使用.{0,12}cookie | (?:点赞|收藏|分享|评论|打赏|举报|上一篇|下一篇|返回顶部|阅读原文|查看更多|展开全文|加载更多|返回首页|相关阅读|推荐阅读|热门文章|知道了|分享到|字号|大\ *中\ *小)\W*.{0,30}$
    | (?:免责声明|风险提示|版权声明|特别声明|声明)\s*[：:] | 本文(?:仅|不).{0,20}(?:构成|代表).{0,40}$ | 该(?:文|观点)观点?仅代表.{0,40}$ | 网站?(?:备案|ICP).{0,40}$ | .{0,6}ICP备.{0,40}$
    )"""
)
# after such a heading nothing of the article follows
_TAIL = re.compile(
    r"""(?xi)\W*(?:
      related\ (?:stories|articles|posts|news|reading|content|coverage|topics)|you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested\ in)|more\ (?:from|on|stories|news)\b.{0,40}|recommended(?:\ for\ you|\ reading)?
    | (?:read|up)\ next|trending(?:\ now)?|most\ (?:read|popular).{0,20}|latest\ (?:news|stories)|popular\ (?:posts|stories)|what\ to\ read\ next|keep\ reading|don't\ miss
    | 相关(?:阅读|文章|推荐|新闻|报道|資訊|资讯)|相關(?:閱讀|文章)|推荐(?:阅读|文章)|延伸阅读|猜你喜欢|热门(?:文章|推荐|阅读)|热文|精彩(?:推荐|阅读)|更多(?:精彩|文章|资讯|相关).{0,10}|大家都在看|最新(?:文章|资讯)|往期(?:回顾|推荐|精选)|评论(?:区|列表)?|发表评论|全部评论|网友评论
    )\W*$"""
)
_BYLINE = re.compile(
    r"""(?xi)(?:
      (?:by|written\ by|posted\ by|words\ by)\s+\S.{0,60}$ | (?:published|updated|posted|last\ (?:updated|modified))\b.{0,60}$
    | (?:作者|文|撰文|记者|采写|发布时间|发布日期|发布于|时间|日期|来源|来源于|出处|浏览|阅读|点击|阅读量|浏览量)\s*[：:/丨|｜].{0,100}$
    | .{0,30}(?:浏览|阅读|点击|评论)\s*[（(：:]?\s*-?\d*\s*次?[）)]?$
    | (?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)?(?:day)?[,\s]*(?:\d{1,2}\s+)?(?:[a-z]{3,9}\.?\s+)?\d[\d\s,:./年月日时分秒T+|·-]*(?:[ap]\.?m\.?)?\s*[a-z]{0,4}$
    )"""
)
# what is asked of the reader, in the imperative: articles tell of others who subscribe and sign in
_PAY = re.compile(
    r"""(?xi)
      (?:^|[.!?:,]\s*|\b(?:please|or|must|to)\s+)(?:subscribe|sign\ (?:in|up)|log\ in|register|create\ an?\ (?:free\ )?account)\b
      .{0,40}\b(?:to\ (?:continue|read|keep|unlock|access)|for\ full\ access)\b
    | \bthis\ (?:article|content|story|post)\ is\ (?:only\ )?(?:for|available\ to|reserved\ for)\ (?:\w+\ )?(?:subscribers|members)\b
    | \balready\ an?\ (?:\w+\ )?(?:subscriber|member)\? | \bunlock\ this\ (?:article|story|content)\b
    | \b(?:read|continue|access|view)\b.{0,30}\b(?:full|whole|rest\ of\ the)\ (?:article|story)\b.{0,40}\b(?:trial|subscri|sign|log\ in|member)
    | \byou\ have\b.{0,20}\b(?:free\ )?(?:articles?|stories|story)\ (?:left|remaining) | \bwant\ to\ read\ on\?
    | (?:订阅|訂閱|付费|付費|登录|登錄|购买|購買|会员|會員)[后後，,\s]*(?:即可|可|才能|继续|繼續)?(?:阅读|閱讀|查看|解锁|解鎖)(?:全文|剩余|剩餘|本文|完整)
    | (?:订阅|訂閱|付费|付費|登录|登錄|购买|購買|开通会员)[后後][，,]?(?:即可|可|才能|继续|繼續)(?:阅读|閱讀|查看|解锁|解鎖)
    | (?:剩余|剩餘).{0,8}(?:内容|內容|全文|部分).{0,8}(?:付费|付費|订阅|訂閱|登录|会员|會員|购买)
    | 试读(?:已)?结束 | 本文为?(?:付费|会员|VIP)(?:专享)?(?:内容|文章)
    """
)
# each of the lines meant has one of these
_PAY_WORDS = (
    *("subscri", "sign", "log in", "regist", "create", "member", "unlock", "trial", "you have", "want to read", "vip"),
    *"订訂付登购購会會开開剩试",
)
# said to the reader, of the reader: what an article reports of cookies is said of others
_CONSENT = re.compile(
    r"""(?xi)
      (?=.*\b(?:we|us|our)\b)(?=.*\byour?\b).*
      (?: \bwe\ (?:and\ our\ .{0,30})?(?:use|store|set)\b.{0,60}\b(?:cookies|information|data)\b
        | \bour\ (?:[\d,]+\ )?(?:\w+\ )?partners\b.{0,120}\b(?:cookies|personal\ data|device|identifiers|tracking)\b
        | \bpartners\b.{0,30}\buse\ cookies\b )
    | .*\b(?:click|tap|select|choose)\w*\ .{0,4}(?:i\ )?(?:accept|reject|agree)\b.{0,200}\b(?:cookies|partners|data|technologies)\b
    | you\ can\ (?:change|withdraw|manage)\ your\ (?:choices?|consent|preferences|settings)\b
    | (?:before\ you\ continue|we\ (?:value|care\ about|respect)\ your\ privacy)\b
    | .*(?:我们|本网站|本站)(?:及.{0,12}伙伴)?会?使用.{0,8}cookies?.{0,40}(?:您|你)
    """
)
_CONSENT_WORDS = ("cookie", "your", "accept", "reject", "agree", "continue")
_REPORTED = re.compile(r"[“”„「」]|^\"|,\"|\bsaid\b|表示")
_SENTENCE = re.compile(r"[。！？；，]|[.!?,;:](?:\s|$|[”\"')])|[.!?]$")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


def is_furniture(element: etree._Element) -> bool:
    """True for an element that by its tag, role, class or id is no part of what a page reports."""
    tag = element.tag
    if not isinstance(tag, str) or tag in _TAGS:
        return True
    if tag in ("html", "body", "article", "main"):
        return False
    told = dict(element.items())
    return bool(told) and _is_furniture_by(told)


def _is_furniture_by(told: Mapping[str, str]) -> bool:
    """What an element's attributes tell."""
    if told.get("role", "").lower() in _ROLES or "hidden" in told or told.get("aria-hidden") == "true":
        return True
    if "display:none" in told.get("style", "").replace(" ", "").lower():
        return True
    names = f"{told.get('class', '')} {told.get('id', '')}"
    return len(names) > 1 and _is_furniture_name(names)


@lru_cache(maxsize=20_000)
def _is_furniture_name(names: str) -> bool:
    # the pages of a site share their classes
    return _NAMES.search(_CAMEL.sub("-", names)) is not None


def is_furniture_line(line: str) -> bool:
    """True for a line that speaks of the page itself: sharing, cookies, subscription, copyright."""
    return len(line) <= 240 and _LINES.match(line) is not None


def is_pay_line(line: str) -> bool:
    """True for a line that asks for money, or for an account, before it shows the rest."""
    return len(line) <= 200 and _mentions(line, _PAY_WORDS) and _PAY.search(line) is not None


def is_consent_line(line: str) -> bool:
    """True for a line that asks its reader to be tracked."""
    if len(line) > 600 or not _mentions(line, _CONSENT_WORDS):
        return False
    return not _REPORTED.search(line) and _CONSENT.match(line) is not None


def _mentions(line: str, words: tuple[str, ...]) -> bool:
    """A first look that costs little: nearly all lines end here."""
    folded = line.lower()
    return any(word in folded for word in words)


def is_tail_heading(line: str) -> bool:
    """True for the heading over related stories or comments."""
    return len(line) <= 60 and _TAIL.match(line) is not None


def is_byline(line: str) -> bool:
    """True for a line of author, source, date or view count, as it stands under a headline."""
    return len(line) <= 140 and _BYLINE.match(line) is not None


def weigh_line(line: str, linked: int = 0) -> int:
    """How much prose a line is: its length (a Chinese character counts twice), nothing for furniture and links."""
    if linked * 2 > len(line) or not _SENTENCE.search(line) or is_furniture_line(line) or is_byline(line):
        return 0
    weight = len(line) + len(_WIDE.findall(line))
    return weight if weight >= 30 else 0
