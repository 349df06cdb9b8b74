"""Who knows whom: the hub's catalogue of enrolled machines, and the one hub a machine has pinned.

A machine is enrolled while its card lies in the hub's folder `enrolled`, and only then. A machine talks to the hub
whose card lies in its own folder as `hub.json`, and to no other. On one computer a hub and the machines of the same
user find each other by themselves: the hub leaves a note where it listens, and who can write into the hub's folder may
enrol itself there.
"""

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import platformdirs

from scanview.core.errors import BadInput, NotAllowed, Refused, ScanViewError, Unavailable
from scanview.wire.authority import AuthorityCard
from scanview.wire.keys import Card, Identity, decode_card
from scanview.wire.messages import PeerRole
from scanview.wire.private_files import create_private, make_private_folder, replace_private

_log = logging.getLogger("scanview.wire")

ENROLLED_FOLDER = "enrolled"
EARLIER_FOLDER = "earlier"
PIN_FILE = "hub.json"
PINS_FOLDER = "hubs"
JOINED_FILE = "joined.json"
RUNTIME_VARIABLE = "SCANVIEW_RUNTIME_DIR"

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_CLOCK_STEP_NS = 100_000_000
"""Two changes of a folder this close together may carry the same time stamp."""


class Enrolments:
    """The machines that a hub lets in: one card file each in `folder`. A change there takes effect at once."""

    def __init__(self, folder: Path) -> None:
        make_private_folder(folder)
        self.folder = folder
        self._seen_ns = -1
        self._by_key: dict[str, Card] = {}
        self._leaving: dict[str, Card] = {}

    def add(self, card: Card) -> None:
        """Let the owner of `card` in. Adding the same card again changes nothing.

        Raises:
            NotAllowed: the name has another key already (`already-enrolled`), or the key another name (`key-in-use`).
        """
        known = self._by_current_key().get(card.curve_public)
        if known is not None and known != card:
            raise NotAllowed(
                f"this key is enrolled as {known.role} {known.name}",
                code="key-in-use",
                remedy="Every machine has a key of its own: use another folder for it",
            )
        if not create_private(self._path(card.role, card.name), card.encode()) and self._read(card) != card:
            raise NotAllowed(
                f"{card.role} {card.name} is enrolled with another key",
                code="already-enrolled",
                remedy=f"If the machine was replaced: scanview keys revoke --role {card.role} --name {card.name}",
            )
        self._seen_ns = -1

    def remove(self, role: PeerRole, name: str) -> bool:
        """Shut the machine out from now on; False where it was not enrolled."""
        try:
            self._path(role, name).unlink()
        except FileNotFoundError:
            return False
        for path in self._earlier_paths(role, name):
            path.unlink(missing_ok=True)
        self._seen_ns = -1
        return True

    def rotate(self, old: Card, new: Card) -> None:
        """Give the machine of `old` the keys of `new`; the old ones may connect until the new ones have (`used`).

        Raises:
            NotAllowed: another machine has the new key (`key-in-use`).
        """
        known = self._by_current_key().get(new.curve_public)
        if known is not None and known != new:
            raise NotAllowed(f"this key is enrolled as {known.role} {known.name}", code="key-in-use")
        folder = self.folder / EARLIER_FOLDER
        make_private_folder(folder)
        create_private(folder / f"{old.role}.{old.name}.{old.key}.leaving", old.encode())
        replace_private(self._path(new.role, new.name), new.encode())
        self._seen_ns = -1

    def used(self, card: Card, curve_public: str) -> None:
        """A machine is connected with this key: if that is its newest, the earlier ones may not connect any more."""
        if curve_public != card.curve_public or card not in self._leaving.values():
            return
        for path in self._earlier_paths(card.role, card.name):
            if path.suffix == ".leaving":
                path.replace(path.with_suffix(".json"))
        self._seen_ns = -1

    def earlier(self, role: PeerRole, name: str) -> tuple[Card, ...]:
        """The cards that the machine had before: what they signed stays good."""
        cards = []
        for path in self._earlier_paths(role, name):
            try:
                cards.append(decode_card(path.read_bytes()))
            except (OSError, ScanViewError) as error:
                _log.warning("%s is left out: %s", path, error)
        return tuple(cards)

    def find(self, curve_public: str) -> Card | None:
        """The card of the machine that holds this key, or None. Cheap enough to ask for every message.

        For keys that are about to be replaced it is the newest card of their machine.
        """
        return self._by_current_key().get(curve_public) or self._leaving.get(curve_public)

    def all(self) -> tuple[Card, ...]:
        """Every enrolled machine, by role and name."""
        return tuple(sorted(self._by_current_key().values(), key=lambda card: (card.role, card.name)))

    def _path(self, role: PeerRole, name: str) -> Path:
        return self.folder / f"{role}.{name}.json"

    def _earlier_paths(self, role: PeerRole, name: str) -> list[Path]:
        found = (self.folder / EARLIER_FOLDER).glob(f"{role}.{name}.*")
        return sorted(path for path in found if path.name.rsplit(".", 2)[0] == f"{role}.{name}")

    def _load_leaving(self) -> dict[str, Card]:
        """For each key that is about to be replaced, the newest card of its machine."""
        leaving = {}
        for card in self._by_key.values():
            for path in self._earlier_paths(card.role, card.name):
                if path.suffix == ".leaving":
                    leaving[decode_card(path.read_bytes()).curve_public] = card
        return leaving

    def _read(self, card: Card) -> Card | None:
        try:
            return decode_card(self._path(card.role, card.name).read_bytes())
        except (OSError, ScanViewError):
            return None

    def _by_current_key(self) -> dict[str, Card]:
        """The catalogue as it is on disk now; nobody is enrolled where the folder cannot be read."""
        try:
            changed_ns = self.folder.stat().st_mtime_ns
            if changed_ns != self._seen_ns:
                is_settled = time.time_ns() - changed_ns > _CLOCK_STEP_NS
                self._by_key = self._load()
                self._leaving = self._load_leaving()
                self._seen_ns = changed_ns if is_settled else -1
        except (OSError, BadInput) as error:
            _log.error("the catalogue of keys in %s cannot be read: %s", self.folder, error)
            self._by_key, self._leaving, self._seen_ns = {}, {}, -1
        return self._by_key

    def _load(self) -> dict[str, Card]:
        cards: dict[str, Card] = {}
        shared: set[str] = set()
        for path in sorted(self.folder.glob("[!.]*.json")):
            try:
                card = decode_card(path.read_bytes())
            except (OSError, ScanViewError) as error:
                _log.warning("%s is left out: %s", path, error)
                continue
            if path != self._path(card.role, card.name) or card.role is PeerRole.HUB or card.curve_public in cards:
                _log.warning("%s is left out: it is not the card of the one machine its name says", path)
                shared.add(card.curve_public)
                continue
            cards[card.curve_public] = card
        return {key: card for key, card in cards.items() if key not in shared}


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalHub:
    """The note a hub leaves for machines of the same user on the same computer, with whom its ports shall believe."""

    data: str
    card: Card
    authority: AuthorityCard | None = None


def announce_hub(endpoint: str, data: Path, card: Card, authority: AuthorityCard | None = None) -> None:
    """Leave the note that a hub with this data folder and this authority listens at `endpoint`."""
    note = _note_path(endpoint)
    make_private_folder(note.parent)
    told = LocalHub(data=str(data.resolve()), card=card, authority=authority)
    replace_private(note, msgspec.json.encode(told), durable=False)


def withdraw_hub(endpoint: str) -> None:
    """Take the note away."""
    _note_path(endpoint).unlink(missing_ok=True)


def find_local_hub(endpoint: str) -> LocalHub | None:
    """The note of the hub at `endpoint`, if that is on this computer and the note is this user's own."""
    if urlsplit(endpoint).hostname not in _LOOPBACK:
        return None
    note = _note_path(endpoint)
    try:
        status = note.stat()
        if os.name == "posix" and (status.st_uid != os.getuid() or status.st_mode & 0o022):
            return None
        return msgspec.json.decode(note.read_bytes(), type=LocalHub)
    except (OSError, msgspec.MsgspecError, BadInput):
        return None


def pin_hub(
    folder: Path, endpoint: str, identity: Identity, role: PeerRole, name: str, *, is_first: bool = True
) -> Card:
    """The card of the hub at `endpoint`, which the machine with its keys in `folder` belongs to.

    At the first time, with a hub of the same user on the same computer, the machine enrols itself there. A machine that
    belongs to several hubs has the card of each in a file of its own (`pin_path`); only for the first of them,
    `is_first`, the one of a machine with a single hub stands in.

    Raises:
        Refused: nothing is pinned and nobody vouches for the hub (`no-hub-pinned`), or the hub on this computer has
            another key than the pinned one (`hub-key-changed`), or the hub's catalogue refuses the machine.
    """
    local = find_local_hub(endpoint)
    path = pin_path(folder, endpoint)
    if is_first and not path.exists():
        path = pin_path(folder)
    pinned = read_card_file(path)
    if pinned is not None:
        if local is not None and local.card not in (pinned, read_card_file(next_pin_path(path))):
            raise Refused(
                f"the hub at {endpoint} is not the one this machine belongs to: its key has changed",
                code="hub-key-changed",
                remedy=f"If the hub was really replaced, delete {path} and start again",
            )
        return pinned
    if local is None:
        raise _not_pinned(folder, endpoint, role, name)
    Enrolments(Path(local.data) / ENROLLED_FOLDER).add(identity.card(role, name))
    _write_pin_file(path, local.card)
    _log.info("%s %s is enrolled at the hub of this computer", role, name)
    return local.card


def pin_path(folder: Path, endpoint: str = "") -> Path:
    """Where the card of the hub at `endpoint` is pinned, or that of a machine's only hub."""
    if not endpoint:
        return folder / PIN_FILE
    place = urlsplit(endpoint)
    return folder / PINS_FOLDER / f"{_safe(place.hostname or '')}-{_port_of(endpoint)}.json"


def next_pin_path(path: Path) -> Path:
    """Where the card is pinned that the hub pinned at `path` will have next."""
    return path.with_name(f"{path.stem}.next.json")


def read_pin(folder: Path, endpoint: str = "") -> Card | None:
    """The card of the pinned hub, or None; Refused where the file is damaged, for that is no reason to trust anew."""
    return read_card_file(pin_path(folder, endpoint))


def write_pin(folder: Path, hub: Card, endpoint: str = "") -> None:
    """From now on the machine with its keys in `folder` talks to this hub alone, as far as `endpoint` goes."""
    if hub.role is not PeerRole.HUB:
        raise BadInput(f"the card of {hub.role} {hub.name} is not that of a hub", code="bad-card")
    _write_pin_file(pin_path(folder, endpoint), hub)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedAs:
    """What a machine became when it joined by a code: its own card, and where its hub listens."""

    endpoint: str
    card: Card


def write_joined(folder: Path, joined: JoinedAs, hub: Card) -> None:
    """Remember what the machine with its keys in `folder` is, and talk to this hub from now on.

    Another hub that is pinned there stays the first; this one is then pinned by where it listens.
    """
    first = read_card_file(pin_path(folder))
    replace_private(folder / JOINED_FILE, msgspec.json.encode(joined))
    write_pin(folder, hub, "" if first in (None, hub) else joined.endpoint)


def read_joined(folder: Path) -> JoinedAs | None:
    """What the machine with its keys in `folder` became when it joined; None where it did not, or not by a code."""
    try:
        return msgspec.json.decode((folder / JOINED_FILE).read_bytes(), type=JoinedAs)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, ScanViewError) as error:
        raise Refused(
            f"{folder / JOINED_FILE} is damaged", code="bad-card", remedy="Join again with a new code"
        ) from error


def read_card_file(path: Path) -> Card | None:
    """The card of a hub in the file `path`; None where there is none, Refused where it is damaged."""
    try:
        card = decode_card(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}", code="keys-unavailable") from error
    if card.role is not PeerRole.HUB:
        raise Refused(f"{path} is not the card of a hub", code="bad-card")
    return card


def _write_pin_file(path: Path, hub: Card) -> None:
    make_private_folder(path.parent)
    replace_private(path, hub.encode())


def _safe(host: str) -> str:
    """A host's name as a part of a file's."""
    return "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in host)


def _note_path(endpoint: str) -> Path:
    own = os.environ.get(RUNTIME_VARIABLE)
    folder = Path(own) if own else platformdirs.user_data_path("scanview", appauthor=False)
    return folder / "hubs" / f"{_port_of(endpoint)}.json"


def _port_of(endpoint: str) -> int | None:
    try:
        return urlsplit(endpoint).port
    except ValueError as error:
        raise BadInput(f"{endpoint} is no endpoint", code="bad-endpoint", remedy="Write tcp://HOST:PORT") from error


def _not_pinned(folder: Path, endpoint: str, role: PeerRole, name: str) -> Refused:
    return Refused(
        f"no hub is pinned in {folder}, and the one at {endpoint} is not a hub of this user on this computer",
        code="no-hub-pinned",
        remedy=(
            f"At the hub: scanview keys invite --role {role} --name {name}. "
            f"Here: scanview keys join --hub {endpoint} --folder {folder}, with the code it prints"
        ),
    )
