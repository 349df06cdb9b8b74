"""Commands for those who run the room: the hub, its workers and ledger."""

import argparse
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from scanview.cli.command import Commands, add, add_data, add_hub, home, hub_of, keep_private, result, say, until_told
from scanview.cli.people import first_administrator
from scanview.cli.selecting import add_selection, selection
from scanview.settings import HubSettings, load
from scanview.wire.enrolment import read_joined


def register(commands: Commands) -> None:
    """Add `hub`, `worker` and `ledger`."""
    parser = add(commands, "hub", hub)
    add_data(parser)
    parser.add_argument("--config", type=Path, help="TOML file with a [hub] table")
    parser.add_argument("--listen", metavar="tcp://HOST:PORT", help="where to listen (default from the settings)")

    parser = add(commands, "worker", worker)
    add_hub(parser, default="")
    parser.add_argument("--folder", type=Path, default=home("worker"), help="where this worker's keys are")
    parser.add_argument("--name", default="", help="what it is called (default: as it joined, else worker-1)")
    add_selection(parser)
    parser.add_argument("--nice", type=int, default=10, help="how far it steps back for other programs (0 to 19)")

    parser = add(commands, "ledger", ledger)
    parser.set_defaults(wrong=parser.error)
    parser.add_argument("action", choices=("verify", "export", "picture"))
    parser.add_argument("scan", nargs="?", default="", metavar="SCAN", help="picture: whose decision is drawn again")
    parser.add_argument("--decision", default="", metavar="ID", help="picture: that decision instead of the newest")
    parser.add_argument("--out", type=Path, metavar="FILE.png", help="picture: where to")
    add_data(parser)


def hub(options: argparse.Namespace) -> int:
    """Run the hub."""
    from scanview.hub.running import run_hub

    keep_private()
    first_administrator(options.data)
    chosen = load(options.config, HubSettings) if options.config else HubSettings()
    run_hub(
        options.data,
        replace(chosen, endpoint=options.listen or chosen.endpoint),
        lambda endpoint: result({"hub": endpoint}, options, f"hub at {endpoint}"),
    )
    return 0


def worker(options: argparse.Namespace) -> int:
    """Run a recognition worker."""
    from scanview.detect.selection import load_or_say_why
    from scanview.detect.worker import Worker

    keep_private()
    os.nice(options.nice)
    recogniser = load_or_say_why(selection(options))
    if not recogniser.is_usable:
        say(f"{recogniser.model}; every scan this worker is given stays with people")
    joined = read_joined(options.folder)
    peer = Worker(
        endpoint=hub_of(options, options.folder),
        folder=options.folder,
        name=options.name or (joined.card.name if joined else "worker-1"),
        recogniser=recogniser,
    )
    until_told(peer.stop)
    peer.run()
    return 0


def ledger(options: argparse.Namespace) -> int:
    """Verify or export the ledger, or draw again what was on the screen when a scan was decided."""
    from scanview.store.verification import export, verify

    if options.action == "picture":
        return _draw(options)
    if options.scan:
        options.wrong(f"{options.action} takes no scan")
    if options.action == "export":
        _rows(export(options.data), options)
        return 0
    report = verify(options.data)
    result(report.as_json(), options)
    return 0 if report.is_verified else 1


def _draw(options: argparse.Namespace) -> int:
    from scanview.cli.picture import draw_decision

    if not options.scan or options.out is None:
        options.wrong("picture needs a scan and --out")
    drawn = draw_decision(options.data, options.scan, options.out, options.decision)
    for picture in drawn:
        result({"picture": str(picture.path), "as_seen": picture.as_seen}, options, f"picture {picture.path}")
        if picture.as_seen is False:
            say(f"{picture.path} is not what was seen to the byte: this program draws otherwise than the one of then")
    return 1 if any(picture.as_seen is False for picture in drawn) else 0


def _rows(rows: Iterable[dict[str, Any]], options: argparse.Namespace) -> None:
    for row in rows:
        result(row, options)
