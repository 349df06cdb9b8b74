"""The conformance run of hubs: ours passes it, and a hub that breaks a rule fails the check of that rule."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scanview.cli import main
from scanview.conformance.results import Verdict
from scanview.conformance.run import HUB_CHECKS, examine_hub
from scanview.hub.service import Hub
from scanview.settings import HubSettings

LANE = "XXTST-01"


@contextmanager
def listening(data: Path) -> Iterator[str]:
    """The endpoint of a hub in this process, so that a test can break it. Its window is small, its heartbeat quick."""
    hubs: list[Hub] = []
    is_ready = threading.Event()

    def serve() -> None:
        settings = HubSettings(endpoint="tcp://127.0.0.1:*", heartbeat_s=0.3, window_bytes=1 << 20, min_free_bytes=0)
        hubs.append(Hub(data, settings))
        is_ready.set()
        hubs[0].run()

    thread = threading.Thread(target=serve, name="hub under test")
    thread.start()
    try:
        assert is_ready.wait(20)
        yield hubs[0].endpoint
    finally:
        hubs[0].stop()
        thread.join()


def failing(tmp_path: Path, *names: str) -> set[str]:
    with listening(tmp_path / "hub") as endpoint:
        found = list(examine_hub(endpoint, tmp_path / "keys", LANE, only=frozenset(names), patience_s=2.0))
    assert {finding.name for finding in found} == set(names)
    return {finding.name for finding in found if finding.verdict is Verdict.FAIL}


def test_our_hub_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with listening(tmp_path / "hub") as endpoint:
        keys = tmp_path / "keys"
        assert main(["doctor", "--json", "--conformance", endpoint, "--of", "hub", "--keys", str(keys)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["name"] for line in lines] == [check.name for check in HUB_CHECKS]
    assert {line["verdict"] for line in lines} == {"PASS"}


def test_a_hub_that_believes_what_an_offer_says_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanview.ingest.intake._check_offer", lambda *_, **__: None)
    assert failing(tmp_path, "upload", "bad-header", "other-lane") == {"bad-header", "other-lane"}


def test_a_hub_that_forgets_its_peers_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanview.wire.hub_server.HubServer._probe", lambda _: None)
    assert failing(tmp_path, "welcome", "heartbeat", "silent-port") == {"heartbeat", "silent-port"}


def test_a_hub_that_does_not_look_at_content_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanview.ingest.scan_file import ScanFile

    real = ScanFile.end
    monkeypatch.setattr(ScanFile, "end", lambda file, _: real(file, file._writer.content_sha256))
    assert failing(tmp_path, "welcome", "other-hash") == {"other-hash"}
