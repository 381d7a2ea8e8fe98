"""Addresses: one form for each page, without what only tracks its readers."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"utm_\w+|pk_\w+|mtm_\w+|matomo_\w+|hsa_\w+|guce_\w+|at_(?:medium|campaign|custom\d|link\w*|bbc\w*)"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|li_fat_id|epik"
    r"|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|vero_id|oly_enc_id|oly_anon_id|ck_subscriber_id|_ga|_gl"
    r"|ref_?(?:src|url)?|referrer|referer|cmpid|cmp|ncid|guccounter|smid|smtyp|sref|taid|tpcc|xtor|wt_mc|ocid|cid_source"
    r"|share_\w+|sharer_\w+|isappinstalled|nsukey|wxshare\w*|spm|spm_id_from|scm|vd_source|chksm|weibo_id|plg_\w+"
    r"|outputtype|amp|rss|feedname|feedtype|from_?(?:rss|feed)",
    re.IGNORECASE,
)
# these hold something of substance at one site and the reader's way at another: their value tells
_PERHAPS_TRACKING = frozenset(
    {"from", "f", "src", "source", "via", "ref_from", "channel", "medium", "campaign", "s", "feature"}
)
_READERS_WAY = re.compile(
    r"rss|feed\w*|atom|newsletter|email|twitter|x|facebook|linkedin|weibo|wechat|weixin|wx|qq|timeline|groupmessage"
    r"|singlemessage|share|app|mobile|social|home|homepage|hp|list|index|top|google|baidu|flipboard|old",
    re.IGNORECASE,
)
# a page's address within the caches that keep pages of others
_AMP_CACHE = re.compile(
    r"https?://(?:[\w-]+\.cdn\.ampproject\.org/(?:[acvw]|wp)|www\.google\.[a-z.]{2,6}/amp)/(s/)?([\w-]+\..+)",
    re.IGNORECASE,
)
_PORTS = {"http": "80", "https": "443"}
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_UNRESERVED = re.compile(r"%(2D|2E|5F|7E|3[0-9]|[46][1-9A-F]|[57][0-9A])", re.IGNORECASE)
_MAX_LENGTH = 2000


def canonicalise_url(url: str, base: str | None = None) -> str | None:
    """The one form of a page's address: absolute, without fragment and tracking; None where it is no page's."""
    try:
        text = "".join(url.split()) if url else ""
        joined = urljoin(base, text) if base else text
        if "/amp/" in joined or ".ampproject." in joined:
            joined = _AMP_CACHE.sub(lambda kept: f"http{'s' if kept[1] else ''}://{kept[2]}", joined)
        parts = urlsplit(joined)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _PORTS or not host or len(joined) > _MAX_LENGTH:
        return None
    netloc = _encode_host(host) + (f":{port}" if port and str(port) != _PORTS[parts.scheme.lower()] else "")
    path = _normalize_escapes(_SESSION.sub("", parts.path)) or "/"
    if "/." in path:
        path = urlsplit(urljoin(f"http://{netloc}/", path)).path
    return urlunsplit((parts.scheme.lower(), netloc, path, _clean_query(parts.query), ""))


def resolve_url(url: str, base: str | None = None) -> str | None:
    """An address made absolute and otherwise left as it is, for what is no article; None where it is no web page's."""
    text = "".join(url.split()) if url else ""
    try:
        joined = urljoin(base, text) if base else text
    except ValueError:
        return None
    return urldefrag(joined)[0] if canonicalise_url(joined) else None


def get_host(url: str) -> str:
    """The host of an address in lower case, empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def get_site(url: str) -> str:
    """The registrable domain of an address, or its host and port where that has none."""
    return _registrable(get_host(url)) or urlsplit(url).netloc.lower()


def is_same_site(one: str, other: str) -> bool:
    """True where both addresses lie under one registrable domain (or on one host and port, where there is none)."""
    if urlsplit(one).netloc.lower() == urlsplit(other).netloc.lower():
        return True
    return get_site(one) == get_site(other)


def is_front_page(url: str) -> bool:
    """True for a site's root or the root of one of its languages, which is no article."""
    parts = urlsplit(url)
    return re.fullmatch(r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:index\.\w+)?", parts.path, re.IGNORECASE) is not None and (
        not parts.query
    )


def _encode_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if ":" in host:
        return f"[{_shorten_address(host)}]"
    try:
        return host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return host


def _shorten_address(host: str) -> str:
    """The one short form of an IPv6 address."""
    try:
        return ipaddress.IPv6Address(host).compressed
    except ValueError:
        return host


def _normalize_escapes(path: str) -> str:
    decoded = _UNRESERVED.sub(lambda m: chr(int(m[1], 16)), path)
    return re.sub(r"%[0-9a-f]{2}", lambda m: m[0].upper(), quote(decoded, safe="/%:@!$&'()*+,;=~-._"))


def _clean_query(query: str) -> str:
    if not query:
        return ""
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if not _is_tracking(name, value)]
    # a bare ?20250122 has no value: written back as it stood
    text = urlencode(sorted(kept), quote_via=quote, safe="/:@!$'()*,;~-._")
    return re.sub(r"=(?=&|$)", "", text) if "=" not in query else text


def _is_tracking(name: str, value: str) -> bool:
    if _TRACKING.fullmatch(name):
        return True
    return name.lower() in _PERHAPS_TRACKING and _READERS_WAY.fullmatch(value) is not None


@cache
def _splitter() -> Any:
    # few addresses need it, and it loads a whole library for asking the web
    import tldextract

    # the list that ships with the package: without this it would be fetched
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@cache
def _registrable(host: str) -> str:
    found = str(_splitter()(host).top_domain_under_public_suffix)
    if found or host.replace(".", "").isdigit() or ":" in host:
        return found
    # a name of a private network
    return ".".join(host.split(".")[-2:])
