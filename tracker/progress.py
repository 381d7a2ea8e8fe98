"""Progress on standard error: moving lines on a terminal, one plain line a step elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO


class Step:
    """One running step; `advance` may be called often, also without a known total."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.done = 0
        self.total: int | None = None

    def advance(self, done: int, total: int | None = None) -> None:
        """Says how far the step has come."""
        self.done, self.total = done, total


class PlainProgress:
    """Writes a line when a step begins and one when it ends."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr

    @contextmanager
    def step(self, label: str) -> Iterator[Step]:
        """Shows one step from its beginning to its end."""
        self.say(f"{label} …")
        began = time.monotonic()
        yield Step(label)
        self.say(f"{label}: {time.monotonic() - began:.1f} s")

    def say(self, text: str) -> None:
        """Writes one line."""
        print(text, file=self._stream, flush=True)


class RichStep(Step):
    """A step that moves a bar."""

    def __init__(self, label: str, bars: object, task: object) -> None:
        super().__init__(label)
        self._bars, self._task = bars, task

    def advance(self, done: int, total: int | None = None) -> None:
        """Moves the bar."""
        super().advance(done, total)
        self._bars.update(self._task, completed=done, total=total)  # type: ignore[attr-defined]


class RichProgress:
    """Shows a spinner, a bar and the time of the running step."""

    def __init__(self, stream: TextIO | None = None) -> None:
        from rich.console import Console

        self._console = Console(file=stream or sys.stderr, highlight=False)

    @contextmanager
    def step(self, label: str) -> Iterator[Step]:
        """Shows one step from its beginning to its end, then leaves one line of it."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        began = time.monotonic()
        with Progress(*columns, console=self._console, transient=True, redirect_stdout=sys.stdout.isatty()) as bars:
            yield RichStep(label, bars, bars.add_task(label, total=None))
        self.say(f"{label}: {time.monotonic() - began:.1f} s")

    def say(self, text: str) -> None:
        """Writes one line."""
        self._console.print(text, markup=False)


def build_progress(stream: TextIO | None = None) -> PlainProgress | RichProgress:
    """Moving progress where the stream is a terminal, plain lines elsewhere."""
    stream = stream or sys.stderr
    return RichProgress(stream) if stream.isatty() else PlainProgress(stream)


def describe_counts(counts: Mapping[str, int]) -> str:
    """`12 articles, 3 new` for {"articles": 12, "new": 3}, without zeros; `nothing to do` where nothing is left."""
    return (
        ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count) or "nothing to do"
    )
