"""Articles from files instead of the web: one reader a kind of file, all of them in READERS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from crawler.files.mail import iter_mailbox, iter_message
from crawler.files.outcome import Outcome
from crawler.files.warc import iter_warc
from crawler.sources import Source
from domain.errors import BadInput

READERS: Mapping[str, Callable[[Path, Sequence[Source]], Iterator[Outcome]]] = {
    "warc": iter_warc,
    "mbox": iter_mailbox,
    "eml": iter_message,
}


def iter_file(file: Path, sources: Sequence[Source]) -> Iterator[Outcome]:
    """Yields what each record or message of a file gave; BadInput where the file is of no kind that is known."""
    return READERS[tell_kind(file)](file, sources)


def tell_kind(file: Path) -> str:
    """The kind of a file, by its name and its first bytes."""
    name = file.name.lower()
    if name.endswith((".warc", ".warc.gz", ".warc.zst", ".warc.lz4")):
        return "warc"
    with file.open("rb") as opened:
        head = opened.read(512)
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith(b"From "):
        return "mbox"
    if name.endswith(".eml") or head.lower().startswith((b"received:", b"return-path:", b"from:", b"message-id:")):
        return "eml"
    raise BadInput(str(file), "neither a WARC file nor a mailbox nor a mail")
