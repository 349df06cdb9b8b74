"""Commands of the authority: who may release is decided by whoever holds its secret, and by no machine."""

import argparse
import sys
import time
from getpass import getpass
from pathlib import Path

from scanview.cli.command import Commands, add, add_data, result, say
from scanview.core.errors import BadInput
from scanview.store.folders import CATALOGUE
from scanview.wire.authority import (
    AUTHORITY_FOLDER,
    CARD_FILE,
    Authority,
    AuthorityCard,
    decode_authority_card,
    read_authority_card,
    write_revocations,
)
from scanview.wire.hub_authority import adopt_authority, move_authority
from scanview.wire.keys import key_id


def register(commands: Commands) -> None:
    """Add `authority`."""
    actions = add(commands, "authority", authority).add_subparsers(dest="action", required=True, metavar="ACTION")
    make = actions.add_parser("make", help="make an authority in a folder of its own, on no machine of the network")
    show = actions.add_parser("show", help="print the card that ports pin")
    move = actions.add_parser("move", help="take the secret out of a hub's folder")
    adopt = actions.add_parser("adopt", help="let a hub serve the authority with this card")
    certify = actions.add_parser("certify", help="look at the keys that wait, and certify people")
    revoke = actions.add_parser("revoke", help="take certificates or delegations back")
    make.add_argument("--name", required=True, help="what people call it")
    move.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where to: best, what is taken away")
    adopt.add_argument("card", type=Path, metavar="CARD")
    adopt.add_argument("--replace", action="store_true", help="instead of the one it has, which is lost")
    certify.add_argument("--all", action="store_true", help="certify everybody who waits, without asking")
    certify.add_argument("--days", type=float, default=365.0, help="how long a certificate holds")
    revoke.add_argument("ids", nargs="+", metavar="ID", help="of a certificate or delegation")
    for action in (make, show, certify, revoke):
        action.add_argument("--folder", type=Path, required=action is not show, help="where the authority is")
    for action in (make, move):
        action.add_argument("--passphrase", action="store_true", help="ask for one that protects the secret")
    for action in (make, move, certify, revoke):
        action.add_argument(
            "--passphrase-file", type=Path, metavar="FILE", help="read the passphrase there; /dev/stdin, too"
        )
    show.add_argument("--data", type=Path, help="the hub's folder")
    for action in (move, adopt, certify, revoke):
        add_data(action)


def authority(options: argparse.Namespace) -> int:
    """Make, show, move and adopt the authority, certify people, and take back what it has signed."""
    return _ACTIONS[options.action](options)


def _make(options: argparse.Namespace) -> int:
    made = Authority.make(options.folder, options.name, _new_passphrase(options))
    _print_card(made.card)
    say(f"at the hub: scanview authority adopt --data DATA {options.folder / CARD_FILE}; at each port: keys pin")
    return 0


def _show(options: argparse.Namespace) -> int:
    if (options.folder is None) == (options.data is None):
        raise BadInput("say --folder or --data", code="which-authority")
    _print_card(_card(options.folder or options.data / AUTHORITY_FOLDER))
    return 0


def _move(options: argparse.Namespace) -> int:
    card = move_authority(options.data, options.to, _new_passphrase(options))
    result({"authority": card.authority, "key": card.key, "folder": str(options.to)}, options, f"moved to {options.to}")
    say("copies of the hub's folder from before still hold the secret: destroy them, or make a new authority")
    return 0


def _adopt(options: argparse.Namespace) -> int:
    card = decode_authority_card(options.card.read_bytes())
    adopt_authority(options.data, card, replace=options.replace)
    result({"authority": card.authority, "key": card.key}, options, f"the hub serves {card.authority} ({card.key})")
    return 0


def _certify(options: argparse.Namespace) -> int:
    from scanview.review.certifying import certify
    from scanview.store.certificates import AskedKey, waiting
    from scanview.store.database import Database, Transaction
    from scanview.store.people import find_known

    held = _held(options)
    database = Database(options.data / CATALOGUE, checkpoints=False)

    def sign(tx: Transaction, asked: AskedKey) -> str:
        lanes = find_known(tx, asked.person).ports
        return certify(tx, asked, held, lanes=lanes, now=time.time(), days=options.days, actor="authority").certificate

    try:
        for asked in database.read(waiting):
            row = {"person": asked.person, "role": asked.role, "workstation": asked.workstation}
            row["key"] = key_id(bytes.fromhex(asked.public))
            text = f"{asked.person}, {asked.role}, at {asked.workstation}, key {row['key']}"
            if options.all or _agrees(text):
                row["certificate"] = database.transact(sign, asked)
                result(row, options, f"certified: {text}")
            else:
                result(row, options, f"waits: {text}")
    finally:
        database.close()
    return 0


def _agrees(text: str) -> bool:
    say(f"{text}. The person sees the same key on their own screen.")
    return input("Certify? [y/N] ").strip().lower() in ("y", "yes")


def _held(options: argparse.Namespace) -> Authority:
    """The authority in the folder, which has to be the one that the hub serves."""
    card = _card(options.data / AUTHORITY_FOLDER)
    held = Authority.load(options.folder, lambda: _passphrase(options))
    if held.card.signing_public != card.signing_public:
        raise BadInput(f"the hub serves another authority: {card.authority} ({card.key})", code="other-authority")
    return held


def _revoke(options: argparse.Namespace) -> int:
    held = _held(options)
    signed = held.revoke(options.ids, time.time())
    write_revocations(options.data / AUTHORITY_FOLDER, signed)
    result({"revoked": options.ids}, options, f"taken back: {', '.join(options.ids)}")
    say("ports learn of it with the next order")
    return 0


def _card(folder: Path) -> AuthorityCard:
    card = read_authority_card(folder / CARD_FILE)
    if card is None:
        raise BadInput(f"there is no authority in {folder}", code="no-authority", remedy="scanview authority make")
    return card


def _print_card(card: AuthorityCard) -> None:
    sys.stdout.write(card.encode().decode())


def _passphrase(options: argparse.Namespace) -> str:
    if options.passphrase_file is not None:
        return str(options.passphrase_file.read_text(encoding="utf-8")).rstrip("\n")
    return getpass("Passphrase of the authority: ")


def _new_passphrase(options: argparse.Namespace) -> str:
    if options.passphrase_file is not None or not options.passphrase:
        return _passphrase(options) if options.passphrase_file is not None else ""
    chosen = getpass("Passphrase: ")
    if chosen != getpass("Once more: "):
        raise BadInput("the two differ", code="bad-passphrase")
    return chosen


_ACTIONS = {"make": _make, "show": _show, "move": _move, "adopt": _adopt, "certify": _certify, "revoke": _revoke}
