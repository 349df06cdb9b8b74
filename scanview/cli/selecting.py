"""The options that say which models speak, shared by every command that recognises."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scanview.cli.command import home, positive, share

if TYPE_CHECKING:
    from scanview.detect.selection import Selection

TRUSTED = "models"
"""Part of the user's data folder that names the publishers this machine trusts."""


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which models speak and what computes them."""
    parser.add_argument("--model", type=Path, help="another model than the one that comes with ScanView")
    parser.add_argument("--models", type=Path, metavar="FILE", help="TOML table of plug-in models that speak as well")
    parser.add_argument("--provider", default="cpu", help="what computes models: cpu, cuda, openvino or directml")
    parser.add_argument("--threads", type=positive, default=1, help="threads that one picture is computed with")
    parser.add_argument(
        "--alpha",
        type=share,
        metavar="SHARE",
        help="share of harmful scans that may at most be released on the machine's word (0.001)",
    )
    add_trusted(parser)


def add_trusted(parser: argparse.ArgumentParser) -> None:
    """Add the option that says where the trusted publishers are named."""
    parser.add_argument(
        "--trusted", type=Path, default=home(TRUSTED), metavar="FOLDER", help="where `models trust` names publishers"
    )


def selection(options: argparse.Namespace) -> "Selection":
    """What the options of `add_selection` select; BadInput where they cannot be."""
    from scanview.detect.calibration import DEFAULT_ALPHA
    from scanview.detect.plug_ins.table import read_table
    from scanview.detect.providers import Runtime
    from scanview.detect.selection import Selection
    from scanview.wire.publishers import Trust, trusted_publishers

    return Selection(
        model=options.model,
        trust=Trust(publishers=trusted_publishers(options.trusted)),
        runtime=Runtime(provider=options.provider, threads=options.threads),
        alpha=DEFAULT_ALPHA if options.alpha is None else options.alpha,
        plug_ins=read_table(options.models) if options.models else (),
    )
