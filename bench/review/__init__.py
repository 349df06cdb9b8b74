"""The review room at its size: a million scans, two hundred analysts, a year's figures, a dry run of the rules.

The hub is a process of its own and everything goes over real sockets. A million closed scans are put into its
catalogue by copying the row of a real one, without their entries in the ledger: neither the worklist nor dispatch reads
those. People share one password hash; everything from signing in on is what the hub does for anybody.
"""

import argparse
import importlib

from bench.rows import Row, print_rows

GROUPS = {"worklist": "worklist", "dispatch": "dispatch", "statistics": "statistics", "rules": "rules"}
"""The module of each group of rows."""


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench review", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object per row")
    parser.add_argument("--quick", action="store_true", help="fewer scans and analysts: first figures")
    parser.add_argument("--only", nargs="+", choices=GROUPS, metavar="GROUP", help=", ".join(GROUPS))
    options = parser.parse_args(arguments)
    print_rows([row for group in options.only or GROUPS for row in _rows(group, options.quick)], options.json)
    return 0


def _rows(group: str, quick: bool) -> list[Row]:
    return importlib.import_module(f"bench.review.{GROUPS[group]}").run(quick)
