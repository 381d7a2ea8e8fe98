"""The interchange form of articles: one JSON object a line, read one by one, bad lines told by their number."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from domain.article import Article
from domain.errors import BadInput

LANGUAGES = ("en", "zh")
# a year or a month alone names no day
_PARTIAL = re.compile(r"\d{4}(-\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Document:
    """One article of the file under the id that the file gives it; the id keeps its JSON type."""

    id: str | int
    article: Article


class Complaints:
    """Reports what is wrong with the input as it comes, on standard error, and remembers that there was something."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream
        self.count = 0

    def __call__(self, text: str) -> None:
        """Writes one line."""
        self.count += 1
        print(f"tracker: {text}", file=self._stream or sys.stderr)

    @property
    def exit_status(self) -> int:
        """What a command ends with: 1 where there was something to complain about."""
        return 1 if self.count else 0


def read_documents(lines: Iterable[bytes | str], report: Callable[[str], None]) -> Iterator[Document]:
    """Yields the documents of the lines; a line that is none is reported with its number and skipped."""
    for where, data in read_objects(lines, report):
        try:
            yield Document(_read_id(data, where), build_article(data, where))
        except BadInput as error:
            report(str(error))


def read_objects(lines: Iterable[bytes | str], report: Callable[[str], None]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the JSON objects of the lines, each with the name of its line; what is none is reported and skipped."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", _parse_line(line, f"line {number}")
        except BadInput as error:
            report(str(error))


def _parse_line(line: bytes | str, where: str) -> dict[str, Any]:
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line
        data = json.loads(text)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadInput(where, f"not JSON ({error or type(error).__name__})") from error
    if not isinstance(data, dict):
        raise BadInput(where, "not a JSON object")
    return data


def _read_id(data: Mapping[str, Any], where: str) -> str | int:
    if not isinstance(data.get("id"), (str, int)) or isinstance(data["id"], bool):
        raise BadInput(where, "id is missing or no text")
    found: str | int = data["id"]
    return found


def build_article(data: Mapping[str, Any], where: str) -> Article:
    """The article of an object; BadInput names the line and what is wrong with it."""
    for name in ("title", "text", "url", "published", "lang"):
        if not isinstance(data.get(name), (str, type(None))):
            raise BadInput(where, f"{name} is no text")
    return Article(
        # documents without an address of their own still need one each
        url=data.get("url") or f"urn:document:{data.get('id')}",
        title=data.get("title") or "",
        text=data.get("text") or "",
        language=data.get("lang") or None,
        published_on=_parse_day(data.get("published"), where),
    )


def _parse_day(text: str | None, where: str) -> date | None:
    if not text or _PARTIAL.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadInput(where, f"published {text!r} is not a date such as 2025-01-22") from error


def write_line(out: IO[str], record: dict[str, Any]) -> None:
    """Writes one record as a line of JSON."""
    out.write(json.dumps(record, ensure_ascii=False) + "\n")


@contextmanager
def open_files(input: str, output: str) -> Iterator[tuple[IO[bytes], IO[str]]]:
    """Opens input and output, `-` for the standard ones; BadInput names the one that cannot be opened."""
    with ExitStack() as opened:
        lines: IO[bytes] = sys.stdin.buffer
        out: IO[str] = sys.stdout
        if input != "-":
            lines = opened.enter_context(_open(input, "cannot be read", "rb"))
        if output != "-":
            out = opened.enter_context(_open(output, "cannot be written", "w", encoding="utf-8"))
        yield lines, out
        out.flush()


def _open(name: str, problem: str, mode: str, encoding: str | None = None) -> IO[Any]:
    try:
        return Path(name).open(mode, encoding=encoding)
    except OSError as error:
        raise BadInput(name, error.strerror or problem) from error
