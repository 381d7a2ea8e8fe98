from __future__ import annotations

import io
import re

import pytest

from tracker.console_table import print_table, render_plain
from tracker.progress import build_progress, describe_counts


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


ROWS = [["织羽科技", "AI 硬件", "数千万元人民币"], ["Kestrel | Loom\nLtd", "——", "$120M"]]


def test_without_a_terminal_each_row_stands_on_one_line():
    stream = io.StringIO()
    print_table(["应用", "类型", "额"], ROWS, title="2025-W04", stream=stream)
    assert stream.getvalue().splitlines() == [
        "2025-W04",
        "",
        "| 应用 | 类型 | 额 |",
        "| --- | --- | --- |",
        "| 织羽科技 | AI 硬件 | 数千万元人民币 |",
        "| Kestrel \\| Loom Ltd | —— | $120M |",
    ]


def test_a_table_without_title_begins_with_its_columns():
    assert render_plain(["a"], [["1"]]) == "| a |\n| --- |\n| 1 |"


def test_on_a_terminal_the_columns_line_up_also_under_wide_characters():
    from rich.cells import cell_len

    stream = Terminal()
    print_table(["应用", "类型", "额"], ROWS, title="2025-W04", stream=stream)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
    drawn = [line for line in plain.splitlines() if "│" in line or "┃" in line]
    assert len({cell_len(line) for line in drawn}) == 1
    assert "数千万元人民币" in stream.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["file", "terminal"])
def test_progress_names_the_step_and_what_is_said_meanwhile(stream):
    progress = build_progress(stream)
    with progress.step("extract") as step:
        step.advance(3, 10)
        progress.say("a [bracket] stays")
    assert "extract" in stream.getvalue()
    assert "a [bracket] stays" in stream.getvalue()


@pytest.mark.parametrize(
    ("counts", "text"),
    [({"articles": 1200, "new_events": 3, "failed": 0}, "1,200 articles, 3 new events"), ({"a": 0}, "nothing to do")],
)
def test_counts_are_told_in_words(counts, text):
    assert describe_counts(counts) == text
