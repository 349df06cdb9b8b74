"""Mistakes put into the programs are found, each within some hundred seeds."""

from collections.abc import Iterator

import pytest

from tests.simulation.mutants import MUTANTS, Mutant, infected
from tests.simulation.simulation import Worlds, worlds

MOST_SEEDS = 300


@pytest.fixture(scope="module")
def made() -> Iterator[Worlds]:
    with worlds() as made:
        yield made


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_is_found(made: Worlds, mutant: Mutant) -> None:
    with infected(mutant):
        found = any(
            mutant.finds in problem
            for seed in range(mutant.first, mutant.first + MOST_SEEDS)
            for problem in made.run(seed).problems
        )
    assert found, mutant.name
