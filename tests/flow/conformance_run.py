"""The whole conformance run, against both ports and the hub: `make conformance`. Exit code 1 where a check fails."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scanview.cli import main
from scanview.cli.command import say
from scanview.conformance.run import HUB_NAME
from scanview.formats import write_scan
from scanview.simulate.scan import simulate_scan
from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments, write_pin
from scanview.wire.hub_authority import HubAuthority
from scanview.wire.keys import Identity, decode_card
from scanview.wire.messages import PeerRole
from scanview.wire.pinned_authority import pin_authority

LANE = "CNSHA-03"
NODE_PORT = Path(__file__).parents[2] / "examples" / "port-node"


def node(*words: object) -> str:
    """Run a program of the example to its end; what it prints."""
    run = subprocess.run(["node", *map(str, words)], cwd=NODE_PORT, check=True, capture_output=True, text=True)
    return run.stdout


def node_port(keys: Path, folder: Path) -> str:
    """The command that runs the port in Node.js with two scans; the cards are carried across."""
    card = decode_card(node("port.mjs", "card", "--folder", folder, "--lane", LANE).encode())
    Enrolments(keys / ENROLLED_FOLDER).add(card)
    write_pin(folder, Identity.load_or_make(keys).card(PeerRole.HUB, HUB_NAME))
    pin_authority(folder, HubAuthority(keys).card)
    node("example/make.mjs", folder / "scans")
    files = " ".join(str(folder / "scans" / f"scan-{number}.json") for number in (1, 2))
    return f"node {NODE_PORT / 'port.mjs'} send --folder {folder} --lane {LANE} --hub {{hub}} {files}"


def our_port(folder: Path) -> str:
    """The command that runs ScanView's own port with two scans in its watch folder; it enrols itself."""
    (folder / "watch").mkdir(parents=True)
    for seed in (1, 2):
        write_scan(simulate_scan(seed, pitch_mm=20.0).image, folder / "watch" / f"scan-{seed}.tif")
    return f"{sys.executable} -m scanview port --id {LANE} --hub {{hub}} --spool {folder} --watch {folder / 'watch'}"


def run(keys: Path, command: str, *options: str) -> int:
    """Put the port that `command` starts to the checks; the exit code of `scanview doctor`."""
    where = ["--conformance", "tcp://127.0.0.1:*", "--keys", str(keys)]
    return main(["doctor", *where, "--run", command, *options])


def run_hub(folder: Path) -> int:
    """Put ScanView's own hub to the checks, as a process on a free port; the exit code of `scanview doctor`."""
    words = [sys.executable, "-m", "scanview", "hub", "--json", "--data", str(folder / "data")]
    with subprocess.Popen([*words, "--listen", "tcp://127.0.0.1:*"], stdout=subprocess.PIPE, text=True) as hub:
        assert hub.stdout is not None
        endpoint = json.loads(hub.stdout.readline())["hub"]
        try:
            return main(["doctor", "--of", "hub", "--conformance", endpoint, "--keys", str(folder / "keys")])
        finally:
            hub.terminate()


def everything() -> int:
    """Run all checks against each port and the hub."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("ScanView's port")
        ours = run(folder / "ours-keys", our_port(folder / "ours"))
        say("the port in Node.js")
        theirs = run(folder / "node-keys", node_port(folder / "node-keys", folder / "node"))
        say("ScanView's hub")
        hubs = run_hub(folder / "hub")
    return ours or theirs or hubs


if __name__ == "__main__":
    sys.exit(everything())
