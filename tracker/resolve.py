"""Says which documents of a file tell the same round, by filing them in a throw-away store."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from storage.store import Store, open_store
from tracker.interchange import Complaints, Document, open_files, read_documents, write_line
from tracker.stages import Reader, extract, merge


def resolve(lines: Iterable[bytes | str], out: IO[str], extractor: Reader, complain: Complaints | None = None) -> int:
    """Writes a line of event ids for each document; gives the exit status, 1 where a line was skipped."""
    complain = complain or Complaints()
    with tempfile.TemporaryDirectory(prefix="roundwatch-") as folder, _open(folder) as store:
        # two documents with the same words are one article, and were filed together
        kept = [(document.id, _keep(store, document)) for document in read_documents(lines, complain)]
        extract(store, extractor)
        merge(store)
        for document_id, article_id in kept:
            write_line(out, {"id": document_id, "event_ids": store.events.ids_of_article(article_id)})
    return complain.exit_status


def _open(folder: str) -> Store:
    return open_store(f"sqlite:///{Path(folder) / 'resolve.sqlite'}")


def _keep(store: Store, document: Document) -> int:
    return store.articles.add(document.article)[0]


def resolve_file(input: str, output: str) -> int:
    """Resolves a JSONL file (`-` is standard input) into another; gives the exit status."""
    from nlp.extractor import load_extractor

    with open_files(input, output) as (lines, out):
        return resolve(lines, out, load_extractor())
