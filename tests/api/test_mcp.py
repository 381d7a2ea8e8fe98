"""The MCP server, asked by the SDK's own client: in one process, over standard input and output, and over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from api.mcp import build_mcp
from storage.store import open_store
from tests.api.factories import fill_week

ROOT = Path(__file__).parents[2]


async def ask(server, tool, **arguments):
    async with Client(server) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        result = await client.call_tool(tool, arguments)
    assert tool in names
    return result


def call(server, tool, **arguments):
    result = asyncio.run(ask(server, tool, **arguments))
    assert not result.is_error, result.content
    return json.loads(result.content[0].text)


@pytest.fixture
def server(store):
    return build_mcp(store, "https://rounds.example", today=date(2025, 1, 24))


def test_it_tells_who_raised_more_than_100_million_this_week_with_sources(server, ids):
    found = call(server, "list_events", week="current", min_usd=100_000_000)
    assert found["week"] == "2025-W04"
    assert [event["id"] for event in found["events"]] == [ids["stargate"], ids["debt"], ids["rumour"], ids["bolt"]]
    bolt = found["events"][-1]
    assert bolt["page_url"] == f"https://rounds.example/events/{ids['bolt']}"
    assert {source["source"] for source in bolt["sources"]} == {"chaoliu", "harbour"}
    assert any("1.055亿美元" in quote for source in bolt["sources"] for quote in source["quotes"])


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_company", {"name": "StackBlitz"}),
        ("get_investor", {"name": "GV"}),
        ("get_week", {"week": "2025-W04"}),
        ("get_stats", {"by": "week"}),
        ("search", {"query": "未来智能"}),
    ],
)
def test_every_tool_answers(server, tool, arguments):
    assert call(server, tool, **arguments)


def test_an_event_comes_with_what_articles_report(server, ids):
    found = call(server, "get_event", event_id=ids["bolt"])
    assert {one["field"] for one in found["reported"]} >= {"amount", "round"}
    assert found["history"][0]["revision"] == 1


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_events", {"week": "2025-W60"}),
        ("list_events", {"limit": 0}),
        ("get_event", {"event_id": "nothing"}),
        ("get_company", {"name": "nobody"}),
        ("get_stats", {"by": "moon"}),
    ],
)
def test_what_cannot_be_answered_is_an_error_that_says_why(server, tool, arguments):
    result = asyncio.run(ask(server, tool, **arguments))
    assert result.is_error
    assert result.content[0].text


@pytest.fixture
def url(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with open_store(url) as store:
        fill_week(store)
    return url


def test_it_speaks_over_standard_input_and_output(url):
    command = ["-m", "tracker", "mcp", "--store", url]
    parameters = StdioServerParameters(command=sys.executable, args=command, cwd=str(ROOT), env=dict(os.environ))
    assert call(parameters, "get_week", week="2025-W04")["events"] == 6


def test_it_speaks_over_http(url):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tracker", "mcp", "--http", "--port", str(port), "--store", url]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            assert call(f"http://127.0.0.1:{port}/mcp", "get_week", week="2025-W04")["events"] == 6
        finally:
            process.terminate()


def _wait_for(port):
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not come up")
