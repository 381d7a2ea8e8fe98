"""The house stands: rooms import downwards only, and every module says what it is for."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "storage", "crawler", "nlp", "api", "tracker")
SHAPELESS = {"utils", "helpers", "common", "manager", "service", "misc"}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint(['--no-cache']))"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_keep_the_contracts():
    shown = lint_imports(ROOT)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "0 broken" in shown.stdout


def test_a_breach_of_the_contracts_would_be_seen(tmp_path):
    for room in ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("import api\n" if room == "storage" else "")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    shown = lint_imports(tmp_path)
    assert shown.returncode == 1
    assert "storage -> api" in shown.stdout


@pytest.mark.parametrize(
    ("room", "absent"),
    [
        ("domain", {"pydantic", "sqlalchemy", "spacy", "scrapy", "fastapi"}),
        ("api.app", {"crawler", "nlp", "spacy", "scrapy", "twisted", "trafilatura"}),
        ("storage.store", {"crawler", "nlp", "spacy", "scrapy", "twisted", "fastapi"}),
        ("nlp.extractor", {"storage", "sqlmodel", "scrapy", "fastapi"}),
    ],
)
def test_importing_a_room_does_not_load_what_it_must_not_know(room, absent):
    program = f"import sys; import {room}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(shown.stdout.split()) & absent == set()


def test_every_module_is_named_for_what_it_holds_and_says_what_it_is_for():
    assert {path.stem for path in MODULES} & SHAPELESS == set()
    texts = {path: path.read_text("utf-8") for path in MODULES if "versions" not in path.parts}
    assert [path for path, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))] == []


def test_the_first_commands_of_the_readme_are_the_two_that_need_nothing():
    text = (ROOT / "README.md").read_text("utf-8")
    commands = [line.strip() for line in text.splitlines() if line.strip().startswith("./run ")]
    assert [command.split()[1] for command in commands[:2]] == ["demo", "test"]
