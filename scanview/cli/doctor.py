"""The command that checks others: whether a port does what docs/protocol.md says."""

import argparse
from pathlib import Path

from scanview.cli.command import Commands, add, home, result, say


def register(commands: Commands) -> None:
    """Add `doctor`."""
    parser = add(commands, "doctor", doctor)
    parser.add_argument(
        "--conformance",
        required=True,
        metavar="tcp://HOST:PORT",
        help="be a hub here and check the port that connects (a lane without a gate, with two whole scans)",
    )
    parser.add_argument(
        "--keys",
        type=Path,
        default=home("conformance"),
        help="folder with the keys to use: the hub's card is hub.json there, ports are enrolled in enrolled/",
    )
    parser.add_argument("--run", default="", metavar="COMMAND", help="starts the port; {hub} stands for the endpoint")
    parser.add_argument(
        "--patience", type=float, default=12.0, metavar="S", help="so long may the port take for what it has to do"
    )
    parser.add_argument("--only", action="append", default=[], metavar="CHECK", help="make this check (repeatable)")


def doctor(options: argparse.Namespace) -> int:
    """Check that a port keeps to the protocol."""
    from scanview.conformance.results import Verdict
    from scanview.conformance.run import examine_port

    counts = dict.fromkeys(Verdict, 0)
    for finding in examine_port(
        options.conformance,
        options.keys,
        run=options.run,
        only=frozenset(options.only),
        patience_s=options.patience,
        on_ready=lambda endpoint: say(
            f"hub at {endpoint}, its card is {options.keys / 'hub.json'}; waiting for a port"
        ),
    ):
        counts[finding.verdict] += 1
        result(finding.as_json(), options, finding.as_text())
    say(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return 1 if counts[Verdict.FAIL] or not counts[Verdict.PASS] else 0
