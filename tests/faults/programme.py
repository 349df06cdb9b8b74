"""The fault programme: `python -m tests.faults.programme --faults 200 --seed 1` (`make faults`).

Runs rooms of scans that flow, one seed after the other, makes faults in each, and prints what came of it. Ends with
status 1, and names the seed, where anything was lost, doubled, wrongly released or otherwise not as it must be.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.account import Account, Left, check, left_of
from tests.faults.adversary import Adversary, Gaps
from tests.faults.kinds import FAMILIES, FAULTS, NEEDS_SMALL_DISKS, every_kind, named
from tests.faults.room import Room, open_room

FAULTS_PER_ROOM = 20
DRAIN_PATIENCE_S = 120.0
"""A room where so long no scan is stored or closed any more is given up; a busy machine only makes it slow."""

CALM_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one seed came to."""

    seed: int
    faults: int
    seconds: float
    told: dict[str, Gaps]
    left: Left
    account: Account


def run(folder: Path, seed: int, kinds: Sequence[str]) -> Run:
    """One room in the empty `folder`, with these faults, drained and checked."""
    begun = time.monotonic()
    needs_small_disks = not NEEDS_SMALL_DISKS.keys().isdisjoint(kinds)
    with open_room(folder, seed, small_disks=needs_small_disks, with_disorder="hub_set_back" not in kinds) as room:
        adversary = Adversary(room, seed)
        time.sleep(CALM_S)
        adversary.rage(kinds)
        room.enough()
        stuck = adversary.stuck + _drain(room)
        for child in (*room.lanes, room.worker):
            child.stop()
        assert room.hub.stop() == 0, "the hub did not end cleanly"
        left = left_of(room)
    account = check(left)
    account.other += stuck
    return Run(
        seed=seed, faults=len(kinds), seconds=time.monotonic() - begun, told=adversary.told, left=left, account=account
    )


def _drain(room: Room) -> list[str]:
    """Wait until all is received, decided and carried out; what is not, once nothing moves, is found by the check."""
    done, moved_at = room.done(), time.monotonic()
    while time.monotonic() - moved_at < DRAIN_PATIENCE_S:
        if room.is_drained():
            return []
        if (now_done := room.done()) != done:
            done, moved_at = now_done, time.monotonic()
        time.sleep(0.1)
    return [f"the room is not drained: nothing moved for {DRAIN_PATIENCE_S:.0f} s"]


def heading() -> str:
    """Above the lines of `line_of`."""
    return "".join(f"{name:>10}" for name in ("seed", "faults", *_COLUMNS, "seconds"))


def line_of(one: Run) -> str:
    """What one seed came to, in one line."""
    cells = (one.seed, one.faults, *(_COLUMNS[name](one.account) for name in _COLUMNS), round(one.seconds))
    return "".join(f"{cell:>10}" for cell in cells)


def table(runs: list[Run]) -> str:
    """The figures of all runs as they are printed."""
    kinds: dict[str, Gaps] = {}
    rooms: Counter[str] = Counter()
    for one in runs:
        for kind, gaps in one.told.items():
            total = kinds.setdefault(kind, Gaps())
            total.count += gaps.count
            total.gaps_s += gaps.gaps_s
            rooms[kind] += bool(one.account.problems)
    lines = [f"{'fault':<26}{'count':>6}{'gap median s':>14}{'gap max s':>11}{'rooms with a problem':>22}"]
    for kind, gaps in sorted(kinds.items()):
        median, longest = ("-", "-")
        if gaps.gaps_s:
            median, longest = f"{statistics.median(gaps.gaps_s):.2f}", f"{max(gaps.gaps_s):.2f}"
        lines.append(f"{kind:<26}{gaps.count:>6}{median:>14}{longest:>11}{rooms[kind]:>22}")
    disorder = sum((one.left.disorder for one in runs), Counter())
    lines += [f"{kind:<26}{count:>6}{'-':>14}{'-':>11}{'-':>22}" for kind, count in sorted(disorder.items())]
    accounts = [one.account for one in runs]
    totals = {
        "faults": sum(one.faults for one in runs),
        "scans given": sum(one.scans for one in accounts),
        "damaged besides, and named": sum(len(one.named) for one in accounts),
        "of these broken off": sum(one.incomplete for one in accounts),
        "decisions acknowledged": sum(one.decisions for one in accounts),
        "forgotten with their hub": sum(len(one.forgotten) for one in accounts),
        "taken back besides": sum(one.withdrawn for one in accounts),
        "of these releases": sum(one.releases for one in accounts),
        "of these holds of growing": sum(one.early_holds for one in accounts),
        "forbidden releases refused": sum(one.refused_releases for one in accounts),
        "lost": sum(len(one.lost) for one in accounts),
        "doubled": sum(len(one.doubled) for one in accounts),
        "wrongly released": sum(len(one.wrongly_released) for one in accounts),
        "unverified ledgers": sum(bool(one.unverified) for one in accounts),
        "otherwise wrong": sum(len(one.other) for one in accounts),
    }
    return "\n".join([*lines, "", *(f"{name:<26}{count:>6}" for name, count in totals.items())])


_COLUMNS: dict[str, Callable[[Account], int]] = {
    "scans": lambda account: account.scans,
    "decisions": lambda account: account.decisions,
    "lost": lambda account: len(account.lost),
    "doubled": lambda account: len(account.doubled),
    "released": lambda account: len(account.wrongly_released),
    "ledger": lambda account: len(account.unverified),
    "other": lambda account: len(account.other),
}
"""What a line says of its room: how much flowed, then how much was lost, doubled, wrongly released, unverified."""


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.faults.programme", description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the first room; the next has the next")
    parser.add_argument(
        "--kinds", default=",".join(FAMILIES), help=f"of {', '.join((*FAMILIES, 'set_back', *FAULTS))}; commas between"
    )
    asked = parser.parse_args()
    kinds = named(asked.kinds.split(","))
    runs: list[Run] = []
    left, seed = asked.faults, asked.seed
    say(heading())
    while left > 0:
        faults = min(left, FAULTS_PER_ROOM)
        runs.append(_run_room(seed, list(every_kind(faults, seed, kinds))))
        left, seed = left - faults, seed + 1
    say("\n" + table(runs))
    if wrong := [str(one.seed) for one in runs if one.account.problems]:
        say(f"\nTo see it again: --kinds {asked.kinds} --faults {FAULTS_PER_ROOM} --seed, of {', '.join(wrong)}")
    return int(bool(wrong))


def _run_room(seed: int, kinds: Sequence[str]) -> Run:
    """One room in a folder of its own, which stays where something is wrong."""
    folder = Path(tempfile.mkdtemp(prefix="scanview-faults-"))
    try:
        one = run(folder, seed, kinds)
    except BaseException:
        say(f"seed {seed} in {folder} broke off")
        raise
    if not one.account.problems:
        shutil.rmtree(folder)
    say(line_of(one))
    for problem in one.account.problems:
        say(f"  seed {seed} in {folder}: {problem}")
    return one


def say(line: str) -> None:
    """A line for whoever waits."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
