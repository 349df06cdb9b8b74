"""What every command shares: how it is added to the parser, how it speaks, and how it is told to stop."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import platformdirs

from scanview.core.errors import ScanViewError
from scanview.core.scan import check_lane
from scanview.log import printable
from scanview.wire.enrolment import read_joined

DEFAULT_HUB = "tcp://127.0.0.1:7701"

Command: TypeAlias = Callable[[argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(commands: Commands, name: str, command: Command) -> argparse.ArgumentParser:
    """A parser for `command`, helped by its docstring, with the options that every command has."""
    parser = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
    parser.set_defaults(command=command)
    parser.add_argument("--json", action="store_true", help="one JSON object per line on standard output")
    parser.add_argument("--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    parser.add_argument("--log-json", action="store_true", help="log records as JSON lines")
    return parser


def add_hub(parser: argparse.ArgumentParser, *, default: str = DEFAULT_HUB) -> None:
    """The option that says where the hub is; without a `default`, see `hub_of`."""
    parser.add_argument("--hub", default=default, metavar="tcp://HOST:PORT", help="where the hub listens")


def hub_of(options: argparse.Namespace, folder: Path) -> str:
    """Where the hub listens: as was said, else where the machine with its keys in `folder` has joined one."""
    joined = None if options.hub else read_joined(folder)
    return options.hub or (joined.endpoint if joined else DEFAULT_HUB)


def add_lane(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """The option that says which lane this is."""
    parser.add_argument("--id", required=required, type=lane, metavar="UNLOCODE-LANE", help="this lane, as in CNSHA-03")


def add_data(parser: argparse.ArgumentParser) -> None:
    """The option that says where the hub keeps what it has."""
    parser.add_argument("--data", type=Path, required=True, help="the hub's folder")


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(f"scanview: {printable(text)}", file=sys.stderr, flush=True)  # noqa: T201


def result(value: dict[str, Any], options: argparse.Namespace, text: str = "") -> None:
    """Print one result: as text, or as JSON where that was asked for or `text` is empty."""
    shown = json.dumps(value, ensure_ascii=False) if options.json or not text else text
    print(printable(shown), flush=True)  # noqa: T201


def keep_private() -> None:
    """Have every file and folder that this program makes be its owner's alone, whatever the shell says."""
    os.umask(0o077)


def until_told(stop: Callable[[], None]) -> None:
    """Call `stop` when the process is asked to end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


def home(part: str) -> Path:
    """Where this user's `part` of ScanView lives unless told otherwise."""
    return platformdirs.user_data_path("scanview") / part


def lane(text: str) -> str:
    """`text`, where it names a lane."""
    try:
        return check_lane(text)
    except ScanViewError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def share(text: str) -> float:
    """`text` as a share between 0 and 1, neither of them included."""
    number = float(text)
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"{number:g} is not between 0 and 1")
    return number


def positive(text: str) -> int:
    """`text` as a whole number of 1 or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number
