"""The simulation at length: `python -m tests.simulation.programme --seeds 10000` (`make simulate-faults SEEDS=10000`).

Runs the seeds that once failed first, then those that count up from `--first`, on as many processes as asked for. Ends
with status 1, and names every seed that found something and what; what `--keep` is given, is written down with the
others that failed. `--trace SEED` prints what happened in one world.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.simulation.simulation import Outcome, worlds

KEPT = Path(__file__).with_name("failing_seeds.txt")
_AT_ONCE = 50


def kept_seeds() -> list[int]:
    """The seeds that failed once, each on a line of its own with what it found behind it."""
    lines = KEPT.read_text(encoding="utf-8").splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


def run(seeds: Iterable[int]) -> list[Outcome]:
    """What these seeds come to, one after the other in this process."""
    with worlds() as made:
        return [made.run(seed) for seed in seeds]


def run_all(seeds: Sequence[int], processes: int) -> Iterator[Outcome]:
    """The same on several processes, in any order."""
    parts = [seeds[start : start + _AT_ONCE] for start in range(0, len(seeds), _AT_ONCE)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for outcomes in pool.imap_unordered(run, parts):
            yield from outcomes


def keep(outcomes: Iterable[Outcome]) -> None:
    """Write these seeds down among those that failed."""
    known = set(kept_seeds())
    with KEPT.open("a", encoding="utf-8") as file:
        for outcome in outcomes:
            if outcome.seed not in known:
                file.write(f"{outcome.seed} {outcome.problems[0]}\n")


def table(outcomes: Sequence[Outcome], seconds: float) -> str:
    """What it came to, for people."""
    scans, decisions, releases, starts, events = (
        sum(getattr(outcome, name) for outcome in outcomes)
        for name in ("scans", "decisions", "releases", "starts", "events")
    )
    slowest = max((outcome.rested_s for outcome in outcomes), default=0.0)
    return (
        f"{len(outcomes)} seeds in {seconds:.0f} s ({len(outcomes) / seconds:.1f} a second), {events} events: "
        f"{scans} scans, {decisions} decisions confirmed, {releases} releases at gates, {starts} starts; "
        f"at rest at most {slowest:.0f} s of virtual time after the last fault"
    )


def main() -> int:
    """Run them, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--keep", action="store_true", help="write failing seeds down")
    parser.add_argument("--trace", type=int, help="print what happens in the world of this seed")
    asked = parser.parse_args()
    if asked.trace is not None:
        with worlds() as made:
            outcome = made.run(asked.trace, keeps_trace=True)
        sys.stdout.write("".join(f"{line}\n" for line in (*outcome.trace, *outcome.problems)))
        return 1 if outcome.problems else 0
    seeds = list(dict.fromkeys([*kept_seeds(), *range(asked.first, asked.first + asked.seeds)]))
    begun, outcomes, failed = time.monotonic(), [], []
    for outcome in run_all(seeds, asked.processes):
        outcomes.append(outcome)
        if outcome.problems:
            failed.append(outcome)
            sys.stdout.write(f"seed {outcome.seed}: {'; '.join(outcome.problems)}\n")
        if len(outcomes) % 500 == 0:
            sys.stderr.write(f"{len(outcomes)} of {len(seeds)} seeds\n")
    sys.stdout.write(table(outcomes, time.monotonic() - begun) + "\n")
    if asked.keep:
        keep(failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
