"""Runs benchmarks: python -m benchmarks [name …] [--option …]; all of them, in order, where none is named."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable

import benchmarks


def find_benchmarks() -> dict[str, Callable[[list[str]], int]]:
    """The `main` of each module that has one, by the module's name."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module.main for name, module in modules.items() if hasattr(module, "main")}


def run(arguments: list[str]) -> int:
    """Runs what is asked for; 0 where all went well, 2 where there is no such benchmark."""
    names = [argument for argument in arguments if not argument.startswith("-")]
    options = [argument for argument in arguments if argument.startswith("-")]
    known = find_benchmarks()
    if unknown := [name for name in names if name not in known]:
        print(f"bench: no benchmark {unknown[0]!r}; these are there: {', '.join(known)}", file=sys.stderr)
        return 2
    status = 0
    for name in names or known:
        print(f"== {name}", flush=True)
        status = max(status, known[name](options))
    return status


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
