from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from crawler.settings import load_crawl_settings
from crawler.sources import Source
from storage.store import open_store
from tests.crawler.conftest import make_source, texts
from tests.crawler.sites import Handler, LocalSite, render_article, render_rss
from tests.crawler.warm import run_child, start

PAGES = 240
FEEDS = 6


def serve(site: LocalSite) -> list[Source]:
    def answer(handler: Handler) -> None:
        # slow enough for a crawl to be killed in its midst
        time.sleep(0.01)
        number = int(handler.path.strip("/"))
        body = render_article(f"Company {number} raises ${number} million").encode()
        handler.answer(body, "text/html", 200, {})

    for number in range(PAGES):
        site.routes[f"/{number}"] = answer
    for number in range(FEEDS):
        links = [f"{site.url}/{page}" for page in range(number, PAGES, FEEDS)]
        site.put(f"/feed{number}", render_rss(links), "application/rss+xml", ETag=f'"{number}"')
    return [make_source(f"source-{number}", feeds=[f"{site.url}/feed{number}"]) for number in range(FEEDS)]


def describe(sources: list[Source], folder: Path, store_url: str) -> str:
    options = load_crawl_settings(allow_networks="127.0.1.0/24", delay=0.0, per_host=8)
    job = {
        "task": "crawl",
        "named": True,
        "sources": [source.model_dump(mode="json") for source in sources],
        "store_url": store_url,
        "settings": options.model_dump(mode="json", exclude={"proxy"}),
        "report": str(folder / "report.json"),
        "log_level": "ERROR",
    }
    return json.dumps(job) + "\n"


def kill_in_its_midst(child: BaseProcess, site: LocalSite, more: int) -> None:
    """Kills the process once the site has had some more requests, or lets it end where it needs fewer."""
    enough = len(site.requests) + more
    while len(site.requests) < enough and child.exitcode is None:
        time.sleep(0.002)
    child.kill()
    child.join()


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_a_crawl_that_is_killed_again_and_again_ends_with_every_article(
    kills: int, site: LocalSite, tmp_path: Path
) -> None:
    sources = serve(site)
    store_url = f"sqlite:///{tmp_path / 'crawl.sqlite'}"
    chance = random.Random(kills)
    for _ in range(kills):
        child = start(describe(sources, tmp_path, store_url), os.environ)
        kill_in_its_midst(child, site, chance.randint(1, 2 * PAGES // kills))
    assert run_child(describe(sources, tmp_path, store_url), os.environ) == 0
    with open_store(store_url) as store:
        assert set(texts(store)) == {f"{site.url}/{number}" for number in range(PAGES)}
        assert store.frontier.count_pending() == 0


def test_a_crawl_ends_with_whoever_started_it(site: LocalSite, tmp_path: Path) -> None:
    sources = serve(site)
    child = subprocess.Popen([sys.executable, "-m", "crawler.process"], stdin=subprocess.PIPE, text=True)
    assert child.stdin
    child.stdin.write(describe(sources, tmp_path, f"sqlite:///{tmp_path / 'crawl.sqlite'}"))
    child.stdin.flush()
    while not site.requests:
        time.sleep(0.01)
    child.stdin.close()
    assert child.wait(timeout=30) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert "the next one goes on from here" in report["problems"][0]
