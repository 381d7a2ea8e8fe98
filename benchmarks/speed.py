"""How fast the extractor reads, against a spaCy pipeline of en_core_web_sm's form on the same texts in the same run.

day's stream: one document in ten tells an event; articles: 500 words each. Medians of interleaved rounds, a process for
each: the reference once as spaCy ships it, and once as we tune it (numpy's kernels, one thread).
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

import spacy
from spacy.language import Language
from threadpoolctl import threadpool_info

from benchmarks.bench_files import find_bench_file, print_beside_frozen
from benchmarks.extract import build_article
from domain.article import Article
from domain.errors import SettingsError
from nlp.extractor import load_extractor
from nlp.network import use_numpy

_ROUNDS = 5
_WORDS = 500


def load_documents(*names: str) -> list[dict[str, Any]]:
    """The documents of benchmark files."""
    found: list[dict[str, Any]] = []
    for name in names:
        with find_bench_file(f"{name}.jsonl").open(encoding="utf-8") as lines:
            found += map(json.loads, lines)
    return found


def build_stream(size: int) -> list[Article]:
    """A day's stream of English headlines: every tenth tells an event, the others none."""
    annotated = load_documents("train/en_snippets", "dev/en_snippets")
    gold = {d["id"]: d.get("event_id") for d in load_documents("dev/dedupe_gold")}
    quiet = [d for d in annotated if not d["events"]]
    quiet += [d for d in load_documents("dev/dedupe_docs") if gold.get(d["id"], "") is None]
    told = [d for d in annotated if d["events"]]
    chosen = [told[k // 10 % len(told)] if k % 10 == 0 else quiet[k % len(quiet)] for k in range(size)]
    return [build_article(d) for d in chosen]


def build_long(size: int) -> list[Article]:
    """Articles of about 500 words, put together of whole ones."""
    articles = load_documents("dev/en_articles")
    made = []
    for k in range(size):
        words: list[str] = []
        at = k
        while len(words) < _WORDS:
            words += articles[at % len(articles)]["text"].split(" ")
            at += 1
        made.append(Article(f"long:{k}", articles[k % len(articles)]["title"], " ".join(words[:_WORDS]), "en"))
    return made


def build_reference() -> Language:
    """A pipeline of the form of en_core_web_sm with random weights: its speed does not depend on them."""
    nlp = spacy.blank("en")
    tok2vec = {
        "model": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2",
                "width": 96,
                "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY", "IS_SPACE"],
                "rows": [5000, 1000, 2500, 2500, 50, 50],
                "include_static_vectors": False,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2",
                "width": 96,
                "depth": 4,
                "window_size": 1,
                "maxout_pieces": 3,
            },
        }
    }
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}
    parsing = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "nO": None,
        "tok2vec": listener,
    }
    nlp.add_pipe("tok2vec", config=tok2vec)
    tagger = nlp.add_pipe("tagger", config={"model": {"@architectures": "spacy.Tagger.v2", "tok2vec": listener}})
    parser = nlp.add_pipe("parser", config={"model": {**parsing, "state_type": "parser", "hidden_width": 64}})
    ner = nlp.add_pipe("ner", config={"model": {**parsing, "state_type": "ner"}})
    for k in range(50):
        tagger.add_label(f"T{k}")  # type: ignore[attr-defined]
    for k in range(40):
        parser.add_label(f"d{k}")  # type: ignore[attr-defined]
    for k in range(18):
        ner.add_label(f"E{k}")  # type: ignore[attr-defined]
    nlp.initialize()
    return nlp


def time_rounds(runs: dict[str, Callable[[], None]]) -> dict[str, float]:
    """The median seconds of each run, taken in turns so that noise falls on all alike."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(_ROUNDS):
        for name, run in runs.items():
            begun = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - begun)
    return {name: statistics.median(each) for name, each in taken.items()}


def _read(articles: Sequence[Article]) -> None:
    for _ in load_extractor().extract_many(articles):
        pass


def _serve_reference(pipe: Connection, tuned: bool) -> None:
    """Reads the bodies that come through the pipe, and answers when it has."""
    if tuned:
        use_numpy()
    reference = build_reference()
    with suppress(EOFError):
        while True:
            bodies = pipe.recv()
            for _ in reference.pipe(bodies):
                pass
            pipe.send(len(bodies))


@contextmanager
def _start_reference(*, tuned: bool) -> Iterator[Callable[[Sequence[str]], None]]:
    """A reference in a process of its own: our settings must not be its."""
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_serve_reference, args=(its, tuned), daemon=True)
    process.start()
    # or the end of a process that dies would never be seen here
    its.close()

    def read(bodies: Sequence[str]) -> None:
        ours.send(bodies)
        ours.recv()

    try:
        read(["Acme raises $5M"])
        yield read
    finally:
        ours.close()
        process.terminate()
        process.join()


def _measure_set(
    name: str, articles: Sequence[Article], shipped: Callable[..., None], tuned: Callable[..., None]
) -> Iterator[tuple[str, float]]:
    bodies = [article.body for article in articles]
    taken = time_rounds(
        {"ours": lambda: _read(articles), "shipped": lambda: shipped(bodies), "tuned": lambda: tuned(bodies)}
    )
    yield f"{name}, documents a second", len(articles) / taken["ours"]
    yield f"{name}, times the reference as spaCy ships it", taken["shipped"] / taken["ours"]
    yield f"{name}, times the reference as we tune it", taken["tuned"] / taken["ours"]


def _measure_lengths() -> Iterator[tuple[str, float]]:
    text = build_long(1)[0].text + "\n"
    for size in (1_000, 10_000, 100_000):
        article = Article("long", "Acme raises $5M", (text * (size // len(text) + 1))[:size], "en")
        taken = time_rounds({"one": lambda article=article: _read([article])})  # type: ignore[misc]
        yield f"{size // 1000} KB, milliseconds", 1000 * taken["one"]
    for size in (1_000, 10_000, 40_000):
        article = Article("endless", "Acme raises $5M", ("raises money and has debt in loans " * 1200)[:size], "en")
        taken = time_rounds({"one": lambda article=article: _read([article])})  # type: ignore[misc]
        yield f"{size // 1000} KB without a full stop, milliseconds", 1000 * taken["one"]


def _measure_start() -> float:
    code = (
        "from domain.article import Article\n"
        "from nlp.extractor import load_extractor\n"
        "load_extractor().extract(Article('u', 'Acme raises $5M', ''))"
    )
    taken = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _measure_memory() -> float:
    """The most memory of a process of its own that reads the long articles, in MB."""
    code = (
        "from pathlib import Path\n"
        "from benchmarks.speed import _read, build_long\n"
        "_read(build_long(60))\n"
        # getrusage would count what the parent held when it forked
        "peak = next(s for s in Path('/proc/self/status').read_text().splitlines() if s.startswith('VmHWM'))\n"
        "print(int(peak.split()[1]) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


def _measure_two(articles: Sequence[Article]) -> float:
    """How many times as fast two processes are as one, each reading the same articles."""

    def run(count: int) -> float:
        workers = [multiprocessing.get_context("fork").Process(target=_read, args=(articles,)) for _ in range(count)]
        begun = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return time.perf_counter() - begun

    one, two = (statistics.median(run(count) for _ in range(_ROUNDS)) for count in (1, 2))
    return 2 * one / two


def main(arguments: list[str]) -> int:
    """Prints the figures; `--freeze` keeps them."""
    try:
        stream, long = build_stream(2000), build_long(60)
    except SettingsError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    figures = {"start-up and first document, seconds": _measure_start()}
    _read(long[:1])
    # a machine may be told to use older kernels than its processor has, at half the speed
    print("numpy multiplies with the kernels of", *(told["architecture"] for told in threadpool_info()))
    with _start_reference(tuned=False) as shipped, _start_reference(tuned=True) as tuned:
        figures.update(_measure_set("day's stream", stream, shipped, tuned))
        figures.update(_measure_set("500-word articles", long, shipped, tuned))
    figures.update(_measure_lengths())
    figures["two processes, times one"] = _measure_two(long)
    figures["memory of a process, MB"] = _measure_memory()
    print_beside_frozen("speed", {name: round(value, 2) for name, value in figures.items()}, arguments)
    return 0
