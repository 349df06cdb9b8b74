"""Surroundings that a test holds in its hand: what was sent is kept, and time passes when the test says so."""

from collections import deque
from concurrent.futures import Future

from scanview.review.transactions import Transactions
from scanview.wire.hub_server import Peer
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from scanview.wire.reactor import Timer


class MadeSurroundings:
    """`full` are the peers that do not read; `written` counts what was told to have been written."""

    def __init__(self, room):
        self.room = room
        self.sent = []
        self.full = set()
        self.written = 0
        self.on_written = lambda: None
        self._posted = deque()
        self._timers = []
        self.transactions = Transactions(self, self.post, self._tell_written)

    def now(self):
        return self.room.now

    def send(self, peer, message, *raw):
        if peer in self.full:
            return False
        self.sent.append((peer, message, raw))
        return True

    def post(self, callback):
        self._posted.append(callback)

    def call_later(self, delay_s, callback):
        timer = Timer(callback, 0.0)
        self._timers.append((self.room.now + delay_s, timer))
        return timer

    def submit(self, function):
        """A database thread that is always done at once; its results wait to be posted."""
        future = Future()
        try:
            future.set_result(self.room.do(function))
        except Exception as error:
            future.set_exception(error)
        return future

    def settle(self):
        """Run what was posted, until nothing more is."""
        while self._posted:
            self._posted.popleft()()

    def pass_time(self, seconds):
        """Let time pass, with every timer that is due on the way."""
        end = self.room.now + seconds
        self.settle()
        while due := [entry for entry in self._timers if entry[0] <= end]:
            entry = min(due, key=lambda entry: entry[0])
            self._timers.remove(entry)
            self.room.now = max(self.room.now, entry[0])
            if not entry[1].cancelled:
                entry[1].callback()
            self.settle()
        self.room.now = end

    def to(self, peer, kind=object):
        """The messages of `kind` that `peer` was sent, oldest first."""
        return [message for receiver, message, _ in self.sent if receiver == peer and isinstance(message, kind)]

    def _tell_written(self):
        self.written += 1
        self.on_written()


def make_peer(role, name, identity=None):
    made = identity or Identity.make()
    return Peer(card=made.card(role, name), connection=made.curve_public.encode())


def make_port(room, lane="CNSHA-03"):
    return make_peer(PeerRole.PORT, lane, room.port)
