"""New source files: drafted from what is known of an outlet, and written as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.opml import Outline
from crawler.parse.urls import get_host
from crawler.sources import Source, parse_source
from domain.errors import SourceError

_PREFIXES = re.compile(r"^(?:www\d?|feeds?|rss|news|blog|m)\.")
_SUFFIXES = re.compile(r"\.(?:co|com|net|org|gov|edu|ac)\.[a-z]{2}$|\.[a-z]{2,}$")


def name_source(url: str, taken: Iterable[str] = ()) -> str:
    """An id for the source of an address: `example` for https://www.example.co.uk/news, with a number where taken."""
    host = get_host(url)
    is_number = re.fullmatch(r"[\d.:]+", host)
    core = host if is_number else _SUFFIXES.sub("", _PREFIXES.sub("", host))
    stem = re.sub(r"[^a-z0-9]+", "-", core or host).strip("-")[:50] or "source"
    known, number, found = set(taken), 2, stem
    while found in known:
        found, number = f"{stem}-{number}", number + 1
    return found


def draft_source(source_id: str, facts: Mapping[str, Any]) -> Source:
    """A source of these facts, with what nobody said left out; SourceError names the field."""
    return parse_source(source_id, {name: value for name, value in facts.items() if value})


def draft_from_outline(outline: Outline, language: str, taken: Iterable[str]) -> Source:
    """A source that has one feed of an OPML list."""
    homepage = outline.homepage or "{0.scheme}://{0.netloc}/".format(urlsplit(outline.feed))
    facts = {
        "name": outline.title[:200],
        "homepage": homepage,
        "language": outline.language or language,
        "feeds": [outline.feed],
    }
    return draft_source(name_source(outline.feed, taken), facts)


def render_source(source: Source) -> str:
    """The source as its file; what stands at its default is left out."""
    facts = source.model_dump(mode="json", exclude={"id"}, exclude_defaults=True)
    facts.setdefault("verified", source.verified)
    lists = [(name, facts.pop(name)) for name in ("listings", "archives") if name in facts]
    tables = {name: facts.pop(name) for name in ("pages", "expect", "rewrite") if name in facts}
    # an optional field that is not set is a default that JSON calls null
    blocks = ["\n".join(f"{name} = {_write(value)}" for name, value in facts.items() if value is not None)]
    blocks += [_write_table(f"[{name}]", table) for name, table in tables.items()]
    blocks += [_write_table(f"[[{name}]]", table) for name, tables in lists for table in tables]
    return "\n\n".join(blocks) + "\n"


def write_source(source: Source, folder: Path) -> Path:
    """Writes a new source file; SourceError where there is one of that name."""
    file = folder / f"{source.id}.toml"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(render_source(source))
    except FileExistsError:
        raise SourceError(str(file), "is there already") from None
    return file


def mark_verified(file: Path, verified: bool) -> bool:
    """Sets `verified` in a source file and leaves every other line alone; gives whether that changed anything."""
    text = file.read_text("utf-8")
    line = f"verified = {'true' if verified else 'false'}"
    changed, count = re.subn(r"(?m)^verified\s*=\s*(?:true|false)[ \t]*$", line, text, count=1)
    if not count:
        # before the first table: behind it, the line would be the table's
        head, bracket, tail = re.match(r"(?s)(.*?)(^\[|\Z)(.*)", text, re.MULTILINE).groups()  # type: ignore[union-attr]
        changed = f"{head.rstrip()}\n{line}\n" + (f"\n{bracket}{tail}" if bracket else "")
    if changed == text:
        return False
    file.write_text(changed, "utf-8")
    return True


def _write_table(head: str, facts: Mapping[str, Any]) -> str:
    return "\n".join([head, *(f"{name} = {_write(value)}" for name, value in facts.items() if value is not None)])


def _write(value: object) -> str:
    """A value that TOML writes as JSON does: strings, numbers, booleans and lists of them."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
