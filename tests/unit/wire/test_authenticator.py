"""The ZAP handler, asked as libzmq asks it: whatever is not exactly right is refused."""

from pathlib import Path

import pytest
import zmq
from zmq.utils import z85

from scanview.wire.authenticator import ZAP_DOMAIN, Authenticator
from scanview.wire.enrolment import Enrolments
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from scanview.wire.reactor_thread import ReactorThread

PORT = Identity.make()
KEY = z85.decode(PORT.curve_public.encode())
GOOD = [b"1.0", b"7", ZAP_DOMAIN, b"127.0.0.1", b"", b"CURVE", KEY]


@pytest.fixture
def ask(tmp_path: Path):
    enrolments = Enrolments(tmp_path / "enrolled")
    enrolments.add(PORT.card(PeerRole.PORT, "CNSHA-03"))
    with ReactorThread("zap") as loop:
        authenticator = loop.call(lambda: Authenticator(loop.reactor, enrolments))
        socket = loop.reactor.context.socket(zmq.REQ)
        socket.linger = 0
        socket.rcvtimeo = 5_000
        socket.connect("inproc://zeromq.zap.01")

        def ask(*frames: bytes) -> list[bytes]:
            socket.send_multipart(frames)
            return socket.recv_multipart()

        ask.enrolments = enrolments
        yield ask
        socket.close()
        loop.call(authenticator.close)


def test_an_enrolled_key_is_let_in_under_its_own_name(ask) -> None:
    assert ask(*GOOD) == [b"1.0", b"7", b"200", b"OK", PORT.curve_public.encode(), b""]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, b"2.0"),
        (2, b""),
        (2, b"scanview2"),
        (5, b"NULL"),
        (5, b"PLAIN"),
        (6, bytes(32)),
        (6, KEY[:-1]),
        (6, b""),
    ],
    ids=["version", "no domain", "other domain", "NULL", "PLAIN", "key of noughts", "short key", "no key"],
)
def test_anything_else_is_refused(ask, place: int, value: bytes) -> None:
    frames = [*GOOD]
    frames[place] = value
    version, number, status, _, user, _ = ask(*frames)
    assert (version, number, status, user) == (b"1.0", b"7", b"400", b"")


@pytest.mark.parametrize("frames", [GOOD[:6], [*GOOD, b"more"], [b"1.0"]])
def test_a_malformed_question_is_refused_and_the_next_one_answered(ask, frames: list[bytes]) -> None:
    assert ask(*frames)[2] == b"400"
    assert ask(*GOOD)[2] == b"200"


def test_a_removed_card_is_refused_at_once(ask) -> None:
    ask.enrolments.remove(PeerRole.PORT, "CNSHA-03")
    assert ask(*GOOD)[2] == b"400"


def test_a_catalogue_that_fails_lets_nobody_in(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask.enrolments, "find", lambda key: 1 / 0)
    assert ask(*GOOD)[2] == b"400"
