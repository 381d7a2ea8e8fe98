from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.errors import DeliveryError, NotFound, StoreError
from tracker.cli import GROUPS, app

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "alert", "crawl", "demo", "doctor", "export", "extract", "import", "merge", "report", "resolve", "run", "serve",
    "sources",
)  # fmt: skip
HEAVY = (
    "spacy",
    "scrapy",
    "sqlalchemy",
    "sqlmodel",
    "fastapi",
    "trafilatura",
    "twisted",
    "httpx",
    "pydantic_settings",
    "rich",
)


def run(*arguments: str, env: dict[str, str] | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDWATCH_")}
    return subprocess.run(
        [sys.executable, "-m", "tracker", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        input=stdin,
        cwd=ROOT,
        env={**clean, "PYTHONUTF8": "1", **(env or {})},
        timeout=120,
        check=False,
    )


def invoke(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def test_help_lists_every_command_and_each_has_help_of_its_own():
    shown = invoke("--help")
    assert shown.exit_code == 0
    for command in COMMANDS:
        assert f"  {command} " in shown.stdout
        assert invoke(command, "--help").exit_code == 0


def test_no_line_of_the_overview_is_cut_off():
    assert not any(line.endswith("...") for line in invoke("--help").stdout.splitlines() if "Usage" not in line)


@pytest.mark.parametrize("arguments", [["--help"], ["extract", "--help"], ["demo", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    program = (
        "import json, runpy, sys\n"
        f"sys.argv = ['tracker', *{arguments!r}]\n"
        "try:\n    runpy.run_module('tracker', run_name='__main__')\n"
        "except SystemExit:\n    pass\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    loaded = {name.split(".")[0] for name in json.loads(shown.stdout.splitlines()[-1])}
    assert loaded & set(HEAVY) == set()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["repot"], "Did you mean 'report'"),
        (["report"], "Missing argument"),
        (["report", "2025-W04", "--lang", "de"], "'de' is not one of"),
        (["report", "2025-W04", "--format", "pptx"], "'pptx' is not one of"),
        (["serve", "--port", "0"], "--port"),
        (["extract", "--nonsense"], "No such option"),
    ],
)
def test_wrong_usage_says_what_is_wrong_with_status_2(arguments, says):
    shown = invoke(*arguments)
    assert shown.exit_code == 2
    assert says in shown.stderr


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (NotFound("2031-W01", "nothing is stored"), "tracker: 2031-W01: nothing is stored\n"),
        (StoreError("postgresql://u:pw1234@db/x", "no\nanswer"), "tracker: postgresql://u:***@db/x: no answer\n"),
        (DeliveryError("webhook", "answered 500"), "tracker: webhook: answered 500\n"),
        (PermissionError(13, "Permission denied", "/data/x"), "tracker: /data/x: Permission denied\n"),
        (KeyboardInterrupt(), "tracker: stopped\n"),
    ],
)
def test_every_deliberate_error_is_one_line_and_never_a_traceback(monkeypatch, error, line):
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("tracker.commands.stages.open_given_store", fail)
    shown = invoke("merge")
    assert shown.stderr == line
    assert shown.stdout == ""
    assert shown.exit_code == (130 if isinstance(error, KeyboardInterrupt) else 1)


@pytest.mark.parametrize(
    ("arguments", "env", "subject"),
    [
        (["report", "2025-W60"], {}, "2025-W60"),
        (["report", "week four"], {}, "'week four'"),
        (["run", "--every", "often"], {}, "'often'"),
        (["merge"], {"ROUNDWATCH_ALERT_TIMEOUT": "soon"}, "ROUNDWATCH_ALERT_TIMEOUT"),
        (["--log-level", "loud", "merge"], {}, "ROUNDWATCH_LOG_LEVEL"),
        (["report", "2025-W04", "--store", "sqlite:///nowhere/x.sqlite"], {}, "sqlite:///nowhere/x.sqlite"),
        (["merge", "--store", "sqlite:////dev/null/x.sqlite"], {}, "sqlite:////dev/null/x.sqlite"),
        (["serve"], {"ROUNDWATCH_STORE_URL": "mysql://u:pw@db/x"}, "mysql://u:***@db/x"),
        (["extract", "--input", "no/such.jsonl"], {}, "no/such.jsonl"),
        (["resolve", "--output", "no/such/folder.jsonl"], {}, "no/such/folder.jsonl"),
    ],
)
def test_bad_input_is_named_on_one_line_with_status_1(arguments, env, subject):
    shown = run(*arguments, env=env)
    assert shown.returncode == 1
    assert shown.stderr.startswith(f"tracker: {subject}: ")
    assert shown.stderr.count("\n") == 1
    assert shown.stdout == ""


def test_every_group_of_commands_is_registered():
    modules = {path.stem for path in (ROOT / "tracker" / "commands").glob("[a-z]*.py")} - {"options"}
    registered = {group.__name__.rpartition(".")[2] for group in GROUPS}
    assert modules - registered == set()
