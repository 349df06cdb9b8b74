"""Commands for a port: the agent of a lane, and sending files once."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scanview.cli.command import DEFAULT_HUB, Commands, add, add_hub, add_lane, result, until_told
from scanview.store.port_log import Priority

_HOOKS = ("gate_command", "gate_url", "gate_folder")

if TYPE_CHECKING:
    from scanview.ingest.followed_settings import FollowedSettings


def register(commands: Commands) -> None:
    """Add `port` and `send`."""
    parser = add(commands, "port", port)
    add_lane(parser)
    parser.add_argument(
        "--hub",
        dest="hubs",
        action="append",
        metavar="tcp://HOST:PORT",
        help="where the hub listens; given again, others to use in this order while it is gone",
    )
    parser.add_argument("--spool", type=Path, required=True, help="folder for scans that are not yet received")
    parser.add_argument("--watch", type=Path, help="folder a scanner writes its files to")
    parser.add_argument("--gate-command", metavar="PROGRAM", help="started for each order, which is its input")
    parser.add_argument("--gate-url", metavar="http://…", help="where each order is posted to as JSON")
    parser.add_argument("--gate-folder", metavar="FOLDER", help="where each order is left as a file")
    parser.add_argument("--spool-limit", type=int, metavar="MB", help="so much may wait in the spool (default: disk)")
    _add_sending(parser)

    parser = add(commands, "send", send)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add_lane(parser)
    add_hub(parser)
    parser.add_argument("--spool", type=Path, help="folder to spool in (default: one per lane in your data folder)")
    _add_sending(parser)


def _add_sending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="TOML file with a [port] table; read again when it changes")
    parser.add_argument("--limit-mbit", type=float, metavar="RATE", help="send at most so many megabits a second")
    parser.add_argument(
        "--priority", default="truck", choices=("truck", "yard"), help="who waits for the files; trucks go first"
    )


def _settings(options: argparse.Namespace) -> "FollowedSettings":
    from scanview.ingest.followed_settings import FollowedSettings

    given = {name: getattr(options, name, None) for name in (*_HOOKS, "limit_mbit")}
    given["spool_limit_mb"] = getattr(options, "spool_limit", None)
    return FollowedSettings(options.config, {name: value for name, value in given.items() if value is not None})


def port(options: argparse.Namespace) -> int:
    """Run a lane's port agent."""
    from scanview.ingest.port import Port

    options.hubs = options.hubs or [DEFAULT_HUB]
    agent = Port(
        lane=options.id,
        endpoint=options.hubs[0],
        more_hubs=options.hubs[1:],
        spool=options.spool,
        watch=options.watch,
        watch_priority=Priority(options.priority),
        settings=_settings(options),
    )
    until_told(agent.stop)
    agent.run()
    return 0


def send(options: argparse.Namespace) -> int:
    """Send files and wait for a receipt for each."""
    from scanview.ingest.send import send_files

    failed = 0
    outcomes = send_files(
        options.files,
        lane=options.id,
        endpoint=options.hub,
        spool=options.spool,
        priority=Priority(options.priority),
        settings=_settings(options),
    )
    for outcome in outcomes:
        failed += bool(outcome.error)
        result(
            {"scan": str(outcome.path), "id": outcome.scan, "sha256": outcome.content_sha256, "error": outcome.error},
            options,
            f"{outcome.path}: {outcome.error or 'received as ' + outcome.scan}",
        )
    return 1 if failed else 0
