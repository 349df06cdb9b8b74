"""Commands about machines: inviting and joining, showing, pinning, enrolling and revoking their keys."""

import argparse
import getpass
import sys
import time
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path

from scanview.cli.command import Commands, add, add_data, add_hub, home, result, say
from scanview.store.folders import KEYS_FOLDER, hub_card
from scanview.wire.authority import decode_authority_card
from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments, write_pin
from scanview.wire.hub_keys import begin_hub_rotation, leave_behind
from scanview.wire.invitation_code import parse_code
from scanview.wire.invitations import DEFAULT_VALID_H, INVITATIONS_FOLDER, Invitations, InvitationState
from scanview.wire.joining import Joining, Progress
from scanview.wire.keys import Card, Identity, decode_card
from scanview.wire.messages import HUB, PEERS, PeerRole
from scanview.wire.pinned_authority import pin_authority
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.rotation import begin_rotation


def register(commands: Commands) -> None:
    """Add `keys`."""
    actions = add(commands, "keys", keys).add_subparsers(dest="action", required=True, metavar="ACTION")
    _register_joining(actions)
    rotate = actions.add_parser("rotate", help="give a machine new keys, or a hub a new one for its link")
    whose = rotate.add_mutually_exclusive_group(required=True)
    whose.add_argument("--folder", type=Path, help="the machine's spool or key folder; it takes them while it runs")
    whose.add_argument("--data", type=Path, help="the hub's folder; it tells every machine before it takes its new one")
    rotate.add_argument("--leave-behind", action="store_true", help="a hub: wait for no machine that was not told")
    rotate.add_argument("--in-h", type=float, default=24.0, metavar="HOURS", help="a hub: not sooner than in so long")
    card = actions.add_parser("card", help="print the card of the machine whose keys are in a folder")
    pin = actions.add_parser("pin", help="trust the hub with this card, or the authority, from now on")
    enrol = actions.add_parser("enrol", help="let the machine with this card connect; prints the hub's card")
    revoke = actions.add_parser("revoke", help="shut a machine out, at once")
    listed = actions.add_parser("list", help="who may connect")
    for action in (card, pin):
        action.add_argument("--folder", type=Path, required=True, help="the machine's spool or key folder")
    pin.add_argument("--hub", default="", metavar="tcp://HOST:PORT", help="which of several hubs it is")
    pin.add_argument("--authority", type=Path, metavar="CARD", help="whose word on people counts at this port")
    pin.add_argument("--replace", action="store_true", help="also where another authority is pinned")
    pin.add_argument("card", type=Path, nargs="?", metavar="CARD")
    pin.set_defaults(wrong=pin.error)
    enrol.add_argument("card", type=Path, metavar="CARD")
    for action, roles in ((card, PEERS | HUB), (revoke, PEERS)):
        _add_machine(action, roles)
    for action in (enrol, revoke, listed):
        add_data(action)


def _register_joining(actions: Commands) -> None:
    invite = actions.add_parser("invite", help="print a one-time code by which a machine may join")
    _add_machine(invite, PEERS)
    invite.add_argument("--valid-h", type=float, default=DEFAULT_VALID_H, metavar="HOURS", help="how long it is good")
    invite.add_argument("--approve-at-once", action="store_true", help="whoever has the code needs no approval")
    join = actions.add_parser("join", help="join a hub; asks for the code, or reads it from standard input")
    add_hub(join)
    join.add_argument("--folder", type=Path, default=home("workstation"), help="the machine's spool or key folder")
    pending = actions.add_parser("pending", help="who was invited, and which machines wait to be let in")
    approve = actions.add_parser("approve", help="let the machine in that came with this invitation's code")
    reject = actions.add_parser("reject", help="end an invitation, and keep out whoever came by it")
    for action in (approve, reject):
        action.add_argument("number", metavar="NUMBER", help="as `keys pending` names it")
    for action in (invite, pending, approve, reject):
        add_data(action)


def _add_machine(action: argparse.ArgumentParser, roles: Iterable[PeerRole]) -> None:
    action.add_argument("--role", required=True, choices=sorted(roles))
    action.add_argument("--name", required=True, help="lane of a port, name of another machine")


def keys(options: argparse.Namespace) -> int:
    """Invite machines and join; show, pin, enrol or revoke their keys."""
    return _ACTIONS[options.action](options)


def _invite(options: argparse.Namespace) -> int:
    invitation, code = _invitations(options).invite(
        hub_card(options.data),
        role=PeerRole(options.role),
        name=options.name,
        by=getpass.getuser(),
        valid_h=options.valid_h,
        at_once=options.approve_at_once,
    )
    say(f"invitation {invitation.number} for {options.role} {options.name}, good for {options.valid_h:g} h, once")
    say("at the machine: scanview keys join --hub tcp://HOST:PORT --folder FOLDER, and this code:")
    result({"invitation": invitation.number, "code": code.text()}, options, code.text())
    return 0


def _join(options: argparse.Namespace) -> int:
    code = parse_code(input("Code: ") if sys.stdin.isatty() else sys.stdin.readline())
    identity = Identity.load_or_make(options.folder)
    joined: Future[Card] = Future()

    def heard(progress: Progress) -> None:
        if progress.enrolled:
            joined.set_result(progress.card)
        elif not progress.was_told:
            say(f"waits for an administrator to approve {_described(progress.card)}")

    with ReactorThread("joining") as thread:
        joining = Joining(
            reactor=thread.reactor,
            endpoint=options.hub,
            code=code,
            identity=identity,
            folder=options.folder,
            on_progress=heard,
            on_failed=joined.set_exception,
        )
        thread.reactor.post(joining.begin)
        try:
            card = joined.result()
        finally:
            thread.call(joining.cancel)
    result(_row(card), options, f"enrolled as {_described(card)}")
    return 0


def _pending(options: argparse.Namespace) -> int:
    for state in _invitations(options).all():
        invitation = state.invitation
        row = {"invitation": invitation.number, "role": invitation.role, "name": invitation.name}
        row |= {"standing": state.standing, "invited_by": invitation.invited_by}
        if state.arrival is not None:
            row |= {"fingerprint": state.arrival.card.fingerprint, "address": state.arrival.address}
        result({**row, "expires_at": invitation.expires_at}, options, _line(state))
    return 0


def _line(state: InvitationState) -> str:
    invitation = state.invitation
    came = f"  {state.arrival.card.fingerprint}  from {state.arrival.address}" if state.arrival else ""
    return f"{invitation.number}  {state.standing:<8}  {invitation.role} {invitation.name}{came}"


def _approve(options: argparse.Namespace) -> int:
    enrolments = Enrolments(options.data / ENROLLED_FOLDER)
    state = _invitations(options).approve(options.number, enrolments, by=getpass.getuser())
    if state.arrival is not None:
        say(f"{_described(state.arrival.card)} may connect")
    return 0


def _reject(options: argparse.Namespace) -> int:
    state = _invitations(options).reject(options.number, by=getpass.getuser())
    say(f"invitation {options.number} is {state.standing}")
    return 0


def _rotate(options: argparse.Namespace) -> int:
    if options.data is not None and options.leave_behind:
        leave_behind(options.data / KEYS_FOLDER)
        say("machines that were not told have to join anew")
        return 0
    if options.data is not None:
        begin_hub_rotation(options.data / KEYS_FOLDER, time.time() + 3_600 * options.in_h)
        say(f"the next key is made; it is used in {options.in_h:g} h, once every enrolled machine has pinned it")
        return 0
    begin_rotation(options.folder)
    say("new keys are made; the machine takes them at its hubs as soon as it runs")
    return 0


def _card(options: argparse.Namespace) -> int:
    _print_card(Identity.load_or_make(options.folder).card(PeerRole(options.role), options.name))
    return 0


def _pin(options: argparse.Namespace) -> int:
    if options.card is None and options.authority is None:
        options.wrong("the card of a hub is needed, or --authority with that of an authority")
    if options.card is not None:
        write_pin(options.folder, decode_card(options.card.read_bytes()), options.hub)
    if options.authority is not None:
        card = decode_authority_card(options.authority.read_bytes())
        pin_authority(options.folder, card, options.hub, replace=options.replace)
        say(f"a release takes the signatures of people whom {card.authority} ({card.key}) certified")
    return 0


def _enrol(options: argparse.Namespace) -> int:
    Enrolments(options.data / ENROLLED_FOLDER).add(decode_card(options.card.read_bytes()))
    _print_card(hub_card(options.data))
    return 0


def _revoke(options: argparse.Namespace) -> int:
    if Enrolments(options.data / ENROLLED_FOLDER).remove(PeerRole(options.role), options.name):
        return 0
    say(f"no {options.role} {options.name} is enrolled")
    return 1


def _list(options: argparse.Namespace) -> int:
    for card in Enrolments(options.data / ENROLLED_FOLDER).all():
        result(_row(card), options)
    return 0


def _invitations(options: argparse.Namespace) -> Invitations:
    return Invitations(options.data / INVITATIONS_FOLDER)


def _row(card: Card) -> dict[str, str]:
    return {"role": card.role, "name": card.name, "key": card.key, "fingerprint": card.fingerprint}


def _described(card: Card) -> str:
    return f"{card.role} {card.name} with the fingerprint {card.fingerprint}"


def _print_card(card: Card) -> None:
    sys.stdout.write(card.encode().decode())


_ACTIONS = {
    "invite": _invite,
    "join": _join,
    "pending": _pending,
    "approve": _approve,
    "reject": _reject,
    "rotate": _rotate,
    "card": _card,
    "pin": _pin,
    "enrol": _enrol,
    "revoke": _revoke,
    "list": _list,
}
