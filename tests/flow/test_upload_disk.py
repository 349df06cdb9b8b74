"""A port whose disk is full when the hub's receipts come: they are asked for again, and no scan stays behind."""

from pathlib import Path

import pytest

from scanview.core.errors import Unavailable
from scanview.store.port_log import PortLog
from tests.flow.upload_network import eventually, hub_end, running_port, scan_counts, send_lines


def test_receipts_that_cannot_be_noted_are_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note, refused = PortLog.scan_received, []

    def note_later(log: PortLog, scan: str, hub: str) -> None:
        if len(refused) < 4:
            refused.append(scan)
            raise Unavailable("no space left", code="disk-full")
        note(log, scan, hub)

    monkeypatch.setattr(PortLog, "scan_received", note_later)
    with (
        hub_end(tmp_path / "hub") as hub,
        running_port(tmp_path / "spool", hub.endpoint, hub.card, enrolments=hub.enrolments) as port,
    ):
        sent = [send_lines(port, scan_counts(columns=200, seed=seed)) for seed in range(3)]
        eventually(lambda: not port.spool.scans(), "all receipts are noted")
        assert len(refused) == 4
        assert sorted(call[0] for call in hub.register.calls) == sorted(scan for scan, _ in sent), "once each"
