"""Why something could not be fetched or read: a kind to count by, and words that name no class of a library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scrapy import exceptions as failed
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

_KINDS: dict[type[BaseException], tuple[str, str]] = {
    failed.CannotResolveHostError: ("dns", "the host name cannot be resolved"),
    failed.DownloadConnectionRefusedError: ("refused", "the connection was refused"),
    failed.DownloadTimeoutError: ("timeout", "no answer in time"),
    failed.DownloadCancelledError: ("too_large", "the answer is too large"),
    failed.ResponseDataLossError: ("broken_off", "the answer broke off"),
    failed.UnsupportedURLSchemeError: ("scheme", "not an http or https address"),
}
# another try would end the same way
_FINAL = frozenset(
    (
        "http_404",
        "http_410",
        "http_451",
        "too_large",
        "too_heavy",
        "private",
        "scheme",
        "not_html",
        "paywall",
        "consent",
        "out_of_scope",
    )
)
# what a publisher holds back on purpose is no fault of the crawl
_EXPECTED = frozenset(("paywall", "consent", "http_401", "http_402", "robots", "out_of_scope"))


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one address; `retry_at` is before when it must not be asked again."""

    kind: str
    words: str
    retry_at: datetime | None = None

    @property
    def is_final(self) -> bool:
        """Whether another try would end the same way."""
        return self.kind in _FINAL

    @property
    def is_expected(self) -> bool:
        """Whether the publisher means it so."""
        return self.kind in _EXPECTED


class Refused(IgnoreRequest):
    """A request that we do not send, or whose answer we do not take, for a reason of our own."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.words)
        self.flaw = flaw


def explain(error: BaseException) -> Flaw:
    """The flaw that an exception of a download tells."""
    if isinstance(error, Refused):
        return error.flaw
    if isinstance(error, HttpError):
        return Flaw(f"http_{error.response.status}", f"HTTP {error.response.status}")
    if isinstance(error, failed.IgnoreRequest):
        return _explain_ignored(str(error))
    for kind, (name, words) in _KINDS.items():
        if isinstance(error, kind):
            return Flaw(name, words)
    return _explain_broken(str(error) or type(error).__name__)


def _explain_ignored(text: str) -> Flaw:
    """Scrapy's middlewares tell their reasons as text only."""
    if "robots.txt" in text:
        return Flaw("robots", "robots.txt forbids it")
    if "DOWNLOAD_MAXSIZE" in text:
        return Flaw("too_large", "the answer is too large once it is unpacked")
    if "max redirections" in text:
        return Flaw("redirects", "too many redirects")
    return Flaw("refused", text or "refused")


def _explain_broken(text: str) -> Flaw:
    """Twisted tells what went wrong with an answer by the names of exceptions."""
    if "EndlessHeaders" in text:
        return Flaw("too_large", "the answer has too many headers")
    lowered = text.lower()
    if "certificate" in lowered or "ssl" in lowered or "tls" in lowered:
        return Flaw("tls", "no secure connection (its certificate or protocol cannot be trusted)")
    if "connection" in lowered or "lost" in lowered or "dataloss" in lowered:
        return Flaw("broken_off", "the connection broke off")
    return Flaw("broken", f"the answer cannot be read ({text[:200]})")
