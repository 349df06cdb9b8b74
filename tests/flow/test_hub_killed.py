"""The whole hub, killed while a truck passes: the scan arrives once, whole, and equal to what the scanner saw."""

import threading

import numpy as np
import pytest
import tifffile

from scanview.core.scan import LEVELS, View
from scanview.formats.archive_writer import verify
from scanview.imaging.pyramid import halve
from scanview.ingest.port import Port
from scanview.simulate.scan import simulate_scan
from scanview.store.folders import SCANS_FOLDER
from tests.flow.upload_network import eventually


@pytest.fixture
def port(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("SCANVIEW_RUNTIME_DIR", str(hub.data / "runtime"))
    agent = Port(lane="CNSHA-03", endpoint=hub.endpoint, spool=tmp_path / "spool")
    thread = threading.Thread(target=agent.run, name="port")
    thread.start()
    yield agent
    agent.stop()
    thread.join()


def test_a_scan_survives_a_hub_killed_twice_while_it_passes(hub, port):
    view, counts = simulate_scan(11, pitch_mm=10.0).image.side
    columns = counts.shape[2]
    with port.device("portal").scan(view, container="CSQU3054383") as scan:
        name = scan.header.scan
        growing = hub.data / SCANS_FOLDER / f"{name}.part"
        size_at_kill = 0
        for column in range(columns):
            scan.line(View.SIDE, counts[:, :, column])
            if column in (columns // 3, 2 * columns // 3):
                eventually(
                    lambda than=size_at_kill: growing.exists() and growing.stat().st_size > than, "strips arrive"
                )
                hub.kill()
                size_at_kill = growing.stat().st_size
                hub.start()

    eventually(lambda: not port.spool.scans(), "the receipt")

    assert [path.name for path in (hub.data / SCANS_FOLDER).iterdir()] == [f"{name}.tif"]
    stored = verify(hub.data / SCANS_FOLDER / f"{name}.tif")
    assert stored.content_sha256 == port.spool.log.find_scan(name).content_sha256
    with tifffile.TiffFile(stored.path) as file:
        levels = [level.asarray() for level in file.series[0].levels]
    assert len(levels) == LEVELS >= 4
    expected = counts
    for level in levels:
        assert np.array_equal(level, expected)
        expected = halve(expected)
    hub.stop()
    assert hub.verify().is_verified
