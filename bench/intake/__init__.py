"""How fast a hub takes scans in for good: strips over the wire, hashed, written, fsynced, committed, acknowledged.

Strips are encoded beforehand and the hub is a process of its own, on the same machine and disk. Rates count the bytes
of pixels. The disk's own rate, sequential 1 MiB writes and one fsync per file of as many bytes, is taken in the same
rounds, and so are those of dcmtk and Orthanc where they are installed (Debian's packages dcmtk and orthanc).
"""

import argparse
import importlib

from bench.rows import Row, print_rows

GROUPS = {
    "rates": ("rates", "run"),
    "paced": ("paced", "run"),
    "memory": ("memory", "run"),
    "encode": ("strips", "run"),
}
"""Module and function of each group of rows."""


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench intake", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object per row")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller scans: first figures")
    parser.add_argument("--only", nargs="+", choices=GROUPS, metavar="GROUP", help=", ".join(GROUPS))
    options = parser.parse_args(arguments)
    print_rows([row for group in options.only or GROUPS for row in _rows(group, options.quick)], options.json)
    return 0


def _rows(group: str, quick: bool) -> list[Row]:
    module, function = GROUPS[group]
    return getattr(importlib.import_module(f"bench.intake.{module}"), function)(quick)
