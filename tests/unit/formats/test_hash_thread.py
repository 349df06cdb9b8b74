import hashlib
import threading

import pytest

from scanview.formats.hash_thread import AHEAD, HashThread


@pytest.fixture
def hasher():
    thread = HashThread("test hasher")
    yield thread
    thread.close()


def test_digests_of_several_scans_are_as_if_hashed_in_place(hasher):
    digests = [hashlib.sha256() for _ in range(3)]
    expected = [hashlib.sha256() for _ in range(3)]
    for number in range(30):
        content = bytes([number]) * 100_000
        hasher.update(digests[number % 3], content)
        expected[number % 3].update(content)
    hasher.wait()
    assert [digest.digest() for digest in digests] == [digest.digest() for digest in expected]


def test_who_is_too_far_ahead_waits(hasher):
    class Slow:
        """A digest that is at it until it may go on."""

        def __init__(self):
            self.may_go_on = threading.Event()
            self.hashed = 0

        def update(self, content):
            self.may_go_on.wait()
            self.hashed += 1

    digest, handed_over = Slow(), []

    def hand_over():
        for number in range(AHEAD + 2):
            hasher.update(digest, b"")
            handed_over.append(number)

    writer = threading.Thread(target=hand_over)
    writer.start()
    writer.join(0.3)
    assert len(handed_over) <= AHEAD
    digest.may_go_on.set()
    writer.join()
    hasher.wait()
    assert digest.hashed == AHEAD + 2
