"""The command that checks others: whether a port, or a hub, does what docs/protocol.md says."""

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
    parser.add_argument(
        "--conformance",
        required=True,
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
    """Check that a port or a hub keeps to the protocol."""
    from scanview.conformance.results import Verdict

    counts = dict.fromkeys(Verdict, 0)
    for finding in _findings(options):
        counts[finding.verdict] += 1
        result(finding.as_json(), options, finding.as_text())
    say(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return 1 if counts[Verdict.FAIL] or not counts[Verdict.PASS] else 0


def _findings(options: argparse.Namespace) -> "Iterator[Finding]":
    from scanview.conformance.run import examine_hub, examine_port

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
