"""Owns joining a hub from a workstation that belongs to none: by a one-time code, with an administrator's word."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import BadInput, ScanViewError
from scanview.wire.invitation_code import parse_code
from scanview.wire.joining import Joining, Progress
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import PeerRole
from scanview.wire.reactor import Reactor


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningAs:
    """What this workstation will be called, and the fingerprint of its keys that an administrator compares."""

    name: str
    fingerprint: str


OnWaits = Callable[[JoiningAs], None]


class HubJoining:
    """One attempt at a time. On the session's thread; `on_joined` is told where the hub listens once it is pinned."""

    def __init__(self, reactor: Reactor, folder: Path, identity: Identity, on_joined: Callable[[str], None]) -> None:
        self._reactor = reactor
        self._folder = folder
        self._identity = identity
        self._on_joined = on_joined
        self._under_way: Joining | None = None

    def join(self, endpoint: str, code: str, on_waits: OnWaits) -> Future[JoiningAs]:
        """Join the hub at `endpoint`; `on_waits` is called once it has taken the code and asks an administrator.

        Raises:
            BadInput: the code is mistyped (code `bad-code`), or `endpoint` is none.
        """
        self.cancel()
        outcome: Future[JoiningAs] = Future()

        def heard(progress: Progress) -> None:
            if progress.enrolled:
                self._under_way = None
                self._on_joined(endpoint)
                outcome.set_result(_as(progress.card))
            elif not progress.was_told:
                on_waits(_as(progress.card))

        def failed(problem: ScanViewError) -> None:
            self._under_way = None
            outcome.set_exception(problem)

        self._under_way = Joining(
            reactor=self._reactor,
            endpoint=_checked(endpoint),
            code=parse_code(code),
            identity=self._identity,
            folder=self._folder,
            role=PeerRole.WORKSTATION,
            on_progress=heard,
            on_failed=failed,
        )
        self._under_way.begin()
        return outcome

    def cancel(self) -> None:
        """Ask no more; whoever waits is told nothing."""
        if self._under_way is not None:
            self._under_way.cancel()
            self._under_way = None


def _as(card: Card) -> JoiningAs:
    return JoiningAs(name=card.name, fingerprint=card.fingerprint)


def _checked(endpoint: str) -> str:
    if not endpoint.startswith("tcp://"):
        raise BadInput(f"{endpoint} is no endpoint", code="bad-endpoint", remedy="Write tcp://HOST:PORT")
    return endpoint
