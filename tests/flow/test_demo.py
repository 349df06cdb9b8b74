"""The demo as a user starts it: every part real, ended by itself, nothing left behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scanview.core.review import Verdict
from scanview.formats.archive_writer import verify


@pytest.mark.timeout(180)
def test_the_headless_demo_carries_every_decision_to_its_lane(tmp_path: Path) -> None:
    data = tmp_path / "demo"

    outcome = subprocess.run(
        [sys.executable, "-m", "scanview", "demo", "--headless", "--scans", "3", "--data", data],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stderr
    summary = json.loads(outcome.stdout.splitlines()[-1])
    assert summary["scans"] == summary["delivered"] == summary["released"] + summary["held"] == 3
    assert summary["ledger"] == "verified"
    assert Path(summary["screenshot"]).read_bytes().startswith(b"\x89PNG")
    orders = [json.loads(path.read_bytes()) for path in data.glob("lanes/*/gate/*.json")]
    stored = {path.stem: verify(path).content_sha256 for path in data.glob("hub/scans/*.tif")}
    assert {order["scan"]: order["content_sha256"] for order in orders if order["verdict"] == Verdict.RELEASE} == {
        order["scan"]: stored[order["scan"]] for order in orders if order["verdict"] == Verdict.RELEASE
    }
    assert {order["scan"] for order in orders} == set(stored)
    assert not list(data.glob("lanes/*/scans/*")), "the lanes dropped what the hub has received"
