"""The recipes of docs/howto/query.md, run against a server on loopback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.app import build_app
from api.settings import ApiSettings
from storage.store import open_store
from tests.api.factories import fill_week

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "howto" / "query.md").read_text("utf-8")
SHIPPED = "http://127.0.0.1:8000"


def recipes(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    file = tmp_path_factory.mktemp("recipes") / "store.sqlite"
    with open_store(f"sqlite:///{file}") as store:
        fill_week(store)
        server = uvicorn.Server(uvicorn.Config(build_app(store, ApiSettings()), port=0, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()


def run(command, folder):
    return subprocess.run(command, cwd=folder, env=dict(os.environ), capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("recipe", recipes("python"))
def test_the_recipes_in_python_run(address, recipe, tmp_path):
    shown = run([sys.executable, "-c", recipe.replace(SHIPPED, address)], tmp_path)
    assert "equity" in shown or "105" in shown


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("recipe", recipes("sh"))
def test_the_recipes_of_the_shell_run(address, recipe, tmp_path):
    shown = run(["bash", "-euo", "pipefail", "-c", recipe.replace(SHIPPED, address)], tmp_path)
    assert "items" in shown
    assert "2025-W04" in shown


def test_the_recipe_of_excel_asks_for_what_is_there_with_its_columns(address):
    (recipe,) = recipes("powerquery")
    (url,) = re.findall(r'Web\.Contents\("([^"]+)"\)', recipe)
    answer = httpx.get(url.replace(SHIPPED, address))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    columns = answer.text.splitlines()[0].split(",")
    assert {name for name, _ in re.findall(r'\{"(\w+)", type (\w+)\}', recipe)} <= set(columns)


def test_slow_clients_do_not_starve_others(address):
    """Two hundred connections that say half a request and wait."""
    import socket

    host, port = address.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(200)]
    try:
        for one in slow:
            one.sendall(b"GET /api/v1/weeks HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert httpx.get(f"{address}/api/v1/events").status_code == 200
    finally:
        for one in slow:
            one.close()
