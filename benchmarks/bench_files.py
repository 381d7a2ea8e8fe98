"""Where the annotated files lie that benchmarks score against, and the figures frozen before."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import SettingsError

_PROJECT = Path(__file__).parent.parent
_FROZEN = Path(__file__).parent / "frozen"


class BenchSettings(BaseSettings):
    """What a benchmark needs to know; ROUNDWATCH_BENCH_DIR is the folder of annotated files."""

    model_config = SettingsConfigDict(env_prefix="ROUNDWATCH_", extra="ignore", frozen=True)

    bench_dir: Path = _PROJECT / ".." / "shared" / "bench"


def find_bench_file(name: str) -> Path:
    """The file of that name in the folder; SettingsError says where it was looked for."""
    path = BenchSettings().bench_dir.resolve() / name
    if not path.exists():
        raise SettingsError("ROUNDWATCH_BENCH_DIR", f"there is no {name} in {path.parent}")
    return path


def run_scorer(script: str, *arguments: str | Path) -> str:
    """What a scorer of the folder prints."""
    command = [sys.executable, str(find_bench_file(script)), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def load_frozen(name: str) -> dict[str, float]:
    """The figures frozen for a benchmark, none where there are none."""
    path = _FROZEN / f"{name}.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def freeze(name: str, figures: dict[str, float]) -> None:
    """Keeps the figures to compare later runs with."""
    (_FROZEN / f"{name}.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")


def print_beside_frozen(name: str, figures: dict[str, float], arguments: list[str]) -> None:
    """Prints each figure beside the frozen one, gains and losses alike; `--freeze` keeps the new ones."""
    frozen = load_frozen(name)
    for label, value in figures.items():
        before = frozen.get(label)
        change = "" if before is None else f"   frozen {before:8.1f}   {value - before:+.1f}"
        print(f"{label:<44}{value:8.1f}{change}")
    if "--freeze" in arguments:
        freeze(name, frozen | figures)
