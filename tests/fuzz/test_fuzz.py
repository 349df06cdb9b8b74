"""Every reader on inputs made by chance, for a few seconds, and on every input that ever broke one."""

from pathlib import Path

import pytest

from scanview.core.errors import BadInput, Fault
from tests.fuzz import running
from tests.fuzz.programme import KEPT, TARGETS
from tests.fuzz.target import Target

INPUTS = 200
SLOW = ("archives", "tiffs", "dicoms", "codestreams", "reports", "pngs", "jpegs")
"""Targets that read files take longer: fewer of those."""


@pytest.fixture(autouse=True)
def watched():
    running.alarmed()


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_a_reader(name):
    inputs = INPUTS // 4 if name in SLOW else INPUTS
    outcome = running.run(TARGETS[name], seed=0, first=0, inputs=inputs, most_broken=1)

    assert [broken.why for broken in outcome.broken] == []


@pytest.mark.parametrize("name", [name for name in TARGETS if name != "messages"])
def test_its_sound_inputs_are_sound(name, tmp_path):
    """Those of messages are kinds, of which messages are made."""
    target = TARGETS[name]
    for content in target.seeds(tmp_path):
        given = content
        if target.suffix is not None:
            given = tmp_path / f"sound{target.suffix}"
            given.write_bytes(content)
        target.read(given)


@pytest.mark.parametrize("path", sorted(KEPT.rglob("*.bin")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_broke_a_reader_once_does_so_no_more(path, tmp_path):
    assert not running.breaks(TARGETS[path.parent.name], path.read_bytes(), tmp_path)


def looping(content):
    while True:
        pass


def fault(content):
    raise Fault("ours", code="ours")


def refused(content):
    raise BadInput("theirs", code="theirs")


def dies(content):
    running.os.abort()


def eats(content):
    return bytearray(4 << 30)


@pytest.mark.parametrize(
    ("read", "why"),
    [
        (looping, "takes more than"),
        (fault, "our own fault"),
        (dies, "the process died: -6"),
        (eats, "MemoryError"),
        (lambda content: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_reader_that_breaks_is_noticed_and_its_input_brought_back(read, why, monkeypatch):
    monkeypatch.setattr(running, "LONGEST_S", 0.2)
    target = Target("broken", lambda folder: [b"seed"], read)

    outcome = running.run(target, seed=3, first=0, inputs=5, most_broken=1)

    assert why in outcome.broken[0].why
    assert outcome.broken[0].content == target.input([b"seed"], 3, 0)


def test_what_is_refused_breaks_nothing():
    outcome = running.run(Target("sound", lambda folder: [b"seed"], refused), seed=3, first=0, inputs=50)

    assert (outcome.inputs, outcome.accepted, outcome.broken) == (50, 0, ())


def test_every_kept_input_is_of_a_target():
    assert {path.parent.name for path in Path(KEPT).rglob("*.bin")} <= set(TARGETS)
