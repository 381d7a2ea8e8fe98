"""What every page is made with: templates, the language, addresses that keep it, and the style sheet's address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from importlib import resources
from urllib.parse import urlencode, urlsplit

from fastapi import Request

from api.reports.html import load_templates
from api.reports.words import Language, load_words


def choose_language(request: Request) -> Language:
    """The language that address or browser ask for, else that of the settings."""
    asked = request.query_params.get("lang", "")
    if asked in Language.__members__.values():
        return Language(asked)
    fallback: Language = request.app.state.settings.language
    return match_language(request.headers.get("accept-language", ""), fallback)


def match_language(header: str, fallback: Language) -> Language:
    """The language of an Accept-Language header that weighs most."""
    best, weight = fallback, 0.0
    for part in header.split(",")[:20]:
        tag, _, quality = part.partition(";")
        language = tag.strip().lower().split("-")[0]
        found = _read_quality(quality)
        if language in Language.__members__.values() and found > weight:
            best, weight = Language(language), found
    return best


def _read_quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def render_page(template: str, language: Language, request: Request, **context: object) -> str:
    """A page in a language; links on it keep the language where the address asked for it."""
    words = load_words(language)
    return (
        load_templates()
        .get_template(template)
        .render(
            words=words,
            say=_build_say(language),
            link=build_link(request),
            switch=_switch_address(request, language),
            style=f"/static/{load_style()[0]}",
            safe_url=safe_url,
            **context,
        )
    )


def _build_say(language: Language) -> Callable[..., str]:
    words = load_words(language)

    def say(key: str, **values: object) -> str:
        """The page's words under a key, with values put in."""
        return words.set_apart(words.pages[key].format(**values))

    return say


def build_link(request: Request) -> Callable[[str], str]:
    """What makes a page's address of a path: one that keeps the language where the address asked for it."""
    asked = request.query_params.get("lang", "")

    def link(path: str) -> str:
        """The address with the language that this page was asked for in."""
        if asked not in Language.__members__.values():
            return path
        return f"{path}{'&' if '?' in path else '?'}{urlencode({'lang': asked})}"

    return link


def _switch_address(request: Request, language: Language) -> str:
    other = Language.EN if language is Language.ZH else Language.ZH
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', other.value)])}"


def safe_url(url: str) -> str | None:
    """The address where a browser may be sent to it: http and https only."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


@cache
def load_style() -> tuple[str, str]:
    """The style sheet's file name, which changes with its text, and the text."""
    text = (resources.files("api") / "static" / "site.css").read_text("utf-8")
    return f"site.{hashlib.sha256(text.encode()).hexdigest()[:10]}.css", text
