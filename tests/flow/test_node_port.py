"""The port in Node.js against the real hub: its pixels arrive as they were, and a decision moves its gate."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from scanview.core.worklist import DeliveryState
from scanview.formats.archive_reader import ArchiveReader
from scanview.formats.archive_writer import finished_path
from scanview.store.folders import SCANS_FOLDER
from scanview.wire.enrolment import write_pin
from scanview.wire.keys import decode_card
from tests.flow.conformance_run import LANE, NODE_PORT, node
from tests.flow.hub_network import HubProcess, ScriptedWorker, ScriptedWorkstation
from tests.unit.review.room import make_recognition, release

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here"),
    pytest.mark.skipif(not (NODE_PORT / "node_modules").exists(), reason="run npm ci in examples/port-node first"),
]


@pytest.fixture
def folder(tmp_path: Path, hub: HubProcess) -> Path:
    """The folder of a port that is enrolled, with two scans to send."""
    hub.enrolments.add(decode_card(node("port.mjs", "card", "--folder", tmp_path / "port", "--lane", LANE).encode()))
    write_pin(tmp_path / "port", hub.card)
    node("example/make.mjs", tmp_path / "port" / "given")
    return tmp_path / "port"


def command(folder: Path, hub: HubProcess, *words: object) -> list[str]:
    where = ["--folder", folder, "--lane", LANE, "--hub", hub.endpoint]
    return ["node", str(NODE_PORT / "port.mjs"), "send", *map(str, (*where, *words))]


def sent_once(folder: Path, hub: HubProcess, *files: Path) -> list[dict]:
    run = subprocess.run(command(folder, hub, "--once", *files), capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def raw_pixels(about: Path) -> np.ndarray:
    said = json.loads(about.read_bytes())
    shape = (len(said["channels"]), said["rows"], said["columns"])
    return np.fromfile(about.with_name(said["raw"]), "<u2").reshape(shape)


def test_its_pixels_are_at_the_hub_as_they_were(folder: Path, hub: HubProcess) -> None:
    about = folder / "given" / "scan-1.json"
    (result,) = sent_once(folder, hub, about)
    assert result["state"] == "received"
    reader = ArchiveReader(finished_path(hub.data / SCANS_FOLDER, result["scan"]))
    assert np.array_equal(reader.read_level(0, 0), raw_pixels(about))
    assert reader.header.container == "CSQU3054383"
    assert hub.stop() == 0
    assert hub.verify().problems == ()


def test_a_scan_file_is_sent_record_by_record(folder: Path, hub: HubProcess, tmp_path: Path) -> None:
    (first,) = sent_once(folder, hub, folder / "given" / "scan-1.json")
    stored = finished_path(hub.data / SCANS_FOLDER, first["scan"])
    again = shutil.copy(stored, tmp_path / "again.tif")
    (second,) = sent_once(folder, hub, Path(again))
    assert second["scan"] != first["scan"]
    sent = ArchiveReader(finished_path(hub.data / SCANS_FOLDER, second["scan"]))
    assert np.array_equal(sent.read_level(0, 0), raw_pixels(folder / "given" / "scan-1.json"))


def test_a_release_moves_its_gate_once(folder: Path, hub: HubProcess) -> None:
    desk, worker = ScriptedWorkstation(hub).online(), ScriptedWorker(hub).online()
    given = folder / "given" / "scan-2.json"
    with subprocess.Popen(command(folder, hub, given), stdout=subprocess.PIPE, text=True) as port:
        try:
            result = json.loads(port.stdout.readline())
            scan, content = result["scan"], result["content_sha256"]
            worker.ready()
            worker.report(scan, content, make_recognition(0.1))
            desk.sign_in()
            desk.watch()
            desk.row(scan, lambda row: row.stored)
            decision = release(scan, desk.take(scan).fence, content=content)
            desk.decide(decision)
            desk.row(scan, lambda row: row.delivery is DeliveryState.APPLIED)
            assert json.loads(port.stdout.readline()) == {"gate": "RELEASE", "scan": scan}
        finally:
            port.terminate()
            desk.close()
            worker.close()
    assert [path.stem for path in (folder / "gate").iterdir()] == [decision.decision]
