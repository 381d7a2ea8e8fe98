"""How readers and crawlers learn of an outlet's pages: RSS 2.0, Atom, a news sitemap, or the front page alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from tracker.demo.layouts import Frame, render_blocks
from tracker.demo.pages import Page


@dataclass(frozen=True, slots=True)
class Way:
    """One way to learn of pages: its file under the outlet, its content type and what writes it."""

    file: str
    content_type: str
    render: Callable[[Frame, Sequence[Page]], str]


def _rss(frame: Frame, pages: Sequence[Page], *, full: bool) -> str:
    items = "\n".join(_rss_item(frame, page, full) for page in pages)
    return f"""<?xml version="1.0" encoding="{frame.outlet.charset}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{escape(frame.outlet.name)}</title>
<link>{frame.base_url}/{frame.outlet.id}/</link>
<description>{escape(frame.outlet.tagline)}</description>
<language>{frame.outlet.language}</language>
{items}
</channel>
</rss>
"""


def _rss_item(frame: Frame, page: Page, full: bool) -> str:
    url = escape(_tracked(frame, page))
    content = f"<content:encoded>{_cdata(render_blocks(page.blocks))}</content:encoded>" if full else ""
    author = f"<dc:creator>{escape(page.author)}</dc:creator>" if page.author else ""
    tags = "".join(f"<category>{escape(tag)}</category>" for tag in page.tags)
    return (
        f'<item><title>{escape(page.title)}</title><link>{url}</link><guid isPermaLink="false">{_tag_uri(frame, page)}'
        f"</guid><pubDate>{format_datetime(page.published_at)}</pubDate>{author}{tags}"
        f"<description>{_cdata(f'<p>{escape(page.teaser)}</p>')}</description>{content}</item>"
    )


def _atom(frame: Frame, pages: Sequence[Page]) -> str:
    home = f"{frame.base_url}/{frame.outlet.id}/"
    entries = "\n".join(_atom_entry(frame, page) for page in pages)
    updated = max((page.published_at for page in pages), default=datetime.min).isoformat()
    return f"""<?xml version="1.0" encoding="{frame.outlet.charset}"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{frame.outlet.language}">
<title>{escape(frame.outlet.name)}</title>
<subtitle>{escape(frame.outlet.tagline)}</subtitle>
<id>{home}</id>
<link rel="self" href="{home}atom.xml"/>
<link href="{home}"/>
<updated>{updated}</updated>
{entries}
</feed>
"""


def _atom_entry(frame: Frame, page: Page) -> str:
    author = f"<author><name>{escape(page.author or frame.outlet.name)}</name></author>"
    when = page.published_at.isoformat()
    return (
        f"<entry><title>{escape(page.title)}</title><id>{_tag_uri(frame, page)}</id>{author}"
        f'<link rel="alternate" type="text/html" href="{escape(_tracked(frame, page))}"/>'
        f"<published>{when}</published><updated>{when}</updated><summary>{escape(page.teaser)}</summary>"
        f'<content type="html">{escape(render_blocks(page.blocks))}</content></entry>'
    )


def _sitemap(frame: Frame, pages: Sequence[Page]) -> str:
    language = {"en": "en", "zh": "zh-cn"}[frame.outlet.language]
    urls = "\n".join(
        f"<url><loc>{escape(frame.url(page))}</loc><lastmod>{page.published_at.isoformat()}</lastmod>"
        f"<news:news><news:publication><news:name>{escape(frame.outlet.name)}</news:name>"
        f"<news:language>{language}</news:language></news:publication>"
        f"<news:publication_date>{page.published_at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(page.title)}</news:title></news:news></url>"
        for page in pages
    )
    return f"""<?xml version="1.0" encoding="{frame.outlet.charset}"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{urls}
</urlset>
"""


WAYS: dict[str, Way] = {
    "rss-summary": Way("feed.xml", "application/rss+xml", lambda f, p: _rss(f, p, full=False)),
    "rss-full": Way("rss.xml", "application/rss+xml", lambda f, p: _rss(f, p, full=True)),
    "atom": Way("atom.xml", "application/atom+xml", _atom),
    "sitemap": Way("news-sitemap.xml", "application/xml", _sitemap),
}
"""The listing is not among them: an outlet of way `listing` has its front page only."""


def _tracked(frame: Frame, page: Page) -> str:
    return frame.url(page) + (f"?{frame.outlet.tracking}" if frame.outlet.tracking else "")


def _tag_uri(frame: Frame, page: Page) -> str:
    return f"tag:{frame.outlet.id}.example,2025:{page.slug}"


def _cdata(markup: str) -> str:
    return f"<![CDATA[{markup.replace(']]>', ']]&gt;')}]]>"
