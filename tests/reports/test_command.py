from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.reports.formats import BY_EXTENSION, FORMATS
from storage.store import open_store
from tests.api.factories import open_client
from tests.reports.world import fill_world
from tracker.cli import app


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A store in a file, and its URL."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'world.sqlite'}"
    with open_store(url) as store:
        fill_world(store)
        yield store, url


def run(url: str, *arguments: str, status: int = 0):
    shown = CliRunner().invoke(app, ["report", *arguments, "--store", url])
    assert shown.exit_code == status, shown.output
    return shown


def test_command_and_api_give_the_same_bytes_in_every_form(kept, tmp_path):
    store, url = kept
    shown = run(url, "2025-W04", "--lang", "zh", "--all", "--output", str(tmp_path))
    written = {Path(line).suffix[1:]: Path(line) for line in shown.stderr.splitlines()}
    assert set(written) == set(BY_EXTENSION)
    with open_client(store) as client:
        for extension, path in written.items():
            answer = client.get(f"/api/v1/weeks/2025-W04/report.{extension}?lang=zh")
            assert path.read_bytes() == answer.content, extension
            assert answer.headers["content-type"] == BY_EXTENSION[extension].media_type
            assert path.name in answer.headers["content-disposition"]


@pytest.mark.parametrize("form", FORMATS)
def test_one_form_goes_to_standard_output_or_into_a_file(kept, tmp_path, form):
    _, url = kept
    path = tmp_path / "deep" / "report"
    run(url, "2025-W03", "--format", form, "--output", str(path))
    assert run(url, "2025-W03", "-f", form).stdout_bytes == path.read_bytes()


def test_filters_and_times_are_those_of_the_api(kept):
    store, url = kept
    options = ["--min-usd", "1e6", "--top", "2", "--kind", "equity", "--status", "announced", "--as-of", "2025-01-26"]
    shown = run(url, "2025-W04", "-f", "json", *options).stdout_bytes
    with open_client(store) as client:
        query = "min_usd=1e6&top=2&kind=equity&status=announced&as_of=2025-01-26&lang=en"
        assert client.get(f"/api/v1/weeks/2025-W04/report.json?{query}").content == shown


@pytest.mark.parametrize(
    ("arguments", "subject"),
    [
        (["2025-W04", "--kind", "gift"], "'gift'"),
        (["2025-W04", "--status", "x"], "'x'"),
        (["2025-W04", "--round", "series-z"], "'series-z'"),
        (["2025-W04", "--sector", "weaving"], "'weaving'"),
        (["2025-W04", "--as-of", "soon"], "'soon'"),
        (["2025-W05..2025-W04"], "'2025-W05..2025-W04'"),
        (["2024-02"], "2024-02"),
        (["2031-W01"], "2031-W01"),
    ],
)
def test_what_cannot_be_printed_is_named(kept, arguments, subject):
    assert run(kept[1], *arguments, status=1).stderr.startswith(f"tracker: {subject}: ")


def test_ranges_months_and_the_latest_week_are_printed_as_text(kept):
    for period in ("2025-W03..2025-W04", "2025-01", "latest"):
        assert "Stargate" in run(kept[1], period).stdout
