from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.request import urlopen

import pytest

from domain.errors import SettingsError, StoreError
from storage.search import Search
from storage.store import open_store
from tests.domain.factories import deal
from tests.storage.factories import article, tell
from tests.tracker.factories import report
from tracker.cycle import Ground, merge
from tracker.indexing import indexing
from tracker.progress import Step
from tracker.serving import build_address, check_port, find_port
from tracker.settings import load_settings


def listen() -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


def test_the_next_free_port_is_found_where_the_first_is_taken():
    with listen() as taken:
        port = taken.getsockname()[1]
        assert find_port("127.0.0.1", port, tries=50) > port


def test_a_taken_port_is_named():
    with listen() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"127.0.0.1:{port}: cannot listen there"):
            check_port("127.0.0.1", port)
        with pytest.raises(SettingsError, match="none of 1 ports"):
            find_port("127.0.0.1", port, tries=1)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
    ],
)
def test_the_address_shown_is_one_that_a_browser_takes(host, address):
    assert build_address(host, 80) == address


def test_a_server_that_runs_finds_what_others_write_without_being_started_anew(tmp_path):
    url, port = f"sqlite:///{tmp_path / 'store.sqlite'}", find_port("127.0.0.1", 18_000)
    command = [sys.executable, "-m", "tracker", "serve", "--store", url, "--port", str(port)]
    with open_store(url) as store, subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            wait_until(lambda: ask(port, "/healthz"))
            assert ask(port, "/api/v1/search?q=loomfield")["items"] == []
            report(store)
            wait_until(lambda: {hit["kind"] for hit in search(port, "loomfield")} == {"event", "company"})
            store.articles.add(article(title="Kestrel looks back"))
            wait_until(lambda: [hit["kind"] for hit in search(port, "kestrel")] == ["article"])
        finally:
            server.terminate()


def test_the_merge_stage_leaves_the_index_up_to_date(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store:
        tell(store, deal("Loomfield"))
        merge(Ground(store, load_settings(alert_rules=tmp_path / "none.toml")), Step("merge"))
        assert [hit.kind for hit in Search(store).find("loomfield", ["event"])[0]] == ["event"]


def test_an_index_that_cannot_be_kept_is_told_once_and_tried_again(tmp_path, monkeypatch, caplog):
    tries = []

    def refresh(self: Search, limit: int | None = None) -> int:
        tries.append(limit)
        raise StoreError("store", "is full")

    monkeypatch.setattr(Search, "refresh", refresh)
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store, indexing(store, pause=0.01):
        wait_until(lambda: len(tries) > 3)
    assert [record.getMessage() for record in caplog.records] == ["full-text index: store: is full"]


def search(port: int, words: str) -> list[dict]:
    return ask(port, f"/api/v1/search?q={words}")["items"]


def ask(port: int, path: str) -> dict | None:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return json.load(answer)
    except OSError:
        return None


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
