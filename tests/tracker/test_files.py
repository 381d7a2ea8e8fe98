from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator

import pytest

from domain.article import Article
from domain.event import Extraction
from tracker.extract_file import extract_documents
from tracker.interchange import Complaints
from tracker.resolve import resolve


class TitleReader:
    """An extractor that takes the first word of a title for the company that raised money."""

    version = "test"

    def extract_many(self, articles: Iterable[Article]) -> Iterator[list[Extraction]]:
        for article in articles:
            yield [Extraction((article.title.split()[0],))] if article.title else []


def line(**document: object) -> str:
    return json.dumps(document, ensure_ascii=False)


def read(*lines: str | bytes) -> tuple[list[dict], list[str], int]:
    out, complaints = io.StringIO(), io.StringIO()
    status = extract_documents(lines, out, TitleReader(), Complaints(complaints))
    return [json.loads(written) for written in out.getvalue().splitlines()], complaints.getvalue().splitlines(), status


def test_every_document_gives_one_line_in_order_under_its_own_id():
    written, complaints, status = read(line(id="b", title="织羽 获投"), "", line(id=7, title="Loom raises", text=None))
    assert [(record["id"], record["events"][0]["company"]) for record in written] == [("b", ["织羽"]), (7, ["Loom"])]
    assert (complaints, status) == ([], 0)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("{half", "line 2: not JSON"),
        (b"\xff\xfe", "line 2: not JSON"),
        ("[1]", "line 2: not a JSON object"),
        (line(title="no id"), "line 2: id is missing"),
        (line(id=True), "line 2: id is missing"),
        (line(id="x", title=3), "line 2: title is no text"),
        (line(id="x", title="a", published="soon"), "line 2: published 'soon' is not a date"),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_the_rest_goes_on(bad, says):
    written, complaints, status = read(line(id=1, title="Loom"), bad, line(id=3, title="Kestrel"))
    assert [record["id"] for record in written] == [1, 3]
    assert complaints[0].startswith(f"tracker: {says}")
    assert status == 1


def test_a_document_without_text_is_named_and_keeps_its_line():
    written, complaints, status = read(line(id="empty-one"), line(id=2, title="Loom"))
    assert [len(record["events"]) for record in written] == [0, 1]
    assert complaints == ["tracker: document 'empty-one': it has neither title nor text"]
    assert status == 1


def test_documents_of_one_round_get_one_event_id_and_the_same_words_are_one_article():
    out = io.StringIO()
    lines = [
        line(id=1, title="Loom raises", text="one", published="2025-01-22"),
        line(id=2, title="Loom raises again", text="two", published="2025-01-22"),
        line(id=3, title="Kestrel raises", text="three", published="2025-01-22"),
        line(id=4, title="Loom raises", text="one", published="2025-01-22", url="https://elsewhere.example/1"),
    ]
    assert resolve(lines, out, TitleReader()) == 0
    filed = {record["id"]: record["event_ids"] for record in map(json.loads, out.getvalue().splitlines())}
    assert filed[1] == filed[2] == filed[4] != filed[3]
    assert all(len(ids) == 1 for ids in filed.values())
