"""Commands for a port: the agent of a lane, and sending files once."""

import argparse
from pathlib import Path

from scanview.cli.command import Commands, add, add_hub, add_lane, result, until_told


def register(commands: Commands) -> None:
    """Add `port` and `send`."""
    parser = add(commands, "port", port)
    add_lane(parser)
    add_hub(parser)
    parser.add_argument("--spool", type=Path, required=True, help="folder for scans that are not yet received")
    parser.add_argument("--watch", type=Path, help="folder a scanner writes its files to")

    parser = add(commands, "send", send)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add_lane(parser)
    add_hub(parser)
    parser.add_argument("--spool", type=Path, help="folder to spool in (default: one per lane in your data folder)")


def port(options: argparse.Namespace) -> int:
    """Run a lane's port agent."""
    from scanview.ingest.port import Port

    agent = Port(lane=options.id, endpoint=options.hub, spool=options.spool, watch=options.watch)
    until_told(agent.stop)
    agent.run()
    return 0


def send(options: argparse.Namespace) -> int:
    """Send files and wait for a receipt for each."""
    from scanview.ingest.send import send_files

    failed = 0
    for outcome in send_files(options.files, lane=options.id, endpoint=options.hub, spool=options.spool):
        failed += bool(outcome.error)
        result(
            {"scan": str(outcome.path), "id": outcome.scan, "sha256": outcome.content_sha256, "error": outcome.error},
            options,
            f"{outcome.path}: {outcome.error or 'received as ' + outcome.scan}",
        )
    return 1 if failed else 0
