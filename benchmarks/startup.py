"""How long `python -m tracker --help` takes, beside a bare interpreter."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

FROZEN = Path(__file__).with_name("frozen") / "startup.json"
GOAL_MS = 500.0
_RUNS = 15


def main(arguments: list[str]) -> int:
    """Prints the medians and gives 1 where the goal is missed; `--freeze` keeps them."""
    figures = {
        "python": measure([sys.executable, "-c", "pass"]),
        "tracker --help": measure([sys.executable, "-m", "tracker", "--help"]),
        "tracker report --help": measure([sys.executable, "-m", "tracker", "report", "--help"]),
    }
    frozen = json.loads(FROZEN.read_text("utf-8")) if FROZEN.exists() else {}
    for name, value in figures.items():
        print(f"{name:<24} {value:7.0f} ms   frozen {frozen.get(name, float('nan')):7.0f} ms")
    print(f"goal: --help under {GOAL_MS:.0f} ms")
    if "--freeze" in arguments:
        FROZEN.parent.mkdir(exist_ok=True)
        FROZEN.write_text(json.dumps({name: round(value, 1) for name, value in figures.items()}, indent=1) + "\n")
    return int(figures["tracker --help"] > GOAL_MS)


def measure(command: list[str], runs: int = _RUNS) -> float:
    """The median wall time of a command in milliseconds; the first run, which fills caches, does not count."""
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[1:])
