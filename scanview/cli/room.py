"""Commands for those who run the room: the hub, and its workers."""

import argparse
import os
from dataclasses import replace
from pathlib import Path

from scanview.cli.command import Commands, add, add_data, add_hub, home, hub_of, keep_private, result, say, until_told
from scanview.cli.people import first_administrator
from scanview.cli.selecting import add_selection, selection
from scanview.settings import HubSettings, load
from scanview.wire.enrolment import read_joined


def register(commands: Commands) -> None:
    """Add `hub` and `worker`."""
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
