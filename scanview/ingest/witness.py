"""A port's memory of what each hub signed of its ledger: a hub that rewrote it, or was set back, is caught.

The newest checkpoint is kept, and some older ones at growing distances. Once a minute the hub shows its newest, with
the proof that it goes on from what is held. Where it cannot, both signed documents are kept as a file that
`scanview ledger verify` judges without the hub, and no release of that hub is carried out until somebody at the port
accepts its ledger (`scanview port accept-ledger`): a hub whose past changes may have changed who released what.
"""

import json
import logging
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from scanview.core.errors import BadInput, NotAllowed, ScanViewError
from scanview.core.proofs import is_consistent
from scanview.core.sealing import sealed, unsealed
from scanview.store.ledger_documents import WITNESS_FORMAT
from scanview.wire.hub_link import HubLink
from scanview.wire.keys import Card, Purpose, verify
from scanview.wire.messages import MAX_HELD, AskCheckpoint, CheckpointTold, Signature
from scanview.wire.private_files import make_private_folder, replace_private

_log = logging.getLogger("scanview.ingest")

WITNESS_FOLDER = "witness"
ASK_S = 60.0
"""How often a hub is asked for its newest checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCheckpoint:
    """A checkpoint whose signature was checked: `root` is 64 hexadecimal digits."""

    size: int
    root: str
    document: str
    key: str
    signature: str


class Witness:
    """What the port in the spool `folder` holds of the hub with this card. `disputed` may be read from any thread.

    `disputed` says what is the matter with its ledger; it is empty while nothing is.
    """

    def __init__(self, folder: Path, hub: Card) -> None:
        self._folder = folder / WITNESS_FOLDER
        self._hub = hub
        make_private_folder(self._folder)
        self._path = self._folder / f"{hub.key}.json"
        self.held: tuple[HeldCheckpoint, ...] = ()
        self.disputed = ""
        self._next_s = 0.0
        self._take_up()

    def look(self, link: HubLink, now_s: float) -> None:
        """Ask where it is time to; `now_s` by a steady clock. Takes note of a ledger that was accepted."""
        self._take_note_of_acceptance()
        welcome = link.welcome
        if welcome is not None and welcome.is_witnessed and now_s >= self._next_s:
            self._next_s = now_s + ASK_S
            link.send(AskCheckpoint(held=tuple(one.size for one in self.held)))

    def connected(self) -> None:
        """Ask at once."""
        self._next_s = 0.0

    def told(self, message: CheckpointTold, document: bytes) -> None:
        """Keep what the hub shows, or the evidence that it cannot show what it must."""
        try:
            shown = opened(document, message.signature, self._hub)
        except ScanViewError as error:
            _log.error("a checkpoint of the hub counts for nothing: %s", error)
            return
        proof = [bytes.fromhex(node) for node in message.proof]
        base = next((one for one in self.held if one.size <= shown.size), None)
        if base is not None and not goes_on(base, shown, proof):
            self._dispute(base, shown, message)
        elif self.held and self.held[0].size > shown.size:
            self._keep_evidence("set-back", self.held[0], shown, message)
            _log.error("the hub was set back: its ledger had %d entries, %d are left", self.held[0].size, shown.size)
            self._keep(tuple(one for one in self.held if one.size < shown.size), shown)
        elif base is None or base.size < shown.size:
            self._keep(self.held, shown)

    def _dispute(self, base: HeldCheckpoint, shown: HeldCheckpoint, message: CheckpointTold) -> None:
        if not self.disputed:
            path = self._keep_evidence("rewritten", base, shown, message)
            self.disputed = f"its ledger does not go on from the {base.size} entries it once signed: see {path.name}"
            _log.critical("the hub has rewritten its ledger; nothing it releases is carried out. %s", self.disputed)
            self._write()

    def _keep_evidence(self, kind: str, held: HeldCheckpoint, shown: HeldCheckpoint, message: CheckpointTold) -> Path:
        path = self._folder / f"evidence-{kind}-{self._hub.key}-{held.size}.json"
        told: dict[str, Any] = {
            "format": WITNESS_FORMAT,
            "kind": kind,
            "at": time.time(),
            "hub": msgspec.to_builtins(self._hub),
            "held": asdict(held),
            "shown": asdict(shown),
            "proof": list(message.proof),
        }
        replace_private(path, sealed(told))
        return path

    def _keep(self, older: tuple[HeldCheckpoint, ...], newest: HeldCheckpoint) -> None:
        self.held = (newest, *spaced(older, newest.size))
        self._write()

    def _write(self) -> None:
        try:
            told = {"held": [asdict(one) for one in self.held], "disputed": self.disputed}
            replace_private(self._path, sealed(told))
        except OSError as error:
            _log.error("what the hub signed of its ledger cannot be kept: %s", error.strerror)

    def _take_up(self) -> None:
        try:
            told = unsealed(self._path.read_bytes())
            self.held = tuple(msgspec.convert(one, HeldCheckpoint) for one in told["held"])
            self.disputed = str(told["disputed"])
        except FileNotFoundError:
            return
        except (OSError, BadInput, KeyError, msgspec.ValidationError) as error:
            _log.error("what the hub signed of its ledger was kept, and cannot be read: %s", error)

    def _take_note_of_acceptance(self) -> None:
        path = accepted_path(self._folder.parent, self._hub.key)
        if self.disputed and path.exists():
            _log.warning("the hub's ledger is accepted as it is now: %s", path.read_text(encoding="utf-8").strip())
            self.held, self.disputed, self._next_s = (), "", 0.0
            self._write()
            path.rename(path.with_suffix(f".{int(time.time())}"))


def opened(document: bytes, signature: Signature, hub: Card) -> HeldCheckpoint:
    """The checkpoint in the signed document; NotAllowed or BadInput where it is none of this hub's."""
    verify(document, Purpose.CHECKPOINT, signature, hub)
    try:
        told = json.loads(document)
        size, root = int(told["size"]), bytes.fromhex(told["root"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"the checkpoint cannot be read: {error}", code="bad-checkpoint") from error
    return HeldCheckpoint(
        size=size, root=root.hex(), document=document.decode(), key=signature.key, signature=signature.value
    )


def goes_on(held: HeldCheckpoint, shown: HeldCheckpoint, proof: list[bytes]) -> bool:
    """Whether the ledger of `shown` begins with that of `held`."""
    return is_consistent(held.size, bytes.fromhex(held.root), shown.size, bytes.fromhex(shown.root), proof)


def spaced(older: tuple[HeldCheckpoint, ...], newest: int) -> tuple[HeldCheckpoint, ...]:
    """Those of the older ones, the newest first, that are kept: the first of each doubling of the distance."""
    kept: dict[int, HeldCheckpoint] = {}
    for one in older:
        kept[(newest - one.size).bit_length()] = one
    return tuple(sorted(kept.values(), key=lambda one: -one.size)[: MAX_HELD - 1])


def accept_ledgers(spool: Path, by: str, why: str) -> tuple[str, ...]:
    """Somebody at the port takes the ledgers that are disputed as they are now; the key ids of their hubs.

    Raises:
        NotAllowed: nothing is the matter with any, or nobody says who they are and why.
    """
    if not by.strip() or not why.strip():
        raise NotAllowed("say who accepts it, and why", code="bad-acceptance", remedy="Give --by and --note")
    kept = {path.stem: unsealed(path.read_bytes()) for path in (spool / WITNESS_FOLDER).glob("????????????????.json")}
    disputed = tuple(hub for hub, told in kept.items() if told["disputed"])
    if not disputed:
        raise NotAllowed("nothing is held against the ledger of any hub", code="not-disputed")
    for hub in disputed:
        replace_private(accepted_path(spool, hub), f"{by.strip()}: {why.strip()}\n".encode())
    return disputed


def accepted_path(spool: Path, hub: str) -> Path:
    """Where the port looks for that."""
    return spool / WITNESS_FOLDER / f"{hub}.accepted"
