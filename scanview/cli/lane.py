"""Commands for a port: the agent of a lane, and sending files once."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scanview.cli.command import DEFAULT_HUB, Commands, add, add_hub, add_lane, keep_private, result, until_told
from scanview.cli.inspection import add_result_options, send_result
from scanview.store.port_log import Priority
from scanview.wire.enrolment import read_joined

_GIVEN = ("gate_command", "gate_url", "gate_folder", "inspections_folder", "limit_mbit", "status_port")
"""Options of the command line that are settings of the same name."""

if TYPE_CHECKING:
    from scanview.ingest.followed_settings import FollowedSettings


def register(commands: Commands) -> None:
    """Add `port` and `send`."""
    parser = add(commands, "port", port)
    parser.set_defaults(wrong=parser.error)
    parser.add_argument(
        "action",
        nargs="?",
        default="run",
        choices=("run", "status", "result", "accept-ledger"),
        help="run the agent; tell how the one on --spool stands: 0 it runs and a hub is in reach, else 1; or let it "
        "send what was found in an opened container; or take the ledger of a hub as it is, though it was rewritten",
    )
    add_lane(parser, required=False)
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
    parser.add_argument("--inspections-folder", metavar="FOLDER", help="where inspection results are left as JSON")
    parser.add_argument("--status-port", type=int, metavar="TCPPORT", help="page on 127.0.0.1 that tells how it stands")
    parser.add_argument("--lang", default="en", choices=("en", "zh"), help="status: the language of the report")
    parser.add_argument("--spool-limit", type=int, metavar="MB", help="so much may wait in the spool (default: disk)")
    parser.add_argument("--by", default="", metavar="NAME", help="accept-ledger: who does; the reason goes into --note")
    add_result_options(parser)
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

    given = {name: getattr(options, name, None) for name in _GIVEN}
    given["spool_limit_mb"] = getattr(options, "spool_limit", None)
    return FollowedSettings(options.config, {name: value for name, value in given.items() if value is not None})


def port(options: argparse.Namespace) -> int:
    """Run a lane's port agent, tell how it stands, or give it an inspection result to send."""
    if options.action == "status":
        return _tell_status(options)
    if options.action == "result":
        return send_result(options)
    if options.action == "accept-ledger":
        return _accept_ledger(options)
    joined = read_joined(options.spool)
    options.id = options.id or (joined.card.name if joined else None)
    if options.id is None:
        options.wrong("--id is needed to run: which lane is it, as in CNSHA-03?")
    from scanview.ingest.port import Port

    keep_private()
    options.hubs = options.hubs or [joined.endpoint if joined else DEFAULT_HUB]
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


def _accept_ledger(options: argparse.Namespace) -> int:
    from scanview.ingest.witness import accept_ledgers

    for hub in accept_ledgers(options.spool, options.by, options.note):
        result({"accepted": hub}, options, f"the ledger of hub {hub} is accepted as it is")
    return 0


def _tell_status(options: argparse.Namespace) -> int:
    import msgspec

    from scanview.ingest.port_status import is_running, read_status
    from scanview.ingest.status_report import as_text, report

    status, now = read_status(options.spool), time.time()
    runs = is_running(status, now)
    result(
        {**msgspec.to_builtins(status), "is_running": runs, "is_in_reach": runs and status.is_in_reach},
        options,
        as_text(report(status, now, options.lang)),
    )
    return 0 if runs and status.is_in_reach else 1


def send(options: argparse.Namespace) -> int:
    """Send files and wait for a receipt for each."""
    from scanview.ingest.send import send_files

    keep_private()
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
