"""What is limited of everything that people at workstations ask and are told, before any service sees it.

Who is limited to some ports names no scan of another one, and is sent no row about one: questions wait here until the
catalogue has told whose scans they name, and answers lose what is about another port. Whoever lets people and machines
in is told of no scan at all. Services narrow what they add up or page through themselves (`core.port_scope`), and would
still leak nothing if they forgot.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import msgspec

from scanview.core.errors import NotAllowed
from scanview.core.port_scope import sees_lane
from scanview.core.review import Person
from scanview.core.rights import ADMINISTRATES
from scanview.review.transactions import Transactions
from scanview.store import catalogue
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message

FOR_ADMINISTRATORS = frozenset(
    {
        messages.SignIn,
        messages.SignOut,
        messages.StillHere,
        messages.ChangePassword,
        messages.OfferSecondFactor,
        messages.ConfirmSecondFactor,
        messages.AskPeople,
        messages.AddPerson,
        messages.ChangePerson,
        messages.LockPerson,
        messages.UnlockPerson,
        messages.RemovePerson,
        messages.ResetPassword,
        messages.ResetSecondFactor,
    }
)
"""What administrators may ask: nothing about scans, decisions or the room."""

_SCAN = re.compile(r"[0-9a-f]{32}")


class Gate:
    """Between the workstations and the services. On the reactor's thread."""

    def __init__(self, transactions: Transactions, person_at: Callable[[Peer], Person | None]) -> None:
        """`person_at` tells who sits at a connection, or None."""
        self._transactions = transactions
        self._person_at = person_at

    def admit(
        self,
        peer: Peer,
        message: Message,
        then: Callable[[], None],
        otherwise: Callable[[Exception], None],
    ) -> None:
        """Call `then`, at once or when it is known that `message` names nothing that is not for who sits there."""
        person = self._person_at(peer)
        if person is not None and person.role in ADMINISTRATES and type(message) not in FOR_ADMINISTRATORS:
            otherwise(
                NotAllowed(
                    f"{person.name} is {person.role}, and whoever lets people in sees no scans",
                    code="not-for-administrators",
                    remedy="Sign in as somebody who works in the room",
                )
            )
        elif person is None or not person.ports:
            then()
        else:
            named = tuple(scans_named(message))
            self._transactions.read(
                lambda tx: _check(catalogue.lanes_of(tx, named), person), lambda _: then(), otherwise
            )

    def within(self, peer: Peer, message: Message) -> Message:
        """What is left of `message` for who sits at `peer`."""
        person = self._person_at(peer)
        return message if person is None or not person.ports else left_of(message, person)


def scans_named(message: Message) -> Iterator[str]:
    """Whatever in `message` can be the id of a scan."""
    waiting = [msgspec.to_builtins(message)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield from _SCAN.findall(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)


def left_of(message: Message, person: Person) -> Message:
    """`message` without the elements, at any depth of its tuples, that are about a lane `person` does not see."""
    left: Message = _left(message, person)
    return left


def _left(value: Any, person: Person) -> Any:
    if isinstance(value, tuple):
        kept = tuple(_left(one, person) for one in value if not _is_foreign(one, person))
        same = len(kept) == len(value) and all(new is old for new, old in zip(kept, value, strict=True))
        return value if same else kept
    if isinstance(value, msgspec.Struct):
        return _changed(value, person, value.__struct_fields__, msgspec.structs.replace)
    if is_dataclass(value) and not isinstance(value, type):
        return _changed(value, person, tuple(field.name for field in fields(value)), replace)
    return value


def _changed(value: Any, person: Person, names: tuple[str, ...], put: Callable[..., Any]) -> Any:
    new = {name: _left(getattr(value, name), person) for name in names}
    changes = {name: one for name, one in new.items() if one is not getattr(value, name)}
    return put(value, **changes) if changes else value


def _is_foreign(value: Any, person: Person) -> bool:
    row = getattr(value, "row", value)
    lane = getattr(row, "lane", "")
    return isinstance(lane, str) and lane != "" and not sees_lane(person, lane)


def _check(lanes: dict[str, str], person: Person) -> None:
    """NotAllowed, as for a scan there is not, where one is of a port that `person` does not see."""
    for scan, lane in lanes.items():
        if not sees_lane(person, lane):
            raise NotAllowed(f"there is no scan {scan}", code="unknown-scan")
