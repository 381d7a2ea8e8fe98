from __future__ import annotations

import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from api.reports.settings import ReportSettings
from api.settings import ApiSettings
from crawler.settings import CrawlSettings
from domain.alert_rules import parse_rule
from domain.conditions import FIELDS, JOINS
from storage.settings import StorageSettings
from tests.tracker.factories import find_free_port
from tests.tracker.receivers import SECRET
from tests.tracker.test_channels import message, webhook
from tests.tracker.test_cli import invoke
from tracker.alerts.channels import CHANNELS, list_channel_fields
from tracker.settings import TrackerSettings

ROOT = Path(__file__).parents[2]
ALERTS = (ROOT / "docs" / "howto" / "alerts.md").read_text("utf-8")
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", ALERTS, re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(path):
    targets = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    missing = [t for t in targets if not re.match(r"\w+:", t) and not (path.parent / t).exists()]
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_is_shown_exists(path):
    for words in re.findall(r"\./run tracker ([a-z]+(?: [a-z]+)?)", path.read_text("utf-8")):
        names = words.split()
        shown = invoke(*names[: 2 if names[0] == "alerts" else 1], "--help")
        assert shown.exit_code == 0, words


def test_every_setting_that_is_shown_exists():
    known = {f"ROUNDWATCH_{name.upper()}" for name in (*TrackerSettings.model_fields, *StorageSettings.model_fields)}
    known |= {
        f"ROUNDWATCH_ALERT_{kind.upper()}_{name.upper()}"
        for kind, told in CHANNELS.items()
        for name in told.model_fields
    }
    known |= {f"ROUNDWATCH_API_{name.upper()}" for name in (*ApiSettings.model_fields, "host", "port")}
    known |= {f"ROUNDWATCH_CRAWL_{name.upper()}" for name in CrawlSettings.model_fields}
    known |= {f"ROUNDWATCH_{name.upper()}" for name in ReportSettings.model_fields}
    for path in (ROOT / "README.md", *(ROOT / "docs" / "howto").glob("*.md")):
        shown = set(re.findall(r"\bROUNDWATCH_[A-Z_]*[A-Z]\b", path.read_text("utf-8")))
        assert shown <= known | {"ROUNDWATCH_ALERT"}, path


def test_the_rule_and_the_channels_of_the_documentation_are_good_ones():
    rules, channels = (tomllib.loads(block) for block in blocks("toml"))
    for table in rules["rules"]:
        assert parse_rule(table)
    for table in channels["channels"].values():
        fields = {key.removesuffix("_env") for key in table} - {"type"}
        assert fields <= list_channel_fields(table["type"])


def test_every_field_of_a_rule_and_every_kind_of_channel_is_documented():
    assert all(f"`{name}`" in ALERTS for name in (*FIELDS, *JOINS, *CHANNELS))


def test_the_example_receiver_verifies_a_real_alert_and_drops_its_second_copy(tmp_path):
    [program] = blocks("python")
    port = find_free_port()
    assert SECRET in program
    with subprocess.Popen(
        [sys.executable, "-u", "-c", program.replace("9000", str(port))], stdout=subprocess.PIPE, text=True
    ) as receiver:
        sender = webhook(f"http://127.0.0.1:{port}/hook")
        one = message()
        payload = {"type": "funding_event.alert", "data": {"title": "Kestrel Loom raises $120M"}}
        alert = type(one)(one.id, one.title, one.text, payload)
        for _ in range(100):
            try:
                sender.send(alert)
                break
            except Exception:
                time.sleep(0.05)
        sender.send(alert)
        sender.send(type(one)("alert-2", one.title, one.text, payload))
        receiver.kill()
        assert receiver.stdout.read().splitlines() == ["Kestrel Loom raises $120M"] * 2
