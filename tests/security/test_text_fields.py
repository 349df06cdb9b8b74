"""Every text of every message a workstation may send is an attack: SQL, paths, format strings, control characters.

Made from the message table. The hub answers or refuses, never by its own fault; nothing is found that was not asked
for, no file appears outside of its folder, and the ledger is verified afterwards.
"""

import copy
import itertools

import msgspec
import pytest

from scanview.core.errors import ScanViewError
from scanview.core.searching import Search
from scanview.wire import messages
from tests.security.peopled_hub import ASKED, HOME, PeopledHub, asked, question

ATTACKS = (
    "' OR 1=1 --",
    '"; DROP TABLE scans; --',
    "%' UNION SELECT password_hash FROM people --",
    "../../../../tmp/scanview-attack",
    "%s%n{0.__class__}{secret}",
    "one\r\n2026-01-01 CRITICAL scanview: forged",
    "\x00\x1b[2J\u202e\u0007",
    "<b onload=x>\U0001f4a3</b>",
)
ASKERS = ("analyst", "supervisor", "administrator")
"""In turns: eight attacks and three who ask meet each other at every place of some messages."""


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    made = PeopledHub(tmp_path_factory.mktemp("texts"))
    yield made
    made.close()


def places(value, at=()):
    """Where in a message's plain form the texts are."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key != "kind":
                yield from places(one, (*at, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from places(one, (*at, number))
    elif isinstance(value, str):
        yield at


def attacks_on(kind, scan):
    """The message with one text exchanged for an attack, in every way that its types let through."""
    plain = msgspec.to_builtins(question(kind, scan=scan))
    for place in places(plain):
        for attack in ATTACKS:
            attacked = copy.deepcopy(plain)
            *way, last = place
            inside = attacked
            for step in way:
                inside = inside[step]
            inside[last] = attack
            try:
                yield msgspec.convert(attacked, ASKED[kind])
            except (msgspec.ValidationError, ScanViewError):
                continue


@pytest.mark.parametrize("kind", sorted(set(ASKED) - {"hello", "ping", "sign-out", "rotate-keys", "hub-keys-pinned"}))
def test_a_text_is_nothing_but_a_text(room, kind):
    if "request" not in ASKED[kind].__struct_fields__:
        return
    askers = itertools.cycle(ASKERS if kind != "sign-in" else ("nobody",))
    for message, who in zip(attacks_on(kind, room.scans[HOME]), askers, strict=False):
        answer = room.ask(who, message)
        assert answer not in ("fault", ""), (who, message)
    everything = asked(room.desks["auditor"], messages.FindScans(request=0, search=Search()))
    assert len(everything.message.found) == len(room.scans)


def test_nothing_was_written_beside_the_hub_and_the_ledger_is_sound(room):
    assert not list(room.hub.data.parent.rglob("*scanview-attack*"))
    assert room.hub.verify().is_verified
