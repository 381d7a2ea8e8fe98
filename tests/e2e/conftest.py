"""The demo, run once as its user runs it, and a way to go the road over any newsroom."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.store import Store, open_store
from tracker.cycle import Ground, run_stages
from tracker.demo.pages import Newsroom
from tracker.demo.site import start_site, write_sources
from tracker.progress import PlainProgress
from tracker.settings import load_settings

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Demo:
    """What a run of the demo printed, and the store that it filled."""

    status: int
    output: str
    progress: str
    store: Store

    def rows(self, language: str) -> list[list[str]]:
        """The cells of the printed table."""
        heading = {"zh": "| 应用 |", "en": "| Application |"}[language]
        table = self.output[self.output.index(heading) :].split("\n\n")[0]
        return [read_cells(line) for line in table.splitlines()[2:]]


def read_cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite'}"
    done = subprocess.run(
        [sys.executable, "-m", "tracker", "demo", "--no-serve", "--store", url],
        cwd=ROOT,
        env={**{k: v for k, v in os.environ.items() if not k.startswith("ROUNDWATCH_")}, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=1200,
        check=False,
    )
    with open_store(url) as store:
        yield Demo(done.returncode, done.stdout, done.stderr, store)


Go = Callable[[Newsroom], Store]


@pytest.fixture
def go(tmp_path: Path) -> Iterator[Go]:
    """Serves a newsroom on loopback and takes it from its feeds to events, with alerts into a file."""
    opened: list[Store] = []

    def go_the_road(newsroom: Newsroom) -> Store:
        sources = tmp_path / "sources"
        sources.mkdir(exist_ok=True)
        settings = load_settings(
            store_url=f"sqlite:///{tmp_path / 'store.sqlite'}",
            alert_channels=("file",),
            alert_tables={"file": {"path": tmp_path / "alerts.jsonl"}},
            alert_rules=ROOT / "tracker" / "demo" / "alerts.toml",
        )
        store = open_store(settings.store_url)
        opened.append(store)
        problems: list[str] = []
        with start_site(newsroom=newsroom) as site:
            write_sources(sources, site.url, newsroom.outlets.values())
            ground = Ground(store, settings, sources, {"allow_private": True, "delay": 0.0})
            run_stages(["crawl", "extract", "merge", "alert"], ground, PlainProgress(), problems.append)
        assert problems == []
        return store

    yield go_the_road
    for store in opened:
        store.close()
