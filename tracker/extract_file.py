"""Reads a file of articles and writes the funding events of each, in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from tracker.interchange import Complaints, open_files, read_documents, write_line
from tracker.stages import Reader


def extract_documents(
    lines: Iterable[bytes | str], out: IO[str], extractor: Reader, complain: Complaints | None = None
) -> int:
    """Writes a line of events for each document; gives the exit status, 1 where a line was skipped."""
    complain = complain or Complaints()
    for document in read_documents(lines, complain):
        if not document.article.body.strip():
            complain(f"document {document.id!r}: it has neither title nor text")
        found = next(iter(extractor.extract_many([document.article])), [])
        write_line(out, {"id": document.id, "events": [event.as_dict() for event in found]})
    return complain.exit_status


def extract_file(input: str, output: str) -> int:
    """Extracts from a JSONL file (`-` is standard input) into another; gives the exit status."""
    from nlp.extractor import load_extractor

    with open_files(input, output) as (lines, out):
        return extract_documents(lines, out, load_extractor())
