"""Two mistakes put into the programs are found at once; the others take longer (every_mutant.py)."""

from collections.abc import Iterator

import pytest

from tests.simulation.mutants import MUTANTS, Mutant, is_found
from tests.simulation.simulation import Worlds, worlds

QUICK = ("the fsync of scans is left out", "what is sent again has another id")


@pytest.fixture(scope="module")
def made() -> Iterator[Worlds]:
    with worlds() as made:
        yield made


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.name in QUICK], ids=lambda mutant: mutant.name)
def test_a_mistake_is_found(made: Worlds, mutant: Mutant) -> None:
    assert is_found(mutant, made)
