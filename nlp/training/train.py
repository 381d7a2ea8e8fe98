"""Trains the weights of a language: `python -m nlp.training.train --lang en`."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from thinc.api import Adam, Model, set_current_ops, set_dropout_rate
from thinc.backends import NumpyOps

from nlp.network import build_network, get_encoder
from nlp.pipeline import load_pipeline
from nlp.training.augment import build_pools, vary
from nlp.training.examples import Example, load_examples
from nlp.weights import load_weights, save_weights
from nlp.training.targets import Target, blur, build_target


def parse() -> argparse.Namespace:
    a = argparse.ArgumentParser()
    a.add_argument("--lang", required=True)
    a.add_argument("--passes", type=int, default=12)
    a.add_argument("--rate", type=float, default=0.001)
    a.add_argument("--dropout", type=float, default=0.25)
    a.add_argument("--width", type=int, default=128)
    a.add_argument("--depth", type=int, default=4)
    a.add_argument("--window", type=int, default=2)
    a.add_argument("--longest", type=int, default=500)
    a.add_argument("--batch", type=int, default=600)
    a.add_argument("--seed", type=int, default=7)
    a.add_argument("--data", nargs="*", default=[])
    a.add_argument("--times", nargs="*", default=[], type=float)
    a.add_argument("--out", required=True); a.add_argument("--start", default=None)
    return a.parse_args()


def main() -> None:
    o = parse()
    set_current_ops(NumpyOps(use_blis=False))
    random.seed(o.seed); np.random.seed(o.seed)
    chance = random.Random(o.seed)
    pipeline = load_pipeline(o.lang)
    groups = [load_examples(Path(p), o.lang) for p in o.data]
    times = o.times or [1.0] * len(groups)
    from domain.gazetteer import load_gazetteer
    g = load_gazetteer()
    own = [n for p in (*g.companies, *g.investors) for n in p.all_names if (o.lang == "zh") == any(c > "⺀" for c in n)]
    pools = build_pools([e for grp in groups for e in grp], own, [])
    net = build_network(o.width, o.depth, o.window)
    first = [build_target(e, pipeline, o.longest) for e in groups[0][:20]]
    net.initialize([t.features for t in first])
    if o.start:
        load_weights(get_encoder(net), Path(o.start))
    set_dropout_rate(net, o.dropout)
    opt = Adam(o.rate, L2=1e-5, grad_clip=1.0, use_averages=True)
    for number in range(o.passes):
        begun = time.monotonic()
        drawn = [e for grp, t in zip(groups, times) for e in grp for _ in range(int(t) + (chance.random() < t % 1))]
        targets = []
        for e in drawn:
            try:
                t = build_target(vary(e, o.lang, pools, chance), pipeline, o.longest)
            except Exception as error:
                print("skip", e.id, repr(error)[:100]); continue
            if len(t.features): targets.append(t)
        prepared = time.monotonic()
        loss = count = 0.0
        opt.learn_rate = o.rate * (1 - 0.9 * number / o.passes) * (0.4 if number == 0 else 1)
        for batch in batches(targets, o.batch, chance):
            given = [blur(t.features, chance) for t in batch]
            guess, back = net.begin_update(given)
            grads = []
            for p, t in zip(guess, batch):
                q = p * t.allowed
                share = q.sum(axis=1, keepdims=True)
                loss -= float(np.log(share + 1e-8).sum()); count += len(p)
                grads.append(((p - q / (share + 1e-8)) / 20).astype("f"))
            back(grads)
            net.finish_update(opt)
        print(f"pass {number+1} loss {loss/count:.4f} prep {prepared-begun:.0f}s train {time.monotonic()-prepared:.0f}s tokens {count:.0f}", file=sys.stderr, flush=True)
        if number + 1 == o.passes or number % 4 == 3:
            with net.use_params(opt.averages):
                save_weights(net, Path(o.out))


def batches(targets, size, chance):
    targets = list(targets); chance.shuffle(targets)
    batch, n = [], 0
    for t in targets:
        batch.append(t); n += len(t.features)
        if n >= size:
            yield batch
            batch, n = [], 0
    if batch: yield batch

if __name__ == "__main__":
    main()
