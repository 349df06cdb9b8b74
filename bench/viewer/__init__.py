"""How fast the viewer answers the hand, and what that takes: from the event to the painted picture, without a display.

Scans of 2 x 1500 x 8000 and 20000 pixels on 1920 x 1080 pixels with 30 labelled boxes. The peer in the same run, taken
in turns with ours, is the plain way: NumPy indexing of the visible rectangle, a QImage of it, everything anew for
every repaint; napari is one more.
"""

import argparse
import importlib

from bench.rows import Row, print_rows

GROUPS = {
    "gestures": ("gestures", "run"),
    "4k": ("gestures", "run_4k"),
    "loaded": ("gestures", "run_loaded"),
    "napari": ("against_napari", "run"),
    "opening": ("opening", "run"),
    "live": ("live", "run"),
    "memory": ("memory", "run"),
    "stalls": ("stalls", "run"),
}
"""Module and function of each group of rows, imported when it is asked for: a process may be a client and no more."""

_HOUR_S = 3_600.0


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench viewer", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object per row")
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds and minutes: first figures, less certain ones"
    )
    parser.add_argument("--only", nargs="+", choices=GROUPS, metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--hour", action="store_true", help="watch for stalls for an hour, and nothing else")
    options = parser.parse_args(arguments)
    if options.hour:
        print_rows(importlib.import_module("bench.viewer.stalls").watch(_HOUR_S), options.json)
        return 0
    print_rows([row for group in options.only or GROUPS for row in _rows(group, options.quick)], options.json)
    return 0


def _rows(group: str, quick: bool) -> list[Row]:
    module, function = GROUPS[group]
    return getattr(importlib.import_module(f"bench.viewer.{module}"), function)(quick)
