"""Why a download failed, in words that name no class of a library."""

from __future__ import annotations

from scrapy import exceptions as failed
from scrapy.spidermiddlewares.httperror import HttpError

_WORDS: dict[type[BaseException], str] = {
    failed.CannotResolveHostError: "the host name cannot be resolved",
    failed.DownloadConnectionRefusedError: "the connection was refused",
    failed.DownloadTimeoutError: "no answer in time",
    failed.DownloadCancelledError: "the answer is too large",
    failed.ResponseDataLossError: "the answer broke off",
    failed.UnsupportedURLSchemeError: "not an http or https address",
}


def explain(error: BaseException) -> str:
    """One sentence on a failed download."""
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    if isinstance(error, failed.IgnoreRequest):
        return "robots.txt forbids it" if "robots.txt" in str(error) else str(error) or "refused"
    words = next((words for kind, words in _WORDS.items() if isinstance(error, kind)), None)
    if words:
        return words
    if isinstance(error, failed.DownloadFailedError):
        return f"the download failed ({error})"
    return f"{type(error).__name__}: {error}".rstrip(": ")
