"""The conformance run: both ports pass it, and a port that breaks a rule fails the check of that rule."""

import json
import shutil
import threading
from pathlib import Path

import pytest

from scanview.cli import main
from scanview.conformance.release_checks import DIRECT_RELEASE_CHECKS, RELEASE_CHECKS
from scanview.conformance.results import Verdict
from scanview.conformance.run import examine_port
from scanview.core.errors import BadInput
from scanview.ingest.port import Port
from scanview.store.grounds import NO_GROUNDS
from tests.flow.conformance_run import NODE_PORT, node_port, our_port, run
from tests.flow.upload_network import LANE, scan_counts, send_lines

UPLOAD = (
    "hello",
    "version-refused",
    "version-not-offered",
    "previous-version",
    "offer",
    "strips",
    "window",
    "resume",
    "checksum-error",
    "disorder",
)
SETTLED = ("receipt", "postponed", "refused")
ORDERS = (
    "order-hold",
    "order-hold-unnamed",
    "order-release",
    "order-replayed",
    "order-older",
    "order-unsigned",
    "order-stranger",
)
ORDERS += (
    "order-altered",
    "order-other-purpose",
    "order-after-forgery",
    "order-document",
    "order-without-end",
    "order-other-order",
)
ORDERS += ("order-other-lane", "order-unknown-scan", "order-other-content", "order-expired", "order-port-killed")
DIRECT = tuple(check.name for check in DIRECT_RELEASE_CHECKS)
SIGNED = tuple(check.name for check in RELEASE_CHECKS)
QUICK = (*UPLOAD, "port-killed", *SETTLED, *DIRECT, *ORDERS, *SIGNED)
"""All but the checks that wait for something not to happen, or for a hub that is long silent: `make conformance`."""


def only(*names: str) -> list[str]:
    return [word for name in names for word in ("--only", name)]


def outcomes(printed: str) -> dict[str, str]:
    return {
        line["name"]: f"{line['verdict']} {line['reason']}".strip() for line in map(json.loads, printed.splitlines())
    }


def test_our_port_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = our_port(tmp_path / "port")
    capsys.readouterr()

    assert run(tmp_path / "keys", command, "--json", *only(*QUICK)) == 0

    assert outcomes(capsys.readouterr().out) == dict.fromkeys(QUICK, "PASS")


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
@pytest.mark.skipif(not (NODE_PORT / "node_modules").exists(), reason="run npm ci in examples/port-node first")
def test_the_port_in_another_language_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = node_port(tmp_path / "keys", tmp_path / "port")

    assert run(tmp_path / "keys", command, "--json", *only(*QUICK)) == 0

    assert outcomes(capsys.readouterr().out) == dict.fromkeys(QUICK, "PASS")


def examined(tmp_path: Path, names: tuple[str, ...], columns: int = 600) -> dict[str, Verdict]:
    """What the checks of these names find of our own port, in this process so that a test can break it."""
    ports: list[Port] = []

    def start(endpoint: str) -> None:
        port = Port(lane=LANE, endpoint=endpoint, spool=tmp_path / "spool")
        ports.append(port)
        threading.Thread(target=port.run, name="port under test").start()
        for seed in (1, 2):
            send_lines(port, scan_counts(columns=columns, seed=seed) | 1)

    try:
        findings = list(examine_port("tcp://127.0.0.1:*", tmp_path / "keys", only=frozenset(names), on_ready=start))
    finally:
        for port in ports:
            port.stop()
        for thread in threading.enumerate():
            if thread.name == "port under test":
                thread.join()
    return {finding.name: finding.verdict for finding in findings}


def test_faults_of_an_upload_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanview.wire import link

    real = link.next_to_send
    monkeypatch.setattr(link, "next_to_send", lambda uploads, window_bytes: real(uploads, 1 << 40))
    answered = link._answered
    at_once = link.Postponed("", "", 0.0)
    monkeypatch.setattr(
        link,
        "_answered",
        lambda upload, event: answered(upload, at_once if isinstance(event, link.Postponed) else event),
    )
    monkeypatch.setattr("scanview.ingest.spool.Spool.keep_refused", lambda *_: None)

    found = examined(tmp_path, ("offer", "strips", "window", "resume", "receipt", "postponed", "refused"))

    failed = {name for name, verdict in found.items() if verdict is Verdict.FAIL}
    assert failed == {"window", "postponed", "refused"}
    assert found["strips"] is found["receipt"] is Verdict.PASS


def test_faults_of_resuming_and_of_the_spool_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanview.wire import link

    real = link._answered

    def from_the_start(upload, event):
        return real(upload, link.Resumed(0) if isinstance(event, link.Resumed) else event)

    monkeypatch.setattr(link, "_answered", from_the_start)
    monkeypatch.setattr("scanview.ingest.spool.Spool.drop", lambda *_: None)
    monkeypatch.setattr("scanview.wire.hub_link.HubLink._beat", lambda _: None)

    found = examined(tmp_path, ("heartbeat", "strips", "resume", "checksum-error", "receipt"))

    assert found["strips"] is Verdict.PASS
    assert {name for name, verdict in found.items() if verdict is Verdict.FAIL} >= {"heartbeat", "resume", "receipt"}


@pytest.mark.parametrize(
    ("broken", "by", "failing"),
    [
        (
            "orders.signer_of",
            lambda document, purpose, signatures, roots: roots[0],
            {"order-unsigned", "order-stranger", "order-altered", "order-other-purpose"},
        ),
        ("judging._check_content", lambda *_: None, {"order-other-content"}),
        (
            "release_grounds._check_statement",
            lambda *_: None,
            {"release-other-scan", "release-ended-statement", "release-role", "release-revoked"},
        ),
        ("release_grounds._check_in_force", lambda *_: None, {"release-ended-certificate", "release-other-lanes"}),
        ("judging.grounds_of_release", lambda *_: NO_GROUNDS, {"release-hub-alone", "release-one-of-two"}),
    ],
)
def test_faults_of_judging_orders_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, by: object, failing: set[str]
) -> None:
    monkeypatch.setattr(f"scanview.ingest.{broken}", by)
    found = examined(tmp_path, ("strips", "receipt", "order-hold", "order-release", *sorted(failing)))
    assert {name for name, verdict in found.items() if verdict is not Verdict.PASS} == failing


def test_a_port_without_a_memory_for_orders_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanview.store.port_log.PortLog.find_order", lambda *_: None)
    found = examined(tmp_path, ("strips", "receipt", "order-hold", "order-release", "order-replayed"))
    assert found["order-replayed"] is Verdict.FAIL


def test_a_check_that_cannot_be_made_is_skipped_with_its_reason(tmp_path: Path) -> None:
    found = examined(tmp_path, ("strips", "port-killed", "order-hold"))
    assert found == {"strips": Verdict.PASS, "port-killed": Verdict.SKIP, "order-hold": Verdict.SKIP}


def test_nobody_who_comes_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["doctor", "--conformance", "tcp://127.0.0.1:*", "--keys", str(tmp_path), *only("hello")]
    options += ["--patience", "0.2"]
    assert main(options) == 1
    assert "FAIL hello" in capsys.readouterr().out


def test_an_unknown_check_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no check 'helo'"):
        list(examine_port("tcp://127.0.0.1:*", tmp_path, only=frozenset({"helo"})))
