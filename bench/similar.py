"""Scans that look alike: what the index finds of what there is, how fast, and what it is good for."""

import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.rows import Row, higher_is_better, lower_is_better, percentile
from scanview.core.embedding import EMBEDDING_NUMBERS, MOST_NUMBER, Embedding
from scanview.detect.pipeline import Recogniser
from scanview.detect.similar_index import SimilarIndex
from scanview.simulate.cargo import CARGO
from scanview.simulate.scan import simulate_scan
from scanview.simulate.sets import SETS
from scanview.wire.messages import EmbeddedScan

SPACE = "bench"
NEAREST = 10
KINDS = 400
"""Kinds of load that the made archive has: about as many scans of each lie around one direction."""

SPREAD = 0.6
"""How far scans of one kind lie apart, in lengths of the direction they have in common."""

Directions = NDArray[np.int8]


def run(quick: bool) -> list[Row]:
    """Recall and time on a made archive, and how well neighbours share their goods on simulated scans."""
    return [*_archive(10_000 if quick else 100_000, 200), *_goods(6 if quick else 12, 6 if quick else 12)]


def _archive(scans: int, questions: int) -> list[Row]:
    rng = np.random.default_rng(1)
    kinds = rng.normal(size=(KINDS, EMBEDDING_NUMBERS))
    made = _directions(kinds[rng.integers(KINDS, size=scans)], rng)
    asked = _directions(kinds[rng.integers(KINDS, size=questions)], rng)
    with tempfile.TemporaryDirectory() as folder:
        index = SimilarIndex(Path(folder))
        started = time.perf_counter()
        for first in range(0, scans, 2_000):
            index.add([_row(first + n + 1, numbers) for n, numbers in enumerate(made[first : first + 2_000])])
        building_s = time.perf_counter() - started
        started = time.perf_counter()
        index.save()
        saving_s = time.perf_counter() - started
        started = time.perf_counter()
        again = SimilarIndex(Path(folder))
        loading_s = time.perf_counter() - started
        units = made / np.linalg.norm(made.astype(np.float64), axis=1, keepdims=True)
        times, hits = list[float](), 0
        for question in asked:
            embedding = Embedding(space=SPACE, numbers=tuple(map(int, question)))
            started = time.perf_counter()
            found = again.search(embedding, 256)
            times.append(1_000 * (time.perf_counter() - started))
            hits += len({each.seq for each in found[:NEAREST]} & _nearest(units, question))
    return [
        higher_is_better("similar", "recall_at_10", hits / (NEAREST * questions), "share", goal=0.95),
        lower_is_better("similar", "search_p95", percentile(times, 0.95), "ms", goal=50.0),
        lower_is_better("similar", "search_p50", percentile(times, 0.5), "ms"),
        lower_is_better("similar", "build", building_s, "s"),
        lower_is_better("similar", "save", saving_s, "s"),
        lower_is_better("similar", "load", loading_s, "s"),
    ]


def _goods(kinds: int, each: int) -> list[Row]:
    """Mean share of the nearest that carry the same goods, against that of scans drawn at random.

    As many are looked at as there are others with the same goods.
    """
    recogniser = Recogniser()
    vectors, goods = list[tuple[int, ...]](), list[str]()
    for seed in range(kinds * each):
        simulated = simulate_scan(seed=seed, scene_set=SETS["test"], cargo=sorted(CARGO)[seed % kinds], hidden=0)
        embedding = recogniser.recognise(simulated.image).embedding
        if embedding is not None and simulated.truth.cargo:
            vectors.append(embedding.numbers)
            goods.append(simulated.truth.cargo)
    units = np.array(vectors, dtype=np.float64)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    likeness = units @ units.T
    np.fill_diagonal(likeness, -2.0)
    names = np.array(goods)
    same = names[np.argsort(-likeness, axis=1)[:, : each - 1]] == names[:, np.newaxis]
    _, counts = np.unique(names, return_counts=True)
    chance = float(((counts / len(names)) ** 2).sum())
    return [higher_is_better("similar", "same_goods", float(same.mean()), "share", reference=chance)]


def _directions(around: NDArray[np.float64], rng: np.random.Generator) -> Directions:
    vectors = around + SPREAD * rng.normal(size=around.shape)
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.rint(MOST_NUMBER * units).astype(np.int8)


def _row(seq: int, numbers: Directions) -> EmbeddedScan:
    return EmbeddedScan(seq=seq, scan=f"{seq:032x}", space=SPACE, numbers=numbers.tobytes())


def _nearest(units: NDArray[np.float64], question: Directions) -> set[int]:
    """What comparing with every one finds: the entries of the nearest."""
    cosines = units @ question.astype(np.float64)
    return {int(place) + 1 for place in np.argsort(-cosines)[:NEAREST]}
