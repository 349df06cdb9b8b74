"""How a session asks: on its own thread, with answers that any thread may wait for."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from scanview.core.errors import Fault
from scanview.session.hub_calls import Clock, HubCalls, when_answered
from scanview.wire.hub_link import Answer
from scanview.wire.messages import Message

T = TypeVar("T")
A = TypeVar("A")
M = TypeVar("M", bound=Message)


class Asks(Protocol):
    """What a capability of the room needs of a session; may be called from any thread."""

    def ask(self, question: Message, kind: type[M]) -> Future[M]:
        """The hub's answer, which is of `kind`; or why it is refused."""
        ...

    def ask_raw(self, question: Message, kind: type[Message], *raw: bytes) -> Future[Answer]:
        """The same with raw frames behind the question, and behind the answer."""
        ...

    def hear(self, kind: type[M], listener: Callable[[M], None]) -> None:
        """Call `listener`, on the session's thread, with every message of `kind` that nobody asked for."""
        ...


def asked(calls: HubCalls, question: Message, kind: type[M], read: Callable[[M], T]) -> Future[T]:
    """What `read` makes of the answer, which must be of `kind`. On the session's thread."""
    future: Future[T] = Future()

    def answered(answer: Answer) -> None:
        if isinstance(answer.message, kind):
            future.set_result(read(answer.message))
        else:
            future.set_exception(bad_answer())

    when_answered(calls.request(question), answered, future.set_exception)
    return future


def asked_raw(calls: HubCalls, question: Message, kind: type[Message], raw: tuple[bytes, ...]) -> Future[Answer]:
    """The answer with its raw frames, which must be of `kind`. On the session's thread."""
    future: Future[Answer] = Future()

    def answered(answer: Answer) -> None:
        if isinstance(answer.message, kind):
            future.set_result(answer)
        else:
            future.set_exception(bad_answer())

    when_answered(calls.request(question, *raw), answered, future.set_exception)
    return future


def read_as(future: Future[A], read: Callable[[A], T]) -> Future[T]:
    """What `read` makes of the answer that `future` brings, on the thread that brings it."""
    outcome: Future[T] = Future()

    def settle(done: Future[A]) -> None:
        error = done.exception()
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(read(done.result()))

    future.add_done_callback(settle)
    return outcome


def from_any_thread(clock: Clock, question: Callable[[], Future[T]]) -> Future[T]:
    """Ask on the session's thread; the future may be waited for on any."""
    outcome: Future[T] = Future()

    def ask() -> None:
        try:
            future = question()
        except Exception as error:
            outcome.set_exception(error)
            return
        future.add_done_callback(lambda done: _copy(done, outcome))

    clock.post(ask)
    return outcome


def answer_as(future: Future[M], read: Callable[[M], T]) -> Future[T]:
    """What `read` makes of the answer; or why it is refused."""
    outcome: Future[T] = Future()

    def answered(done: Future[M]) -> None:
        error = done.exception()
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(read(done.result()))

    future.add_done_callback(answered)
    return outcome


def bad_answer() -> Fault:
    """The answer to another question."""
    return Fault("the hub answered with something else", code="bad-answer")


def _copy(done: Future[T], outcome: Future[T]) -> None:
    error = done.exception()
    if error is not None:
        outcome.set_exception(error)
    else:
        outcome.set_result(done.result())
