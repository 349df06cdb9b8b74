"""Some of the seeds; that a world follows from its seed alone; and that its faults do happen."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.simulation.programme import kept_seeds, table
from tests.simulation.simulation import Worlds, worlds

SEEDS = 60
AT_ONCE = 20


@pytest.fixture(scope="module")
def made() -> Iterator[Worlds]:
    with worlds() as made:
        yield made


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", kept_seeds())
def test_what_failed_once_does_not_fail_again(made: Worlds, seed: int) -> None:
    assert made.run(seed).problems == ()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("first", range(1_000_000, 1_000_000 + SEEDS, AT_ONCE))
def test_nothing_is_lost_doubled_or_wrongly_released(made: Worlds, first: int) -> None:
    outcomes = [made.run(seed) for seed in range(first, first + AT_ONCE)]
    assert {outcome.seed: outcome.problems for outcome in outcomes if outcome.problems} == {}
    assert sum(outcome.scans for outcome in outcomes) > AT_ONCE
    assert 0 < sum(outcome.releases for outcome in outcomes) < sum(outcome.decisions for outcome in outcomes) * 2
    assert f"{AT_ONCE} seeds" in table(outcomes, 1.0)


def test_a_world_follows_from_its_seed_alone() -> None:
    """In processes that order sets otherwise, and whatever ran there before."""
    command = "from tests.simulation.programme import run; print([o.digest for o in run({seeds})][-3:])"
    told = [
        subprocess.run(
            [sys.executable, "-c", command.format(seeds=seeds)],
            env={**os.environ, "PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for salt, seeds in (("1", "[1, 2, 3]"), ("2", "[7, 1, 2, 3]"))
    ]
    assert told[0] == told[1]


def test_the_trace_tells_what_happened(made: Worlds) -> None:
    trace = "\n".join(made.run(3, keeps_trace=True).trace)
    for word in ("starts, 1", "scan-offer", "decides", "gate CNSHA-01", "faults end"):
        assert word in trace
