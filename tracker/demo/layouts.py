"""How the outlets' pages look as HTML: one function a layout, all of them in LAYOUTS."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from tracker.demo.pages import INLINE, Block, Outlet, Page

_LABELS = {
    "en": {
        "home": "Home",
        "about": "About",
        "search": "Search",
        "topics": ["Start-ups", "Venture", "Policy", "Chips"],
        "related": "More from us",
        "by": "By",
        "cookies": "We use cookies to keep you signed in and to count readers.",
        "accept": "Accept all",
        "letter": "Get the morning briefing in your inbox. No spam, one mail a day.",
        "rights": "All rights reserved.",
    },
    "zh": {
        "home": "首页",
        "about": "关于我们",
        "search": "搜索",
        "topics": ["创投", "大模型", "芯片", "机器人"],
        "related": "相关阅读",
        "by": "作者：",
        "cookies": "本站使用 Cookie 以改善浏览体验。",
        "accept": "知道了",
        "letter": "扫码关注公众号，每天早上八点收到当日要闻。",
        "rights": "版权所有，转载须经授权。",
    },
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What a layout needs beside the page: its outlet, the site's address and other pages to point to."""

    outlet: Outlet
    base_url: str
    related: Sequence[Page] = ()

    def url(self, page: Page) -> str:
        """The page's canonical address."""
        return self.base_url + self.outlet.path_of(page)

    def label(self, name: str) -> str:
        """A word of the page's furniture in the outlet's language."""
        return str(_LABELS[self.outlet.language][name])

    @property
    def topics(self) -> list[str]:
        """The sections of the navigation."""
        return list(_LABELS[self.outlet.language]["topics"])


def render_page(page: Page, frame: Frame) -> str:
    """The page as its outlet's HTML."""
    return LAYOUTS[frame.outlet.layout](page, frame)


def render_home(frame: Frame, pages: Sequence[Page], feed: tuple[str, str] | None) -> str:
    """The outlet's front page: the list of its pages, and a pointer to the feed (type and address) where it has one."""
    outlet = frame.outlet
    date = "%d %b %Y" if outlet.language == "en" else "%Y-%m-%d %H:%M"
    alternate = f'<link rel="alternate" type="{feed[0]}" href="{feed[1]}">' if feed else ""
    items = "\n".join(
        f'<li class="item"><h3><a href="{outlet.path_of(page)}">{escape(page.title)}</a></h3>'
        f'<p>{escape(page.teaser)}</p><span class="when">{page.published_at.strftime(date)}</span></li>'
        for page in pages
    )
    body = f'{_nav(frame)}<main><h1>{escape(outlet.name)}</h1><ul class="stream">\n{items}\n</ul></main>{_foot(frame)}'
    return _document(frame, outlet.name, alternate, body)


def render_blocks(blocks: Sequence[Block]) -> str:
    """The body's blocks as HTML."""
    return "\n".join(_render_block(block) for block in blocks)


def _semantic(page: Page, frame: Frame) -> str:
    head = f'<link rel="canonical" href="{frame.url(page)}"><meta name="description" content="{escape(page.teaser)}">'
    byline = f'<p class="byline">{frame.label("by")} {escape(page.author)}</p>' if page.author else ""
    body = f"""{_nav(frame)}
<main>
<article>
<header><h1>{escape(page.title)}</h1>
{byline}<time datetime="{page.published_at.isoformat()}">{_visible_date(page, frame)}</time></header>
{render_blocks(page.blocks)}
</article>
<aside class="related"><h2>{frame.label("related")}</h2>{_related(frame)}</aside>
</main>{_foot(frame)}"""
    return _document(frame, f"{page.title} | {frame.outlet.name}", head, body)


def _soup(page: Page, frame: Frame) -> str:
    author = f'<span class="w3">{escape(page.author)}</span>' if page.author else ""
    paragraphs = render_blocks(page.blocks).replace("<p>", '<div class="t9">').replace("</p>", "</div>")
    body = f"""<div id="ck" class="banner">{frame.label("cookies")} <a href="#">{frame.label("accept")}</a></div>
<div class="top">{_nav(frame)}</div>
<div class="wrap"><div class="col-a">
<div class="hd">{escape(page.title)}</div>
<div class="sub">{author} <span class="dl">{_visible_date(page, frame)}</span></div>
<div class="share"><a href="#">A-</a> <a href="#">A+</a></div>
<div class="txt">
{paragraphs}
</div>
<div class="nl">{frame.label("letter")}</div>
</div><div class="col-b"><div class="cap">{frame.label("related")}</div>{_related(frame)}</div></div>
{_foot(frame)}"""
    return _document(frame, f"{page.title} - {frame.outlet.name}", "", body)


def _jsonld(page: Page, frame: Frame) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.title,
        "datePublished": page.published_at.isoformat(),
        "inLanguage": frame.outlet.language,
        "mainEntityOfPage": frame.url(page),
        "publisher": {"@type": "Organization", "name": frame.outlet.name},
        **({"author": {"@type": "Person", "name": page.author}} if page.author else {}),
        **({"keywords": ", ".join(page.tags)} if page.tags else {}),
    }
    script = json.dumps(facts, ensure_ascii=False).replace("</", "<\\/")
    head = f'<link rel="canonical" href="{frame.url(page)}"><script type="application/ld+json">{script}</script>'
    body = f"""{_nav(frame)}
<section class="story"><h1 class="story__title">{escape(page.title)}</h1>
<div class="story__body">
{render_blocks(page.blocks)}
</div></section>
<section class="newsletter">{frame.label("letter")}</section>
{_foot(frame)}"""
    return _document(frame, f"{page.title} · {frame.outlet.name}", head, body)


def _opengraph(page: Page, frame: Frame) -> str:
    facts = {
        "og:type": "article",
        "og:site_name": frame.outlet.name,
        "og:title": page.title,
        "og:description": page.teaser,
        "og:url": frame.url(page),
        "article:published_time": page.published_at.isoformat(),
    }
    head = "".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in facts.items())
    body = f"""{_nav(frame)}
<div class="page"><h2 class="headline">{escape(page.title)}</h2>
<div class="content">
{render_blocks(page.blocks)}
</div>
<ul class="tags">{"".join(f"<li>{escape(tag)}</li>" for tag in page.tags)}</ul></div>
{_foot(frame)}"""
    return _document(frame, frame.outlet.name, head, body)


def _cms(page: Page, frame: Frame) -> str:
    head = (
        '<meta http-equiv="X-UA-Compatible" content="IE=edge">'
        f'<meta name="keywords" content="{escape(",".join(page.tags))}">'
        f'<meta name="description" content="{escape(page.teaser)}">'
    )
    author = f"作者：{escape(page.author)}　" if page.author else ""
    home = f"/{frame.outlet.id}/"
    body = f"""<div class="crumbs">当前位置：<a href="{home}">首页</a> &gt; <a href="#">投融资</a> &gt; 正文</div>
{_nav(frame)}
<div class="article-box">
<h1 class="arti_title">{escape(page.title)}</h1>
<p class="arti_metas"><span>发布时间：{page.published_at:%Y-%m-%d %H:%M}</span>
<span>来源：{escape(frame.outlet.name)}</span>　{author}<span>浏览：<em id="hits">-</em>次</span></p>
<div class="wp_articlecontent">
{render_blocks(page.blocks).replace("<p>", '<p style="text-indent:2em">')}
</div>
<p class="editor">（责任编辑：值班编辑）</p>
</div>
<div class="xgyd"><h4>{frame.label("related")}</h4>{_related(frame)}</div>
{_foot(frame)}"""
    return _document(frame, f"{page.title}_{frame.outlet.name}", head, body)


def _release(page: Page, frame: Frame) -> str:
    head = (
        f'<link rel="canonical" href="{frame.url(page)}"><meta name="date" content="{page.published_at.isoformat()}">'
    )
    body = f"""<div role="banner"><a href="/{frame.outlet.id}/">{escape(frame.outlet.name)}</a></div>
<article class="release"><h1>{escape(page.title)}</h1>
<p class="stamp">{_visible_date(page, frame)}</p>
{render_blocks(page.blocks)}
<p class="end">###</p></article>
{_foot(frame)}"""
    return _document(frame, page.title, head, body)


LAYOUTS: dict[str, Callable[[Page, Frame], str]] = {
    "semantic": _semantic,
    "soup": _soup,
    "jsonld": _jsonld,
    "opengraph": _opengraph,
    "cms": _cms,
    "release": _release,
}


def _document(frame: Frame, title: str, head: str, body: str) -> str:
    language = {"en": "en", "zh": "zh-CN"}[frame.outlet.language]
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="{frame.outlet.charset}">'
        f"<title>{escape(title)}</title>{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _nav(frame: Frame) -> str:
    home = f"/{frame.outlet.id}/"
    topics = "".join(f'<li><a href="{home}#{number}">{topic}</a></li>' for number, topic in enumerate(frame.topics))
    return (
        f'<nav><ul><li><a href="{home}">{frame.label("home")}</a></li>{topics}'
        f'<li><a href="{home}about">{frame.label("about")}</a></li>'
        f'<li><a href="{home}search?q=">{frame.label("search")}</a></li></ul></nav>'
    )


def _foot(frame: Frame) -> str:
    return f"<footer><p>© 2025 {escape(frame.outlet.name)}. {frame.label('rights')}</p></footer>"


def _related(frame: Frame) -> str:
    links = (f'<li><a href="{frame.outlet.path_of(p)}">{escape(p.title)}</a></li>' for p in frame.related)
    return f"<ul>{''.join(links)}</ul>"


def _visible_date(page: Page, frame: Frame) -> str:
    if frame.outlet.language == "zh":
        return f"{page.published_at:%Y-%m-%d %H:%M}"
    return f"{page.published_at.day} {page.published_at:%B %Y, %H:%M}"


def _render_block(block: Block) -> str:
    if block.kind == "table":
        head, *rows = block.rows
        return f"<table><thead>{_row(head, 'th')}</thead><tbody>{''.join(_row(r, 'td') for r in rows)}</tbody></table>"
    if block.kind in ("ul", "ol"):
        return f"<{block.kind}>{''.join(f'<li>{_inline(row[0])}</li>' for row in block.rows)}</{block.kind}>"
    if block.kind == "quote":
        return "<blockquote>" + "".join(f"<p>{_inline(row[0])}</p>" for row in block.rows) + "</blockquote>"
    return f"<{block.kind}>{_inline(block.rows[0][0])}</{block.kind}>"


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{_inline(cell)}</{tag}>" for cell in cells) + "</tr>"


def _inline(text: str) -> str:
    return INLINE.sub(lambda m: f"<strong>{m[1]}</strong>" if m[1] else f'<a href="#">{m[2]}</a>', escape(text))
