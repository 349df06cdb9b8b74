"""Who sees one port asks everything there is to ask, about the scans of another: nothing of that one ever comes back.

Made from the message table, so that a service that forgets is found. Whatever a limited person's workstation receives
is looked through for the id, the container and the lane of the other port.
"""

import msgspec
import pytest

from scanview.core.review import Role
from scanview.core.searching import Search
from scanview.wire import messages
from tests.security.peopled_hub import ABROAD, ABROAD_CONTAINER, ASKED, HOME, PeopledHub, question

UNASKED = {"hello", "ping", "sign-in", "sign-out", "end-shift", "remove-person", "reset-password", "lock-person"}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    made = PeopledHub(tmp_path_factory.mktemp("ports"), ports=("CNSHA",))
    yield made
    made.close()


def forms(room, kind):
    """The message about each scan of the other port, wherever it may name one, and as it is without any."""
    yield question(kind)
    for scan in abroad(room):
        text = msgspec.json.encode(question(kind, scan=scan)).decode().replace("0123456789abcdef" * 2, scan)
        yield msgspec.json.decode(text, type=ASKED[kind])
    if kind == "find-scans":
        for search in (Search(text=ABROAD_CONTAINER), Search(lane=ABROAD), Search(decided=True), Search(note="x")):
            yield messages.FindScans(request=0, search=search)


def abroad(room):
    return [room.scans[ABROAD], room.scans[ABROAD, "waiting"], room.scans[ABROAD, "shelved"]]


def leaks(room, desk):
    """What a workstation has heard of the other port."""
    heard = [(message, msgspec.json.encode(message) + b"".join(raw)) for message, raw in desk.heard]
    words = [ABROAD.encode(), ABROAD_CONTAINER.encode(), *(scan.encode() for scan in abroad(room))]
    return [message for message, said in heard if any(word in said for word in words) if not is_refusal(message)]


def is_refusal(message):
    """A refusal repeats the id that was asked for."""
    return isinstance(message, messages.Failed)


def test_the_next_scan_is_one_of_their_ports(room):
    taken = room.desks["analyst"].ask(messages.TakeNext(request=0)).message
    assert taken.scan == room.scans[HOME, "waiting"]
    assert taken.ahead == ()
    assert room.ask("chief", messages.Take(request=0, scan=room.scans[ABROAD, "waiting"])) == "unknown-scan"


@pytest.mark.parametrize("kind", sorted(set(ASKED) - UNASKED))
def test_nothing_of_another_port_is_told_by_any_answer(room, kind):
    for role in Role:
        desk = room.desks[role.value]
        for message in forms(room, kind):
            if "request" not in message.__struct_fields__:
                continue
            try:
                answer = desk.ask(message, *(b"x",) if kind == "put-photo" else ())
            except Exception:
                continue
            desk.heard.append((answer.message, tuple(bytes(frame) for frame in answer.raw)))
        assert leaks(room, desk) == []


def test_what_is_their_own_is_told(room):
    desk = room.desks["auditor"]
    desk.watch()
    desk.row(room.scans[HOME])
    found = desk.ask(messages.FindScans(request=0, search=Search(text="CSQU3054383"))).message.found
    assert {one.row.lane for one in found} == {HOME}
    assert desk.ask(messages.OpenScan(request=0, scan=room.scans[HOME])).message.scan == room.scans[HOME]
    related = desk.ask(messages.FindRelated(request=0, scan=room.scans[HOME, "waiting"])).message.found
    assert {one.lane for one in related} == {HOME}


def test_a_watched_worklist_stays_silent_about_what_happens_elsewhere(room):
    desk = room.desks["supervisor"]
    desk.watch()
    desk.row(room.scans[HOME, "waiting"])
    assert leaks(room, desk) == []
