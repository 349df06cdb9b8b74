"""Running the checks: which there are, the hub's or the port's keys they need, and the order they go in."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scanview.conformance.connection_checks import CONNECTION_CHECKS
from scanview.conformance.hub_checks import HUB_CHECKS
from scanview.conformance.hub_under_test import HubUnderTest
from scanview.conformance.order_checks import ORDER_CHECKS
from scanview.conformance.port_under_test import HUB_NAME, PATIENCE_S, PortProcess, PortUnderTest
from scanview.conformance.release_checks import DIRECT_RELEASE_CHECKS, RELEASE_CHECKS
from scanview.conformance.results import Check, Finding, examine
from scanview.conformance.upload_checks import UPLOAD_CHECKS
from scanview.core.errors import BadInput
from scanview.wire.authority import AuthorityCard
from scanview.wire.bare import BareHub
from scanview.wire.enrolment import ENROLLED_FOLDER, PIN_FILE, Enrolments, announce_hub, pin_hub, withdraw_hub
from scanview.wire.hub_authority import HubAuthority
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from scanview.wire.pinned_authority import pin_authority
from scanview.wire.private_files import replace_private

LOG_FILE = "port-under-test.log"

PORT_CHECKS: tuple[Check[PortUnderTest], ...] = (
    *CONNECTION_CHECKS,
    *UPLOAD_CHECKS,
    *DIRECT_RELEASE_CHECKS,
    *ORDER_CHECKS,
    *RELEASE_CHECKS,
)
"""What a port must do. The checks build on each other: a scan has to be seen whole before it can be resumed."""


def examine_port(
    endpoint: str,
    keys: Path,
    *,
    run: str = "",
    only: frozenset[str] = frozenset(),
    patience_s: float = PATIENCE_S,
    on_ready: Callable[[str], None] = lambda endpoint: None,
) -> Iterator[Finding]:
    """Be the hub at `endpoint` and check the port that connects; yields what each check found.

    Args:
        endpoint: where to listen; port * takes a free one.
        keys: folder with the hub's keys, made there at first use; its card is `hub.json` there, the card of the
            authority that certifies the people of the checks `authority.json`, and the cards of the ports that may
            connect are in `enrolled`. A port of this user on this computer enrols itself.
        run: command that starts the port, with `{hub}` for the endpoint; empty where somebody else starts it. Only a
            port that was started here is killed as part of the checks.
        only: names of the checks to make; empty for all.
        patience_s: so long may the port take for what it has to do.
        on_ready: told the endpoint once the port can be started.

    Raises:
        BadInput: `only` names a check that there is not.
        Unavailable: the endpoint cannot be bound.
    """
    check_names(PORT_CHECKS, only)
    authority = HubAuthority(keys).own()
    if authority is None:
        raise BadInput(
            f"the secret of the authority is not in {keys}", code="no-authority", remedy="Give another folder as --keys"
        )
    with _listening(endpoint, keys, authority.card) as (hub, identity):
        process = PortProcess(run, hub.endpoint, keys / LOG_FILE) if run else None
        port = PortUnderTest(hub, identity, authority, process, patience_s=patience_s)
        on_ready(hub.endpoint)
        try:
            if process is not None:
                process.start()
            yield from examine(port, PORT_CHECKS, only)
        finally:
            if process is not None:
                process.kill()


def examine_hub(
    endpoint: str, keys: Path, lane: str, *, only: frozenset[str] = frozenset(), patience_s: float = PATIENCE_S
) -> Iterator[Finding]:
    """Be the port of `lane` and check the hub at `endpoint`; yields what each check found.

    The scans of the checks stay in the hub's catalogue, so it should be one for tests.

    Args:
        endpoint: where the hub listens.
        keys: folder with the lane's keys and the hub's card `hub.json`, as a port's spool has them. With a hub of this
            user on this computer the lane enrols itself.
        lane: the lane to be.
        only: names of the checks to make; empty for all.
        patience_s: so long may the hub take for what it has to do.

    Raises:
        Refused: the hub is not pinned, or `only` names a check that there is not.
    """
    check_names(HUB_CHECKS, only)
    identity = Identity.load_or_make(keys)
    card = pin_hub(keys, endpoint, identity, PeerRole.PORT, lane)
    hub = HubUnderTest(endpoint, card, identity, lane, patience_s=patience_s)
    try:
        yield from examine(hub, HUB_CHECKS, only)
    finally:
        hub.cut()


def check_names(checks: Sequence[Check[Any]], only: frozenset[str]) -> None:
    """BadInput where `only` names a check that is not among `checks`."""
    known = [check.name for check in checks]
    if unknown := sorted(only.difference(known)):
        raise BadInput(
            f"there is no check {unknown[0]!r}", code="unknown-check", remedy=f"Known are: {', '.join(known)}"
        )


@contextmanager
def _listening(endpoint: str, keys: Path, authority: AuthorityCard) -> Iterator[tuple[BareHub, Identity]]:
    identity = Identity.load_or_make(keys)
    card = identity.card(PeerRole.HUB, HUB_NAME)
    replace_private(keys / PIN_FILE, card.encode())
    pin_authority(keys, authority)
    hub = BareHub(endpoint, Enrolments(keys / ENROLLED_FOLDER))
    try:
        hub.listen(identity)
        announce_hub(hub.endpoint, keys, card, authority)
        try:
            yield hub, identity
        finally:
            withdraw_hub(hub.endpoint)
    finally:
        hub.close()
