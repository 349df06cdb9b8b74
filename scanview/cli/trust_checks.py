"""What `scanview doctor` looks at in the folder of a hub or a port: whose word opens a gate."""

from collections.abc import Iterator
from pathlib import Path

from scanview.conformance.results import Check, Finding, broken, checks, examine
from scanview.wire.authority import AUTHORITY_FOLDER, CARD_FILE, KEY_FILE, read_authority_card
from scanview.wire.pinned_authority import pinned_authority


def authority_known(data: Path) -> None:
    """The hub has the card of an authority."""
    if read_authority_card(data / AUTHORITY_FOLDER / CARD_FILE) is None:
        raise broken(f"there is none in {data / AUTHORITY_FOLDER}: start the hub once, or scanview authority adopt")


def authority_moved(data: Path) -> None:
    """The authority's secret is not in the hub's folder: whoever takes the hub over opens no gate."""
    if (data / AUTHORITY_FOLDER / KEY_FILE).exists():
        raise broken(f"it is: scanview authority move --data {data} --to FOLDER")


def authority_pinned(spool: Path) -> None:
    """The port has an authority pinned, so that a hub alone opens nothing."""
    if pinned_authority(spool) is None:
        raise broken(f"it has none: scanview keys pin --folder {spool} --authority CARD")


HUB_FOLDER_CHECKS: tuple[Check[Path], ...] = checks(authority_known, authority_moved)
PORT_FOLDER_CHECKS: tuple[Check[Path], ...] = checks(authority_pinned)


def examine_folder(folder: Path, *, of: str) -> Iterator[Finding]:
    """What the checks find in the folder of a hub or a port."""
    return examine(folder, HUB_FOLDER_CHECKS if of == "hub" else PORT_FOLDER_CHECKS, frozenset())
