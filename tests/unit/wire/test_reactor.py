"""The poll loop: timers in order, calls from other threads, sockets, and no callback that ends it."""

import threading

import pytest
import zmq

from scanview.wire.reactor import Reactor
from scanview.wire.reactor_thread import ReactorThread


@pytest.fixture
def reactor():
    reactor = Reactor()
    yield reactor
    reactor.close()


def test_timers_fire_in_the_order_they_are_due(reactor: Reactor) -> None:
    fired: list[str] = []
    reactor.call_later(0.02, lambda: fired.append("late"))
    reactor.call_later(0.0, lambda: fired.append("first"))
    reactor.call_later(0.0, lambda: fired.append("second"))
    reactor.call_later(0.03, reactor.stop)
    reactor.run()
    assert fired == ["first", "second", "late"]


def test_a_cancelled_timer_is_silent(reactor: Reactor) -> None:
    fired: list[str] = []
    reactor.call_later(0.001, lambda: fired.append("cancelled")).cancel()
    reactor.call_later(0.01, reactor.stop)
    reactor.run()
    assert fired == []


def test_a_repeated_call_goes_on_until_it_is_cancelled_from_within(reactor: Reactor) -> None:
    fired: list[int] = []

    def fire() -> None:
        fired.append(len(fired))
        if len(fired) == 3:
            timer.cancel()
            reactor.call_later(0.02, reactor.stop)

    timer = reactor.call_every(0.001, fire)
    reactor.run()
    assert fired == [0, 1, 2]


def test_a_callback_that_raises_does_not_end_the_loop(reactor: Reactor, caplog: pytest.LogCaptureFixture) -> None:
    survived: list[str] = []
    reactor.post(lambda: 1 / 0)
    reactor.call_later(0.0, lambda: 1 / 0)
    reactor.post(lambda: survived.append("posted"))
    reactor.call_later(0.01, reactor.stop)
    reactor.run()
    assert survived == ["posted"]
    assert [record.message for record in caplog.records] == ["a callback failed"] * 2


def test_posts_of_many_threads_all_run_in_the_loop_and_in_order() -> None:
    per_thread = 2_000
    ran: list[tuple[int, int, int]] = []
    with ReactorThread("loop") as loop:

        def post(number: int) -> None:
            for count in range(per_thread):
                loop.reactor.post(lambda count=count: ran.append((number, count, threading.get_ident())))

        threads = [threading.Thread(target=post, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        loop.call(lambda: None)
    assert len({ident for _, _, ident in ran}) == 1
    for number in range(4):
        assert [count for who, count, _ in ran if who == number] == list(range(per_thread))


def test_a_call_gives_back_what_it_returns_or_raises() -> None:
    with ReactorThread("loop") as loop:
        assert loop.call(lambda: 42) == 42
        with pytest.raises(ZeroDivisionError):
            loop.call(lambda: 1 / 0)


def test_sockets_are_served_until_removed_and_closed_when_the_loop_ends() -> None:
    received: list[bytes] = []
    with ReactorThread("loop") as loop:
        pull = loop.reactor.context.socket(zmq.PULL)
        pull.bind("inproc://test")
        push = loop.reactor.context.socket(zmq.PUSH)
        push.connect("inproc://test")
        loop.call(lambda: loop.reactor.add(pull, lambda: received.append(pull.recv())))
        push.send(b"one")
        while received != [b"one"]:
            loop.call(lambda: None)
        loop.call(lambda: loop.reactor.remove(pull))
        push.send(b"two")
        for _ in range(20):
            loop.call(lambda: None)
        assert received == [b"one"]
        loop.call(lambda: loop.reactor.add(pull, lambda: received.append(pull.recv())))
        while len(received) < 2:
            loop.call(lambda: None)
        push.close(linger=0)
    assert pull.closed


def test_a_post_after_the_end_is_harmless() -> None:
    with ReactorThread("loop") as loop:
        pass
    loop.reactor.post(lambda: pytest.fail("nobody runs this"))
    loop.reactor.close()
