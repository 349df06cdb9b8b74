"""A quick part of the fault programme: one room, a fault of every family, and nothing lost, doubled or let go.

What it finds right is then made wrong, to see that the check would have found that.
"""

import json
from pathlib import Path

import pytest

from scanview.core.review import Verdict
from scanview.store.folders import SCANS_FOLDER
from tests.faults.account import Left, check
from tests.faults.programme import run, table

KINDS = (
    "spool_torn",
    "worker_killed",
    "link_deaf",
    "both_killed",
    "link_noisy",
    "hub_file_damaged",
    "port_clock_jumps",
    "link_cut",
)
SEED = 1


@pytest.mark.timeout(600)
def test_a_few_faults_lose_double_and_release_nothing(tmp_path: Path) -> None:
    made = run(tmp_path, SEED, KINDS)

    assert made.account.problems == [], f"seed {SEED}"
    assert made.account.scans > 10
    assert 0 < made.account.releases < made.account.decisions
    assert sum(gaps.count for gaps in made.told.values()) == len(KINDS)
    assert "wrongly released" in table([made])
    forge_a_release(made.left)
    damage_a_scan(made.left)
    lose_a_decision(made.left)
    account = check(made.left)
    assert (len(account.lost), account.doubled) == (2, [])
    assert account.wrongly_released


def forge_a_release(left: Left) -> None:
    held = next(path for path in gates(left) if order_in(path)["verdict"] == Verdict.HOLD)
    order = order_in(held)
    forged = {**order, "verdict": "RELEASE", "expires_at": 4e9, "content_sha256": order["content_sha256"] or "a" * 64}
    held.write_text(json.dumps(forged), encoding="utf-8")


def damage_a_scan(left: Left) -> None:
    stored = next((left.hub.data / SCANS_FOLDER).iterdir())
    stored.write_bytes(stored.read_bytes()[:-1])


def lose_a_decision(left: Left) -> None:
    next(path for path in gates(left) if order_in(path)["reason"] == "").unlink()


def gates(left: Left) -> list[Path]:
    return [path for lane in left.lanes for path in sorted((lane.folder / "spool" / "gate").glob("*.json"))]


def order_in(path: Path) -> dict:
    return json.loads(path.read_bytes())
