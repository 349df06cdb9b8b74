"""A model that must not be used, over real sockets: the worker says why, people keep the scan, nothing is released."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scanview.core.errors import NotAllowed, Refused
from scanview.core.review import ModelFailure, Risk
from scanview.core.work import RecognitionState, WorkState
from scanview.detect.manifest import MAX_MODEL_BYTES, sign_entry, write_manifest
from scanview.detect.plug_ins.beside import Together
from scanview.detect.plug_ins.loading import Loaded
from scanview.detect.plug_ins.protocol import Sighting
from scanview.detect.plug_ins.table import PlugInChoice
from scanview.detect.selection import SHIPPED, Selection, Unusable, load_or_say_why
from scanview.wire import messages
from tests.flow.hub_network import ScriptedWorkstation
from tests.flow.test_hub import upload
from tests.flow.test_worker import CountingRecogniser
from tests.security.test_models import external, field
from tests.unit.detect.signed_models import KEY, TRUST, signed_detector
from tests.unit.review.room import release


def _missing(model: Path) -> None:
    model.unlink()


def _unsigned(model: Path) -> None:
    write_manifest(model)


def _altered(model: Path) -> None:
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)


def _signed_as_another(model: Path) -> None:
    sign_entry(model, KEY, version="tiny-9", kind="detector/2")


def _in_parts(model: Path) -> None:
    elsewhere = field(7, field(5, external(0)))  # a graph with a tensor whose data lie in another file
    model.write_bytes(model.read_bytes() + elsewhere)
    sign_entry(model, KEY, version="tiny-2", kind="detector/2")


def _too_large(model: Path) -> None:
    with model.open("ab") as file:
        file.truncate(MAX_MODEL_BYTES + 1)


def _no_model(model: Path) -> None:
    model.write_bytes(b"not an onnx file")
    sign_entry(model, KEY, version="tiny-2", kind="detector/2")


@pytest.fixture
def desk(hub):
    peer = ScriptedWorkstation(hub).online()
    peer.sign_in()
    peer.watch()
    yield peer
    peer.close()


def _why(hub, scan):
    return [e["body"]["why"] for e in hub.entries() if e["kind"] == "not-recognised" and e["scan"] == scan]


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (_missing, "cannot be read"),
        (_unsigned, "nobody has signed tiny.onnx"),
        (_altered, "it was altered"),
        (_signed_as_another, "is signed as detector/2 tiny-9 and calls itself detector/2 tiny-2"),
        (_in_parts, "keeps tensors in other files"),
        (_too_large, "larger than 40 MiB"),
        (_no_model, "no ONNX file"),
    ],
)
def test_every_scan_of_a_worker_without_a_usable_model_stays_with_people(
    hub,
    port,
    desk,
    worker_on,
    tmp_path,
    spoil,
    named,
):
    model = signed_detector(tmp_path / "tiny.onnx")
    spoil(model)
    worker_on(load_or_say_why(Selection(model=model, trust=TRUST)))

    for scan, content in [upload(port), upload(port)]:
        row = desk.row(scan, lambda row: row.recognition is RecognitionState.NOT_RECOGNISED)
        assert (row.state, row.risk, row.findings) == (WorkState.WAITING, Risk.NONE, 0)
        (why,) = _why(hub, scan)
        assert named in why
        with pytest.raises(NotAllowed) as refusal:
            desk.decide(release(scan, desk.take(scan).fence, content=content))
        assert refusal.value.code == "release-without-recognition"
    assert port.applied == []


def test_a_worker_without_a_model_takes_nothing_from_one_that_has_one(hub, port, desk, worker_on):
    speechless = Unusable(Refused("it was altered", code="model-altered"))
    worker_on(CountingRecogniser())
    worker_on(speechless, name="worker-2")
    for _ in range(4):
        scan, _ = upload(port)
        desk.row(scan, lambda row: row.recognition is RecognitionState.DONE)


def test_the_command_says_what_is_wrong_and_the_desk_hears_it(hub, port, desk, tmp_path):
    model = signed_detector(tmp_path / "tiny.onnx")
    command = [sys.executable, "-m", "scanview", "worker", "--hub", hub.endpoint, "--folder", tmp_path / "worker"]
    worker = subprocess.Popen(
        [*command, "--model", model, "--trusted", tmp_path / "nobody"],
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "SCANVIEW_RUNTIME_DIR": str(hub.data / "runtime"),
        },
    )
    try:
        scan, _ = upload(port)
        desk.row(scan, lambda row: row.recognition is RecognitionState.NOT_RECOGNISED)
        assert "does not trust" in _why(hub, scan)[0]
    finally:
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=20)
    assert "does not trust" in said
    assert worker.returncode == 0


def test_the_shipped_model_is_used() -> None:
    assert load_or_say_why(SHIPPED).is_usable


def test_a_plug_in_that_fails_is_told_to_the_desk_beside_what_the_others_found(hub, port, desk, worker_on):
    failed = Loaded(choice=PlugInChoice(entry_point="weld"), title="weld 1.2", why="nobody has signed weld.toml")
    seen = Loaded(choice=PlugInChoice(entry_point="dots"), title="dots 1.0", plug_in=Dots())
    worker_on(Together(CountingRecogniser(), [failed, seen]))
    scan, _ = upload(port)
    row = desk.row(scan, lambda row: row.recognition is RecognitionState.DONE)
    assert (row.findings, row.risk) == (1, Risk.HIGH)
    recognition = desk.ask(messages.OpenScan(request=0, scan=scan)).message.recognition
    assert [(finding.label, finding.model) for finding in recognition.findings] == [("dot", "dots 1.0")]
    assert recognition.failures == (ModelFailure(model="weld 1.2", why="nobody has signed weld.toml"),)
    assert "model-failed" in recognition.release_doubts


class Dots:
    """A plug-in that sees the whole scan, as it came in strips."""

    name, version = "dots", "1.0"

    def find(self, image):
        rows, columns = image.side[1].shape[1:]
        assert columns == 300
        return [Sighting(label="dot", score=0.9, corners=(0, 0, columns, rows))]
