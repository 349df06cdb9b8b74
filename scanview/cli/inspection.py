"""What a port's people found in an opened container, given to the lane's agent on the command line."""

import argparse
import time
from pathlib import Path

from scanview.cli.command import result
from scanview.core.errors import BadInput
from scanview.core.inspection import Found, FoundItem, Inspection


def add_result_options(parser: argparse.ArgumentParser) -> None:
    """Add what `port result` is told."""
    parser.add_argument("--scan", default="", metavar="ID", help="result: the scan that it is about")
    parser.add_argument("--container", default="", help="result: or the container, of this lane's newest decided scan")
    parser.add_argument("--found", choices=("found", "partly", "nothing"), help="result: what opening it came to")
    parser.add_argument(
        "--item",
        dest="items",
        action="append",
        default=[],
        metavar="CLASS[;TEXT[;QUANTITY[;METRES]]]",
        help="result: a thing found, such as 'drugs;white bricks;14 boxes;3.2', metres from the doors; may be repeated",
    )
    parser.add_argument("--photo", dest="photos", action="append", type=Path, default=[], help="result: JPEG or PNG")
    parser.add_argument("--inspector", default="", help="result: who opened it")
    parser.add_argument("--note", default="", help="result: anything else")


def send_result(options: argparse.Namespace) -> int:
    """Let the agent on --spool send a result; it is durable when this returns."""
    from scanview.ingest.inspection_folder import add_result

    if options.found is None or not (options.scan or options.container):
        options.wrong("a result needs --found, and --scan or --container")
    if not options.spool.exists():
        options.wrong(f"{options.spool} is no spool")
    inspection = Inspection(
        inspection="0" * 32,
        scan=options.scan,
        container=options.container,
        found=Found(options.found),
        opened_at=time.time(),
        inspector=options.inspector,
        note=options.note,
        items=tuple(_item(text) for text in options.items),
    )
    kept = add_result(options.spool, inspection, options.photos)
    result({"inspection": kept.inspection, "photos": len(kept.photos)}, options, f"{kept.inspection} waits to be sent")
    return 0


def _item(text: str) -> FoundItem:

    label, said, quantity, metres, *more = [*(part.strip() for part in text.split(";")), "", "", "", ""][:5]
    try:
        from_doors_m = float(metres) if metres else None
    except ValueError as error:
        raise BadInput(f"{metres!r} is no distance in metres", code="bad-inspection") from error
    if any(more):
        raise BadInput(f"{text!r} has more parts than four", code="bad-inspection")
    return FoundItem(label=label, text=said, quantity=quantity, from_doors_m=from_doors_m)
