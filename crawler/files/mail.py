"""Articles from mail: newsletters as a mailbox (mbox) or single messages (.eml), each issue an article."""

from __future__ import annotations

import email
import email.policy
import mailbox
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from crawler.drafts import name_source
from crawler.files.outcome import Outcome
from crawler.files.sites import find_source
from crawler.parse.articles import tell_language
from crawler.parse.body import tidy_lines
from crawler.parse.encodings import decode_bytes
from crawler.parse.text import clean_line, read_lines
from crawler.parse.urls import canonicalise_url
from crawler.sources import Source
from domain.article import Article
from domain.errors import BadInput

_MAX_BYTES = 16 * 1024 * 1024
_LEAST = 40
_WEB_VERSION = re.compile(
    r"view (?:this|it|in|the)?.{0,20}(?:browser|online|web)|read (?:online|in app)|在浏览器", re.IGNORECASE
)


def iter_mailbox(file: Path, sources: Sequence[Source]) -> Iterator[Outcome]:
    """Yields the issue that each message of an mbox file holds."""
    try:
        box = mailbox.mbox(file, factory=None, create=False)
        keys = box.keys()
    except (OSError, mailbox.Error) as error:
        raise BadInput(str(file), f"not a mailbox ({error})") from error
    for number, key in enumerate(keys, 1):
        yield _read(box.get_bytes(key), f"{file}: message {number}", sources)


def iter_message(file: Path, sources: Sequence[Source]) -> Iterator[Outcome]:
    """Yields the issue that one message holds."""
    yield _read(file.read_bytes(), str(file), sources)


def _read(data: bytes, subject: str, sources: Sequence[Source]) -> Outcome:
    if len(data) > _MAX_BYTES:
        return Outcome(subject, flaw="too_large", words=f"a message of more than {_MAX_BYTES >> 20} MB")
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        markup, lines = _find_body(message)
    except (RecursionError, ValueError, LookupError, AttributeError, IndexError) as error:
        return Outcome(subject, flaw="broken", words=f"a message that cannot be read ({type(error).__name__})")
    title = clean_line(_header(message, "Subject"))
    lines = tidy_lines(lines, title)
    if not title or sum(map(len, lines)) < _LEAST:
        return Outcome(subject, flaw="no_text", words="a message without a subject or without text")
    return Outcome(subject, _build(message, title, lines, markup, sources))


def _build(message: EmailMessage, title: str, lines: list[str], markup: str, sources: Sequence[Source]) -> Article:
    sender, address = parseaddr(_header(message, "From"))
    url = _find_url(message, markup)
    source = find_source(f"http://{address.rpartition('@')[2] or 'mail.invalid'}/", sources)
    source_id = source.id if source else "mail-" + name_source(f"http://{address.rpartition('@')[2] or 'unknown'}/")
    sent = _find_date(message)
    text = "\n".join(lines)
    return Article(
        url=url,
        title=title,
        text=text,
        language=tell_language(title + text, source.language if source else "en", None),
        published_on=sent.astimezone(source.zone).date() if sent and source else sent.date() if sent else None,
        published_at=sent,
        fetched_at=datetime.now(UTC),
        source_id=source_id,
        author=clean_line(sender) or None,
    )


def _find_body(message: EmailMessage) -> tuple[str, list[str]]:
    """The message's HTML (empty where it has none), and its lines; the HTML tells them better than plain text does."""
    html, plain = message.get_body(("html",)), message.get_body(("plain",))
    markup = _decode(html) if html is not None else ""
    lines = read_lines(markup) if markup else []
    if not lines and plain is not None:
        lines = [line for raw in _decode(plain).splitlines() if (line := clean_line(raw))]
    return markup, lines


def _decode(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    return decode_bytes(data, f"text/html; charset={part.get_content_charset() or 'utf-8'}")


def _find_url(message: EmailMessage, markup: str) -> str:
    """The issue's page on the web where the message names one, else its id as RFC 2392 writes it."""
    archived = canonicalise_url(_header(message, "Archived-At").strip("<> "))
    if archived:
        return archived
    for link in re.finditer(r"""<a\b[^>]*?href=["'](https?://[^"']+)["'][^>]*>(.{0,200}?)</a>""", markup, re.DOTALL):
        if _WEB_VERSION.search(link[2]) and (found := canonicalise_url(link[1].replace("&amp;", "&"))):
            return found
    return "mid:" + (_header(message, "Message-ID").strip("<> ") or _fingerprint(message))


def _fingerprint(message: EmailMessage) -> str:
    import hashlib

    return hashlib.sha256(message.as_bytes(policy=email.policy.compat32)).hexdigest()[:32]


def _find_date(message: EmailMessage) -> datetime | None:
    try:
        sent = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError):
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError):
        # the standard library trips over some malformed headers
        return ""
