"""The command that checks ports and hubs: whether they do what docs/protocol.md says, and whom they believe."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scanview.cli.command import Commands, add, home, lane, result, say

if TYPE_CHECKING:
    from scanview.conformance.results import Finding


def register(commands: Commands) -> None:
    """Add `doctor`."""
    parser = add(commands, "doctor", doctor)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--folder",
        type=Path,
        help="the spool of a port or the folder of a hub: is it set up so that people open gates?",
    )
    what.add_argument(
        "--conformance",
        metavar="tcp://HOST:PORT",
        help="where to be a hub for the port under test, or where the hub under test listens",
    )
    parser.add_argument(
        "--of",
        choices=("port", "hub"),
        default="port",
        help="port: one of a lane without a gate, with two whole scans to send; hub: one for tests, it keeps the scans",
    )
    parser.add_argument(
        "--keys",
        type=Path,
        help="of port: the hub's keys, its card is hub.json there, ports are enrolled in enrolled/; "
        "of hub: the lane's keys and the hub's card hub.json (default: in your data folder)",
    )
    parser.add_argument("--run", default="", metavar="COMMAND", help="starts the port; {hub} stands for the endpoint")
    parser.add_argument("--id", type=lane, default="XXTST-01", metavar="UNLOCODE-LANE", help="of hub: the lane to be")
    parser.add_argument(
        "--patience", type=float, default=12.0, metavar="S", help="so long may it take for what it has to do"
    )
    parser.add_argument("--only", action="append", default=[], metavar="CHECK", help="make this check (repeatable)")


def doctor(options: argparse.Namespace) -> int:
    """Check that a port or a hub keeps to the protocol, or that its folder is set up safely."""
    from scanview.conformance.results import Verdict

    counts = dict.fromkeys(Verdict, 0)
    for finding in _findings(options):
        counts[finding.verdict] += 1
        result(finding.as_json(), options, finding.as_text())
    say(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return 1 if counts[Verdict.FAIL] or not counts[Verdict.PASS] else 0


def _findings(options: argparse.Namespace) -> "Iterator[Finding]":
    from scanview.cli.trust_checks import examine_folder
    from scanview.conformance.run import examine_hub, examine_port

    if options.folder is not None:
        return examine_folder(options.folder, of=options.of)
    keys = options.keys or home("conformance") / options.of
    only = frozenset(options.only)
    if options.of == "hub":
        return examine_hub(options.conformance, keys, options.id, only=only, patience_s=options.patience)
    return examine_port(
        options.conformance,
        keys,
        run=options.run,
        only=only,
        patience_s=options.patience,
        on_ready=lambda endpoint: say(f"hub at {endpoint}, its card is in {keys}; waiting for a port"),
    )
