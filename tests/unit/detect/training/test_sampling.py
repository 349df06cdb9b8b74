"""Long work that is shared, kept and taken up again."""

import multiprocessing
from dataclasses import asdict
from pathlib import Path

import pytest

from scanview.detect.training.draws import Draw, draws
from scanview.detect.training.sampling import worked_through

ITEMS = list(draws("test", 6, seed=2, kinds=("traffic",)))


def test_any_number_of_processes_gives_the_same_in_order(tmp_path: Path) -> None:
    ticks: list[tuple[int, int]] = []
    alone = worked_through(ITEMS, asdict, workers=1, progress=lambda done, every: ticks.append((done, every)))
    shared = worked_through(ITEMS, asdict, workers=2, kept=tmp_path / "kept.jsonl")
    assert alone == shared == [asdict(item) for item in ITEMS]
    assert ticks == [(done, 6) for done in range(7)]


def test_a_run_that_was_broken_off_does_only_what_is_missing(tmp_path: Path) -> None:
    kept, done = tmp_path / "kept.jsonl", []

    def work(item: Draw) -> dict[str, object]:
        done.append(item.name)
        if len(done) == 4:
            raise KeyboardInterrupt
        return asdict(item)

    with pytest.raises(KeyboardInterrupt):
        worked_through(ITEMS, work, workers=1, kept=kept)
    torn = kept.read_text(encoding="utf-8")[:-9]
    kept.write_text(torn, encoding="utf-8")

    assert worked_through(ITEMS, work, workers=1, kept=kept) == [asdict(item) for item in ITEMS]
    assert done[4:] == [item.name for item in ITEMS[2:]], "two were whole, one was torn, one was broken off"
    assert worked_through(ITEMS, work, workers=1, kept=kept) == [asdict(item) for item in ITEMS]
    assert len(done) == 8


def test_giving_up_leaves_no_process_behind() -> None:
    def give_up(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    before = set(multiprocessing.active_children())
    with pytest.raises(KeyboardInterrupt):
        worked_through(ITEMS, asdict, workers=2, progress=give_up)
    assert set(multiprocessing.active_children()) == before
