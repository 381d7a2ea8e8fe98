"""Logging to standard error, with every secret blotted out before a line leaves the process."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable

HIDDEN = "***"

_PATTERNS = (
    # scheme://user:password@host
    (re.compile(r"(?P<head>[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@]*:)[^\s/@]+(?=@)"), rf"\g<head>{HIDDEN}"),
    # ?token=…, api_key: …, "password": "…"
    (
        re.compile(
            r"(?P<head>(?:token|secret|passw(?:or)?d|pwd|api[_-]?key|access[_-]?key|signature|sig)[\"']?\s*[=:]\s*[\"']?)"
            r"[^\s&\"',;)]+",
            re.IGNORECASE,
        ),
        rf"\g<head>{HIDDEN}",
    ),
    (
        re.compile(r"(?P<head>\bauthorization[\"']?\s*[=:]\s*[\"']?(?:\w+\s+)?)[^\s\"',]+", re.IGNORECASE),
        rf"\g<head>{HIDDEN}",
    ),
    (re.compile(r"whsec_[A-Za-z0-9+/=_-]+"), f"whsec_{HIDDEN}"),
)
_known: set[str] = set()


def hide_secrets(secrets: Iterable[str]) -> None:
    """Makes values unspeakable from now on; very short ones are left, they would blot out ordinary words."""
    _known.update(secret for secret in secrets if len(secret) >= 6)


def redact(text: str) -> str:
    """The text with URL passwords, tokens and all known secrets blotted out."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats a record, its exception included, and blots secrets out of the whole."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line or lines without secrets."""
        return redact(super().format(record))


def configure_logging(level: str = "WARNING", secrets: Iterable[str] = ()) -> None:
    """Sends log records of the level and above to standard error; asked again, it replaces its own handler only."""
    hide_secrets(secrets)
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name("roundwatch")
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    for old in [known for known in root.handlers if known.get_name() == "roundwatch"]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    # these write every address they ask, with its query, at INFO
    for chatty in ("httpx", "httpcore", "urllib3", "apprise"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
