"""The command for a virtual lane: copies of archived scans among the real ones, some with a threat in them."""

import argparse
from pathlib import Path

from scanview.cli.command import Commands, add, add_data, add_hub, lane, result, say, until_told


def register(commands: Commands) -> None:
    """Add `project`."""
    parser = add(commands, "project", project)
    add_data(parser)
    add_hub(parser)
    parser.add_argument("--lane", required=True, type=lane, metavar="UNLOCODE-LANE", help="a name that no lane has")
    parser.add_argument("--spool", type=Path, help="folder for scans that are not yet received (default: in --data)")
    parser.add_argument(
        "--per-analyst-hour", type=_rate, default=2.0, metavar="N", help="scans for each hour of review"
    )
    parser.add_argument("--threat-share", type=_share, default=0.5, metavar="0..1", help="the others stay as they were")
    parser.add_argument(
        "--older-than-days", type=_rate, default=30.0, metavar="N", help="copy scans decided before then"
    )
    parser.add_argument("--scans", type=int, help="end after so many (default: never)")


def project(options: argparse.Namespace) -> int:
    """Send virtual scans that measure and train analysts; marks the lane as virtual in the hub's folder."""
    from scanview.ingest.port import Port
    from scanview.ingest.virtual_lane.lane import VirtualLane, VirtualTraffic
    from scanview.store.virtual_lanes import VIRTUAL_FOLDER, VirtualLanes

    VirtualLanes(options.data).mark(options.lane)
    port = Port(
        lane=options.lane,
        endpoint=options.hub,
        spool=options.spool or options.data / VIRTUAL_FOLDER / "spools" / options.lane,
    )
    traffic = VirtualTraffic(
        per_analyst_hour=options.per_analyst_hour,
        threat_share=options.threat_share,
        older_than_s=options.older_than_days * 86_400,
        scans=options.scans,
    )
    virtual = VirtualLane(data=options.data, port=port, traffic=traffic)
    until_told(virtual.stop)
    say(f"{options.lane} is virtual: none of its scans ever becomes an order")
    virtual.run(lambda scan: result({"scan": scan}, options, f"sent {scan}"))
    return 0


def _rate(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 10000")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value
