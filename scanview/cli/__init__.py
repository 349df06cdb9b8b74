"""The command line: the only package that sees every other. Each command is a few lines that put parts together.

Human text goes to standard error, results to standard output; with `--json` one JSON object per line. Exit codes:
0 done, 1 some of the work failed (each failure named), 2 wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from scanview import __version__, log
from scanview.cli import (
    authority,
    desk,
    doctor,
    files,
    lane,
    learning,
    ledger,
    machines,
    models,
    people,
    projecting,
    report,
    room,
    rules,
)
from scanview.cli.command import Command, say
from scanview.core.errors import ScanViewError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    options = _parser().parse_args(arguments)
    log.start(level=options.log_level, as_json=options.log_json)
    command: Command = options.command
    try:
        return command(options)
    except ScanViewError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return 1
    except BrokenPipeError:
        # Whoever read our results has read enough; what is left in the buffer must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scanview", description="Networked central review of container X-ray scans.")
    parser.add_argument("--version", action="version", version=f"scanview {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for group in (
        desk,
        room,
        machines,
        authority,
        people,
        rules,
        lane,
        files,
        models,
        report,
        doctor,
        learning,
        ledger,
        projecting,
    ):
        group.register(commands)
    return parser
