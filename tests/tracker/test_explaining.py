from __future__ import annotations

import pytest
from typer.testing import CliRunner

from tracker.cli import app

TITLE = "Bramblewood raises $12M Series A led by Accel"
TEXT = "The Oslo company, which builds fire sensors, closed the round on Monday."


def explain(*arguments: str):
    return CliRunner().invoke(app, ["explain", *arguments], env={"COLUMNS": "200"})


def test_a_text_is_shown_with_its_event_and_the_reasons_for_each_value(tmp_path):
    (tmp_path / "a.txt").write_text(f"{TITLE}\n{TEXT}\n", encoding="utf-8")
    shown = explain(str(tmp_path / "a.txt"))
    assert shown.exit_code == 0
    for words in (TITLE, "Bramblewood: announced, equity", "12000000 to 12000000 USD (exact)", "the trained part"):
        assert words in shown.stdout


def test_a_page_is_read_and_all_marks_are_written_to_a_page_of_their_own(tmp_path):
    page = (
        f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><p>{TEXT}</p></article></body></html>"
    )
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert explain(str(tmp_path / "a.html"), "--html", str(tmp_path / "out.html")).exit_code == 0
    written = (tmp_path / "out.html").read_text("utf-8")
    assert 'title="parties company' in written or "parties company" in written
    assert "Bramblewood: announced, equity" in written


@pytest.mark.parametrize(
    ("text", "why"),
    [("Nothing here.\n", "no word for money raised"), ("アクメはシリーズＡの資金を得たと発表しました。\n", "neither")],
)
def test_what_is_not_read_says_why(tmp_path, text, why):
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert why in explain(str(tmp_path / "a.txt")).stdout


def test_a_file_that_is_not_there_is_named():
    shown = explain("missing.txt")
    assert shown.exit_code == 1
    assert "missing.txt" in shown.output
