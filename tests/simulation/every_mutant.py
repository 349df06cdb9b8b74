"""Every mistake put into the programs is found within some hundred seeds: a part of `make simulate-faults`."""

from collections.abc import Iterator

import pytest

from tests.simulation.mutants import MUTANTS, Mutant, is_found
from tests.simulation.simulation import Worlds, worlds


@pytest.fixture(scope="module")
def made() -> Iterator[Worlds]:
    with worlds() as made:
        yield made


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_is_found(made: Worlds, mutant: Mutant) -> None:
    assert is_found(mutant, made)
