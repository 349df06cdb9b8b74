"""A hub in a process of its own, scans of two ports, a person of every role, and a workstation for each of them."""

import uuid
from concurrent.futures import TimeoutError as Late

import msgspec

from scanview.core.errors import ScanViewError
from scanview.core.related import RelatedKind, Shelving
from scanview.core.review import Role
from scanview.review import shelf
from scanview.wire.codec import RAW_FRAMES
from scanview.wire.messages import MESSAGES, WORKSTATION
from tests.flow.hub_network import HubProcess, ScriptedWorkstation
from tests.unit.review.room import SUPERVISOR, Room
from tests.unit.wire.test_codec import an_example

HOME, ABROAD = "CNSHA-03", "NLRTM-07"
ABROAD_CONTAINER = "MSKU9070323"
NEWCOMER = "newcomer"
"""Somebody whose password an administrator set."""

ASKED = {kind: message for kind, message in sorted(MESSAGES.items()) if message.senders & WORKSTATION}
"""What a workstation may send."""


def fill(data):
    """Scans in the folder, before the hub starts: of each port a decided and a waiting one, and one on the shelf."""
    room = Room(data)
    scans = {}
    for lane, container in ((HOME, "CSQU3054383"), (ABROAD, ABROAD_CONTAINER)):
        scans[lane] = room.decided_scan(lane=lane, container=container, plate="沪A12345")
        scans[lane, "waiting"] = room.stored_scan(lane=lane, container=container, plate="沪A12345")
        scans[lane, "shelved"] = room.decided_scan(lane=lane, container=container)
        case = Shelving(kind=RelatedKind.LIBRARY, title=f"case {lane}")
        room.do(shelf.shelve, scan=scans[lane, "shelved"], shelving=case, person=SUPERVISOR, now=room.now)
    room.close()
    return scans


class PeopledHub:
    """The hub, `scans` by lane, and `desks` by the role of who sits there; nobody sits at the desk "nobody"."""

    def __init__(self, folder, ports=(), **settings):
        data = folder / "hub"
        data.mkdir(mode=0o700)
        self.scans = fill(data)
        self.hub = HubProcess(data, lock_after=0, **settings)
        for role in Role:
            self.hub.add_person(role.value, role=role.value, ports=ports)
        self.hub.add_person("li")
        self.hub.add_person(NEWCOMER, role="analyst", must_change=True)
        self.hub.start()
        self.desks = {"nobody": ScriptedWorkstation(self.hub, "desk-nobody").online()}
        for name in (*(role.value for role in Role), NEWCOMER):
            self.desks[name] = ScriptedWorkstation(self.hub, f"desk-{name}").online()
            self.desks[name].sign_in(name)

    def ask(self, who, message):
        """The kind of the answer, or the code of the refusal; "" where neither comes."""
        try:
            answer = asked(self.desks[who], message)
        except ScanViewError as error:
            return error.code
        except Late:
            return ""
        return str(answer.message.__struct_config__.tag)

    def close(self):
        for desk in self.desks.values():
            desk.close()
        self.hub.stop()


def asked(desk, message):
    """The answer to `message` with as many raw frames as it has."""
    frames = RAW_FRAMES.get(type(message), range(1))
    return desk.ask(message, *(b"x" for _ in range(frames.start)))


def question(kind, **fields):
    """An example of a message by its kind, with these fields; ids of its own where it has any."""
    message = an_example(MESSAGES[kind])
    known = {name: value for name, value in fields.items() if name in message.__struct_fields__}
    return msgspec.structs.replace(message, **known)


def new_id():
    return uuid.uuid4().hex
