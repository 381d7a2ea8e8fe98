"""Checks whether everything that a run needs is in place, and says what is wrong where it is not."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from domain.errors import RoundwatchError, StoreError
from tracker.settings import TrackerSettings, load_settings


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Given:
    """What the checks look at."""

    settings: TrackerSettings
    sources_dir: Path | None


def examine(store_url: str | None = None, sources_dir: Path | None = None) -> list[Check]:
    """Runs every check; without readable settings there is only that one to report."""
    try:
        settings = load_settings(store_url=store_url)
    except RoundwatchError as error:
        return [Check("settings", False, str(error))]
    given = Given(settings, sources_dir or settings.sources_dir)
    return [Check("settings", True, "all readable"), *(_run(name, check, given) for name, check in CHECKS.items())]


def _run(name: str, check: Callable[[Given], str], given: Given) -> Check:
    try:
        return Check(name, True, check(given))
    except (RoundwatchError, OSError) as error:
        return Check(name, False, str(error))
    except ImportError as error:
        return Check(name, False, f"{error.name}: cannot be imported ({error})")


def _check_python(given: Given) -> str:
    names = ("scrapy", "spacy", "sqlmodel", "fastapi")
    return ", ".join([f"Python {sys.version.split()[0]}", *(f"{n} {importlib.metadata.version(n)}" for n in names)])


def _check_store(given: Given) -> str:
    from storage.store import open_store

    with open_store(given.settings.store_url) as store:
        if circles := store.redirects.count_circles():
            raise StoreError(store.url, f"{circles} circles of merges; rebuild opens them")
        return f"{store.articles.count():,} articles at {store.url}"


def _check_sources(given: Given) -> str:
    from crawler.sources import load_sources

    found = load_sources(given.sources_dir)
    if not found:
        raise OSError("no source file found")
    return f"{len(found)} sources"


def _check_extractor(given: Given) -> str:
    from nlp.extractor import load_extractor

    return f"version {load_extractor().version}"


def _check_channels(given: Given) -> str:
    from tracker.alerts.setup import load_setup

    setup = load_setup(given.settings)
    routes = setup.build_routes()
    return f"{', '.join(routes) or 'none: alerts stay in the outbox'}; {len(setup.book.rules)} rules"


def _check_fonts(given: Given) -> str:
    """Charts and PDF with Chinese words need a font that has them; nothing else does."""
    program = shutil.which("fc-list")
    if program is None:
        return "cannot tell (no fc-list); charts and PDF in Chinese need a font with Chinese glyphs"
    found = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    families = sorted({line.split(",")[0].strip() for line in found.stdout.splitlines() if line.strip()})
    return ", ".join(families[:3]) or "none with Chinese glyphs: charts and PDF in Chinese will show boxes"


CHECKS: dict[str, Callable[[Given], str]] = {
    "python": _check_python,
    "store": _check_store,
    "sources": _check_sources,
    "extractor": _check_extractor,
    "channels": _check_channels,
    "fonts": _check_fonts,
}
