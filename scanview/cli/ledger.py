"""Commands about the ledger: checking it and files made of it, and making them."""

import argparse
from pathlib import Path
from typing import Any

from scanview.cli.command import Commands, add, positive, result, say
from scanview.wire.keys import Card, decode_card


def register(commands: Commands) -> None:
    """Add `ledger`."""
    parser = add(commands, "ledger", ledger)
    parser.set_defaults(wrong=parser.error)
    parser.add_argument("action", choices=("verify", "export", "prove", "picture"))
    parser.add_argument(
        "what",
        nargs="?",
        default="",
        metavar="WHAT",
        help="verify: an export or a proof, instead of --data; prove, picture: which scan",
    )
    parser.add_argument("--data", type=Path, help="the hub's folder")
    parser.add_argument("--scan", default="", metavar="SCAN", help="prove, picture: which scan")
    parser.add_argument("--decision", default="", metavar="ID", help="picture: that decision instead of the newest")
    parser.add_argument("--out", type=Path, metavar="FILE", help="export, prove, picture: where to")
    parser.add_argument("--from", dest="first", type=positive, default=1, metavar="N", help="export: the first entry")
    parser.add_argument("--to", dest="last", type=positive, metavar="N", help="export: the last entry")
    parser.add_argument("--files", action="store_true", help="verify: read every scan file and photo as well")
    parser.add_argument("--hub-card", type=Path, metavar="CARD", help="verify: the card of the hub it must be from")


def ledger(options: argparse.Namespace) -> int:
    """Verify the ledger or a file made of it, make such files, or draw what was on the screen at a decision."""
    if options.action == "verify" and options.what:
        if options.data is not None:
            options.wrong("verify takes a file or --data, not both")
        return _verify_file(options)
    if options.data is None:
        options.wrong("--data is needed: which hub's folder?")
    match options.action:
        case "picture":
            return _draw(options)
        case "prove":
            return _prove(options)
        case _ if options.what:
            options.wrong(f"{options.action} takes no scan")
        case "export":
            return _export(options)
    from scanview.store.verification import verify

    report = verify(options.data, _hub(options))
    told = report.as_json()
    if options.files:
        told |= _check_files(options.data)
    result(told, options)
    return 0 if report.is_verified and not told.get("file_problems") else 1


def _check_files(data: Path) -> dict[str, Any]:
    """How many files were read, and what is wrong with them; the problems also one by one as they are found."""
    from tqdm import tqdm

    from scanview.cli.kept_files import KeptFiles

    tqdm.monitor_interval = 0  # the bar is drawn by what it counts, and needs no thread beside it
    kept, problems = KeptFiles.of(data), []
    with tqdm(kept.check(), total=len(kept), unit="file", disable=None) as bar:
        for problem in bar:
            if problem is not None:
                problems.append(problem)
                say(problem)
    return {"files": len(kept), "file_problems": problems}


def _verify_file(options: argparse.Namespace) -> int:
    from scanview.store.ledger_documents import verify_document

    told = verify_document(Path(options.what), _hub(options))
    result(told.as_json(), options)
    if not told.problems and not told.checkpointed:
        say("no checkpoint covers what is in this file: nobody's signature vouches for it")
    return 0 if told.is_verified else 1


def _export(options: argparse.Namespace) -> int:
    if options.out is None:
        from scanview.store.verification import export

        for row in export(options.data):
            result(row, options)
        return 0
    from scanview.store.ledger_export import export_ledger

    count = export_ledger(options.data, options.out, options.first, options.last or 0)
    result({"export": str(options.out), "entries": count}, options, f"{options.out}: {count} entries")
    return 0


def _prove(options: argparse.Namespace) -> int:
    from scanview.store.ledger_export import prove_scan

    scan = options.scan or options.what
    if not scan or options.out is None:
        options.wrong("prove needs --scan and --out")
    count, left_out = prove_scan(options.data, options.out, scan)
    told = {"proof": str(options.out), "entries": count, "not_yet_signed": left_out}
    result(told, options, f"{options.out}: {count} entries")
    if left_out:
        say(f"{left_out} newer entries are left out: the hub has signed no checkpoint over them yet")
    return 0


def _draw(options: argparse.Namespace) -> int:
    from scanview.cli.picture import draw_decision

    scan = options.scan or options.what
    if not scan or options.out is None:
        options.wrong("picture needs a scan and --out")
    drawn = draw_decision(options.data, scan, options.out, options.decision)
    for picture in drawn:
        result({"picture": str(picture.path), "as_seen": picture.as_seen}, options, f"picture {picture.path}")
        if picture.as_seen is False:
            say(f"{picture.path} is not what was seen to the byte: this program draws otherwise than the one of then")
    return 1 if any(picture.as_seen is False for picture in drawn) else 0


def _hub(options: argparse.Namespace) -> Card | None:
    return decode_card(options.hub_card.read_bytes()) if options.hub_card else None
