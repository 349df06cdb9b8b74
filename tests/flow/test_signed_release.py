"""A person's signature all the way: made at the workstation, carried by the hub, judged by a port with an authority."""

import secrets
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from scanview.cli import main
from scanview.core.errors import NotAllowed
from scanview.core.review import Decision, HoldReason, Verdict
from scanview.core.worklist import DeliveryState
from scanview.ingest.port import Port
from scanview.session.session import Session
from scanview.wire.hub_authority import HubAuthority, move_authority
from scanview.wire.pinned_authority import pin_authority
from tests.flow.hub_network import PASSWORD
from tests.flow.upload_network import LANE, eventually, scan_counts, send_lines


class Room:
    """The hub, a port whose gate the test looks at, and workstations."""

    def __init__(self, hub, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self.gate: list[tuple[str, str]] = []
        self.rows: dict[str, object] = {}
        self.port = Port(lane=LANE, endpoint=hub.endpoint, spool=folder / "spool", gate=self._moved)
        pin_authority(folder / "spool", HubAuthority(hub.data).card, replace=True)
        self._thread = threading.Thread(target=self.port.run, name="port")
        self._thread.start()
        self._sessions: list[Session] = []

    def desk(self, person: str, number: int = 1) -> Session:
        session = Session(
            endpoint=self.hub.endpoint,
            folder=self.folder / f"desk-{number}",
            workstation=f"desk-{number}",
            tell=self._told,
        )
        session.start()
        self._sessions.append(session)
        deadline = time.monotonic() + 20
        while True:
            try:
                session.sign_in(person, PASSWORD).result(20)
                return session
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def scan(self, seed: int) -> tuple[str, str]:
        scan, content = send_lines(self.port, scan_counts(columns=140, seed=seed))
        eventually(lambda: getattr(self.rows.get(scan), "stored", False), "the scan is stored")
        return scan, content

    def decide(self, session: Session, scan: str, content: str, verdict: Verdict = Verdict.RELEASE) -> Future[int]:
        lease = session.take(scan).result(20)
        return session.decide(
            Decision(
                decision=secrets.token_hex(16),
                scan=scan,
                fence=lease.fence,
                verdict=verdict,
                content_sha256=content,
                reason=HoldReason.OTHER if verdict is Verdict.HOLD else None,
                without_recognition=True,
            )
        )

    def delivered(self, scan: str, state: DeliveryState) -> None:
        eventually(lambda: self.rows[scan].delivery is state, f"the order is {state}")

    def close(self) -> None:
        for session in self._sessions:
            session.stop()
        self.port.stop()
        self._thread.join()

    def _told(self, event) -> None:
        for row in getattr(event, "rows", ()):
            self.rows[row.scan] = row

    def _moved(self, order) -> None:
        self.gate.append((order.scan, order.verdict))


@pytest.fixture
def room(client_hub, tmp_path):
    client_hub.add_person("li")
    room = Room(client_hub, tmp_path)
    yield room
    room.close()


def test_a_release_opens_by_the_signature_of_whoever_decided_it(room) -> None:
    desk = room.desk("li")
    scan, content = room.scan(1)
    room.decide(desk, scan, content).result(20)
    room.delivered(scan, DeliveryState.APPLIED)
    assert room.gate == [(scan, Verdict.RELEASE)]
    (logged,) = room.port.spool.log.applied_orders(scan)
    assert len(logged.grounds.certificates) == 1
    assert room.hub.stop() == 0
    assert room.hub.verify().problems == ()


def test_whoever_holds_the_authority_certifies_who_waits_and_then_they_release(room, capsys) -> None:
    move_authority(room.hub.data, room.folder / "away")
    desk = room.desk("li")
    where = ["--folder", str(room.folder / "away"), "--data", str(room.hub.data)]
    eventually(lambda: main(["authority", "--json", "certify", "--all", *where]) == 0 and certified(capsys), "li waits")
    eventually(lambda: desk._signing.is_certified, "the workstation has asked again")
    scan, content = room.scan(1)
    room.decide(desk, scan, content).result(20)
    room.delivered(scan, DeliveryState.APPLIED)
    assert room.gate == [(scan, Verdict.RELEASE)]


def certified(capsys) -> bool:
    return '"certificate"' in capsys.readouterr().out


def test_with_the_authority_away_nothing_opens_before_somebody_was_certified(room) -> None:
    move_authority(room.hub.data, room.folder / "away")
    desk = room.desk("li")
    scan, content = room.scan(1)
    room.decide(desk, scan, content).result(20)
    room.delivered(scan, DeliveryState.REFUSED)
    held, content = room.scan(2)
    room.decide(desk, held, content, Verdict.HOLD).result(20)
    room.delivered(held, DeliveryState.APPLIED)
    assert room.gate == [(held, Verdict.HOLD)]


def test_a_key_that_was_put_in_the_place_of_anothers_signs_nothing_for_them(room) -> None:
    """Somebody at the workstation swaps the decision after it was signed."""
    desk = room.desk("li")
    scan, content = room.scan(1)
    signing = desk._signing
    real = signing.sign

    def of_another(decision):
        other = Decision(
            decision=decision.decision, scan="f" * 32, fence=1, verdict=Verdict.RELEASE, content_sha256="e" * 64
        )
        signing._seen, seen = (lambda scan: seen(decision.scan)), signing._seen
        try:
            return real(other)
        finally:
            signing._seen = seen

    signing.sign = of_another
    with pytest.raises(NotAllowed) as refused:
        room.decide(desk, scan, content).result(20)
    assert refused.value.code == "other-statement"
