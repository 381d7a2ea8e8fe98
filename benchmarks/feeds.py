"""Reads feedparser's own test files with our reader and with feedparser's defaults, and accounts for every difference.

    ./run bench feeds --path=FOLDER [--freeze]      the `tests` folder of feedparser's source distribution
    ./run bench feeds                               without it, only the speed on feeds of our own making is measured

Fails where a file crashes our reader or takes too long, and where a difference has no reason below.
"""

from __future__ import annotations

import argparse
import calendar
import itertools
import re
import signal
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import feedparser

from benchmarks.bench_files import freeze, load_frozen
from crawler.parse.feeds import Feed, NotAFeed, parse_feed
from crawler.parse.text import read_lines, strip_markup
from crawler.parse.urls import canonicalise_url

URL = "http://127.0.0.1:8097/feed.xml"
SECONDS = 5
REASONS = {
    "no entries": "the file is about the feed itself, or about something that an article has no use for",
    "no usable link": "an entry that leads to no web page is no article: ours drops and counts it",
    "canonical link": "addresses lose fragment, tracking and session, and are resolved against the feed's own address",
    "title as text": "titles are plain text on one line: markup, entities and white space are folded",
    "summary as text": "summaries are plain text: what the sanitiser lets through of scripts and comments is left out",
    "content as text": "of the full text too no script's and no frame's words are kept",
    "broken comment": "where a comment ends is read by HTML's rules; one without an end is text, which a page escapes",
    "no feed": "a document whose root is no feed is told as what it is, not read as an empty feed",
    "charset": "ours sees through a wrong declaration by looking at the characters",
}


class TooSlow(Exception):
    """A file took longer than the limit."""


def main(arguments: list[str]) -> int:
    """Compares file by file, then measures speed."""
    parser = argparse.ArgumentParser(prog="bench feeds")
    parser.add_argument("--path", type=Path)
    parser.add_argument("--freeze", action="store_true")
    given = parser.parse_args(arguments)
    status = compare(given.path, keep=given.freeze) if given.path else 0
    print_speed()
    return status


def compare(folder: Path, *, keep: bool = False) -> int:
    """Reads every file and prints what differs and why; 1 where anything is unaccounted for."""
    files = sorted(
        file for file in folder.rglob("*") if file.suffix in (".xml", ".json", ".gz", ".z") and file.is_file()
    )
    outcomes: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for outcome in judge(file.read_bytes()):
            outcomes[outcome].append(str(file.relative_to(folder)))
    counts = {outcome: len(names) for outcome, names in outcomes.items()}
    print_counts({"files": len(files), **counts}, load_frozen("feeds"))
    if keep:
        freeze("feeds", {"files": len(files), **counts})
    bad = {outcome: names for outcome, names in outcomes.items() if outcome not in REASONS and outcome != "same"}
    for outcome, names in bad.items():
        print(f"\n{outcome}: " + ", ".join(names[:20]) + (" …" if len(names) > 20 else ""))
    return 1 if bad else 0


def print_counts(counts: dict[str, float], frozen: dict[str, float]) -> None:
    """How many files differ for each reason, and how many more or fewer those are than in the frozen run."""
    for outcome in sorted(counts | frozen, key=lambda outcome: -counts.get(outcome, 0)):
        now, before = counts.get(outcome, 0), frozen.get(outcome, 0)
        change = f"{now - before:+7,.0f}" if frozen and now != before else " " * 7
        print(f"{now:6,.0f}{change}  {outcome:<16} {REASONS.get(outcome, '')}")


def judge(body: bytes) -> set[str]:
    """How our reading of a file differs from feedparser's: `same`, the reasons of the differences, or a failure."""
    body = link_entries(body)
    theirs = feedparser.parse(body)
    try:
        ours = run_limited(lambda: parse_feed(body, URL))
    except NotAFeed:
        return {"no feed"}
    except TooSlow:
        return {"HANG"}
    except Exception as error:
        return {f"CRASH {type(error).__name__}"}
    found = compare_titles(ours.title, theirs.feed.get("title") or "")
    found |= compare_entries(ours, theirs)
    if not found and not theirs.entries and not ours.entries:
        return {"no entries"}
    return found or {"same"}


def link_entries(body: bytes) -> bytes:
    """The file with an address in each entry that has none: most files test one element and nothing else."""
    number = itertools.count()

    def add(match: re.Match[bytes]) -> bytes:
        url = f"http://127.0.0.1:8097/entry-{next(number)}".encode()
        link = b"<link>" + url + b"</link>" if match[1] == b"item" else b'<link href="' + url + b'"/>'
        return match[0] + link

    has_link = re.search(
        rb"<(?:item|entry)\b[^>]*[^/]>(?:(?!</(?:item|entry)>).)*?<(?:link|guid|id)\b", body, re.DOTALL
    )
    return body if has_link else re.sub(rb"<(item|entry)(?:\s[^>]*[^/])?>", add, body)


def compare_entries(ours: Feed, theirs: Any) -> set[str]:
    """The reasons why the entries of two readings differ."""
    mine = {entry.url: entry for entry in ours.entries}
    found: set[str] = set()
    seen: Counter[str] = Counter()
    for item in theirs.entries:
        link = dict.get(item, "link") or item.get("id", "")
        url = canonicalise_url(link, URL)
        if url is None or (url not in mine and ours.dropped.get("without_link")):
            found.add("no usable link")
            continue
        seen[url] += 1
        if seen[url] > 1:
            found.add("repeated link")
            continue
        if url not in mine:
            found.add("canonical link")
            continue
        if url != link:
            found.add("canonical link")
        entry = mine[url]
        found |= compare_titles(entry.title, item.get("title") or "") | compare_dates(entry.moment, item)
        found |= compare_texts("summary", entry.summary, strip_markup(item.get("summary") or ""))
        found |= compare_texts("content", read_text(entry.content), read_text(find_content(item)))
        if (entry.author or "") not in (author := item.get("author") or "", strip_markup(author)):
            found.add("author")
    return found


def find_content(item: Any) -> str:
    """The longest text that feedparser has of an entry."""
    parts = [item.get("summary") or "", *(part.get("value") or "" for part in item.get("content", ()))]
    return max(parts, key=len)


def read_text(markup: str) -> str:
    """The words that markup shows."""
    return " ".join(read_lines(markup))


def compare_texts(name: str, ours: str, theirs: str) -> set[str]:
    """Why two plain texts differ; ours has no more words than theirs."""
    if ours == theirs:
        return set()
    if not theirs.isascii() or not ours.isascii():
        return {"charset"}
    has_less = set(re.findall(r"\w+", ours)) <= set(re.findall(r"\w+", theirs))
    return {f"{name} as text"} if has_less and "<" not in ours else {name}


def compare_titles(ours: str, theirs: str) -> set[str]:
    """Why two titles differ."""
    if ours == theirs:
        return set()
    if ours == strip_markup(theirs) or "".join(ours.split()) == "".join(strip_markup(strip_markup(theirs)).split()):
        return {"title as text"}
    if not theirs.isascii() or not ours.isascii():
        return {"charset"}
    if "<!--" in ours or (ours and theirs.startswith(ours)):
        return {"broken comment"}
    # feedparser's sanitiser takes elements out whole that ours reads the text of
    return {"title as text"} if "<" in theirs or not theirs else {"title"}


def compare_dates(ours: Any, item: Any) -> set[str]:
    """Why two dates differ."""
    theirs = next(
        (dict.get(item, f"{n}_parsed") for n in ("published", "created", "updated") if dict.get(item, n)), None
    )
    if theirs is None:
        return set() if ours is None else {"other date"}
    try:
        at = datetime.fromtimestamp(calendar.timegm(theirs), UTC)
    except (ValueError, OverflowError):
        return {"implausible date"}
    if ours is None:
        far = at.year < 1995 or at > datetime.now(UTC) + timedelta(hours=36)
        return {"implausible date"} if far else {"date without a year or zone"}
    return set() if ours.at == at or ours.on == at.date() else {"other date"}


def run_limited(work: Callable[[], Feed]) -> Feed:
    """What a work gives within the limit."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def print_speed(items: int = 200, rounds: int = 5) -> None:
    """Entries a second of both, on a feed with marked-up summaries."""
    summary = (
        "&lt;p&gt;The company &lt;b&gt;has raised&lt;/b&gt; money, &lt;a href='x'&gt;it said&lt;/a&gt;.&lt;/p&gt;" * 5
    )
    entries = "".join(
        f"<item><title>Company {n} raises ${n} million</title><link>https://news.example/{n}</link>"
        f"<pubDate>Wed, 22 Jan 2025 10:00:00 GMT</pubDate><description>{summary}</description></item>"
        for n in range(items)
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel>{entries}</channel></rss>'.encode()
    works: dict[str, Callable[[], object]] = {
        "ours": lambda: parse_feed(body, URL),
        "feedparser's defaults": lambda: feedparser.parse(body),
    }
    rates: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            rates[name].append(items / (time.perf_counter() - began))
    for name, measured in rates.items():
        print(f"{statistics.median(measured):8,.0f} entries/s  {name}")
    print(f"{statistics.median(a / b for a, b in zip(*rates.values(), strict=True)):8.1f} times as fast")
