"""The demo itself: the network, the real client on top of it, and what came of every scan."""

import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanview.core.review import Verdict
from scanview.demo.network import ANALYST, LANES, Network, Traffic
from scanview.demo.watch import Watch
from scanview.store.database import open_catalogue
from scanview.store.verification import verify
from scanview.store.virtual_scans import trials_between
from scanview.ui.app import Client, make_application
from scanview.ui.autopilot import Autopilot
from scanview.ui.text import Language

HEADLESS_SCANS = 6
DELIVERY_S = 60.0
LOOK_EVERY_S = 0.1
PICTURE = "desk.png"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the demo came to: the line it ends with, and whether every scan's decision reached its lane."""

    summary: dict[str, Any]
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What was done in the client: scans decided, findings seen, and a picture of the desk."""

    decided: int
    findings: int
    screenshot: Path


def show(*, headless: bool, scans: int | None, seed: int, language: str, folder: Path | None, say: Say) -> Outcome:
    """Run the demo to its end.

    Args:
        headless: drive the client offscreen instead of leaving it to a person.
        scans: how many pass; None for six when headless, else for one after the other.
        seed: what they are drawn from.
        language: "zh" or "en".
        folder: where everything is kept; None for a new temporary folder, which stays.
        say: tells the person at the terminal.

    Raises:
        Unavailable: a process of the network ended, or the client came to a halt.
    """
    started = time.monotonic()
    is_headless = headless or not has_display()
    if is_headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        scans = scans or HEADLESS_SCANS
    folder = (folder or Path(tempfile.mkdtemp(prefix="scanview-demo-"))).resolve()
    traffic = (
        Traffic(columns_per_s=3_000, pause_s=0.2, scans=scans)
        if is_headless
        else Traffic(columns_per_s=500, pause_s=20, scans=scans)
    )
    network = Network(folder, seed=seed, traffic=traffic, say=say)
    before = gate_orders(network)
    with network:
        review = fly(network, scans or 0, language, say) if is_headless else work(network, language, say)
        applied = wait_for_gates(network, before, review.decided)
    report = verify(network.hub_folder)
    released = sum(verdict is Verdict.RELEASE for verdict in applied)
    summary = {
        "scans": review.decided,
        "findings": review.findings,
        "released": released,
        "held": len(applied) - released,
        "delivered": len(applied),
        "ledger": "verified" if report.is_verified else "broken",
        "seconds": round(time.monotonic() - started, 1),
        "screenshot": str(review.screenshot),
    }
    wanted = scans if is_headless and scans else 0
    is_whole = len(applied) == review.decided >= wanted and report.is_verified
    return Outcome(summary=summary, is_whole=is_whole)


def has_display() -> bool:
    """Whether a window could be shown to somebody."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def fly(network: Network, scans: int, language: str, say: Say) -> Review:
    """Decide `scans` scans in the real window, by the autopilot."""
    client = make_client(network, language)
    picture = network.folder / PICTURE
    autopilot = Autopilot(client, name=ANALYST, password=network.password, scans=scans, screenshot=picture)
    with Watch(network) as watch:
        autopilot.landed.connect(watch.application.quit)
        autopilot.failed.connect(watch.halt)
        client.start()
        autopilot.start()
        say(f"the analyst reviews {scans} scans")
        try:
            watch.wait()
        finally:
            autopilot.stop()
            client.stop()
    return Review(decided=autopilot.log.decided, findings=autopilot.log.findings, screenshot=picture)


def work(network: Network, language: str, say: Say) -> Review:
    """Leave the window to a person, until it is closed."""
    client = make_client(network, language)
    picture = network.folder / PICTURE
    client.window.sign_in_page.password.setText(network.password)
    say(f"sign in as {ANALYST} with the password {network.password} (filled in); close the window to end")
    began_at = time.time()
    with Watch(network) as watch:
        watch.application.aboutToQuit.connect(lambda: client.window.grab().save(str(picture)))
        client.start()
        try:
            watch.wait()
        finally:
            client.stop()
    decided = client.desk.decided_here - virtual_decisions(network, began_at)
    return Review(decided=decided, findings=0, screenshot=picture)


def virtual_decisions(network: Network, since: float) -> int:
    """How many test scans were decided since then (UTC seconds): those never reach a gate."""
    with open_catalogue(network.hub_folder) as database:
        return len(database.read(lambda tx: trials_between(tx, since, math.inf)))


def make_client(network: Network, language: str) -> Client:
    """The real client, on the demo's hub."""
    make_application()
    return Client(
        endpoint=network.endpoint,
        folder=network.folder / "workstation",
        workstation="demo",
        user=ANALYST,
        language=Language(language),
    )


def wait_for_gates(network: Network, before: set[Path], decided: int) -> list[Verdict]:
    """The verdicts of the orders that the lanes have applied since `before`, once there are `decided` or time is up."""
    deadline = time.monotonic() + DELIVERY_S
    while len(applied := gate_orders(network) - before) < decided and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)
    return [Verdict(json.loads(path.read_bytes())["verdict"]) for path in sorted(applied)]


def gate_orders(network: Network) -> set[Path]:
    """What the lanes' gates have been given."""
    return {path for lane in LANES for path in network.spool_of(lane).glob("gate/*.json")}
