"""A port with two hubs that share nothing: over when the first is gone, back when it is there, no scan twice by its own
doing, orders from either."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scanview.core.errors import Refused
from scanview.core.order import Outcome, parse_receipt
from scanview.core.review import Verdict
from scanview.ingest.followed_settings import FollowedSettings
from scanview.ingest.port import Port
from scanview.wire.enrolment import write_pin
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole, ScanEnd, ScanOffer
from tests.flow.relay import Relay
from tests.flow.test_port_orders import OrderingHub, release_of
from tests.flow.upload_network import LANE, HubEnd, eventually, hub_end, running_port, scan_counts, send_lines

QUICK = {"fail_over_s": 0.3, "fail_back_s": 0.5}


@pytest.fixture
def hubs(tmp_path: Path):
    card = Identity.load_or_make(tmp_path / "spool").card(PeerRole.PORT, LANE)
    with hub_end(tmp_path / "first") as first, hub_end(tmp_path / "second") as second:
        for hub in (first, second):
            hub.enrolments.add(card)
        yield first, second


@pytest.fixture
def relay(hubs: tuple[HubEnd, HubEnd]):
    """What lies between the port and its first hub."""
    relay = Relay(hubs[0].endpoint)
    yield relay
    relay.stop()


def port_of(tmp_path: Path, hubs: tuple[HubEnd, HubEnd], relay: Relay, **options):
    """A running port that prefers the first hub, behind the relay."""
    spool = tmp_path / "spool"
    write_pin(spool, hubs[1].card, hubs[1].endpoint)
    settings = FollowedSettings(None, QUICK | options.pop("settings", {}))
    return running_port(
        spool, relay.endpoint, hubs[0].card, more_hubs=(hubs[1].endpoint,), settings=settings, **options
    )


def in_use(tmp_path: Path) -> int:
    hubs = json.loads((tmp_path / "spool" / "status.json").read_bytes())["hubs"]
    return [hub["in_use"] for hub in hubs].index(True)


def offers(hub: HubEnd) -> set[str]:
    return {message.scan for _, message in hub.received if isinstance(message, ScanOffer)}


def test_over_when_the_first_hub_is_gone_and_back_when_it_is_there(
    tmp_path: Path, hubs: tuple[HubEnd, HubEnd], relay: Relay
) -> None:
    first, second = hubs
    with port_of(tmp_path, hubs, relay) as port:
        one, _ = send_lines(port, scan_counts(columns=300, seed=1))
        eventually(lambda: not port.spool.scans(), "the preferred hub gets it, and its receipt is here")
        relay.close_gate()
        two, _ = send_lines(port, scan_counts(columns=300, seed=2))
        eventually(lambda: two in second.register.contents, "the other one gets it while the first is gone")
        relay.open_gate()
        eventually(lambda: in_use(tmp_path) == 0, "the first is used again by itself")
        three, _ = send_lines(port, scan_counts(columns=300, seed=3))
        eventually(lambda: three in first.register.contents, "and gets what comes")
        eventually(lambda: not port.spool.scans(), "nothing is left")
    assert set(first.register.contents) == {one, three}
    assert set(second.register.contents) == {two}
    assert two not in offers(first), "what the second has a receipt for is offered to nobody else"


def test_half_sent_to_one_and_sent_whole_to_the_other(
    tmp_path: Path, hubs: tuple[HubEnd, HubEnd], relay: Relay
) -> None:
    first, second = hubs
    relay.cut_after_bytes = 1 << 20
    with port_of(tmp_path, hubs, relay, settings={"limit_mbit": 40.0}) as port:
        scan, content = send_lines(port, scan_counts(columns=2_000, rows=300))
        eventually(lambda: relay.cuts, "the link breaks in the middle")
        relay.close_gate()
        eventually(lambda: second.register.contents.get(scan) == content, "the other hub gets all of it")
        relay.open_gate()
        eventually(lambda: in_use(tmp_path) == 0, "the first is back")
        eventually(lambda: not port.spool.scans(), "nothing is left to send")
        assert port.spool.log.find_scan(scan).hub == second.card.key
    assert first.strips_received
    assert scan not in first.register.contents


def test_a_scan_stays_where_it_was_begun_while_that_hub_is_there(
    tmp_path: Path, hubs: tuple[HubEnd, HubEnd], relay: Relay
) -> None:
    first, second = hubs
    relay.close_gate()
    with port_of(tmp_path, hubs, relay, settings={"limit_mbit": 8.0}) as port:
        scan, _ = send_lines(port, scan_counts(columns=3_000, rows=300))
        eventually(lambda: second.strips_received > 1, "the second hub is sent the scan")
        relay.open_gate()
        eventually(lambda: in_use(tmp_path) == 0, "the first is used again for what comes")
        assert scan not in second.register.contents
        eventually(lambda: scan in second.register.contents, "the scan is finished where it was begun", 60.0)
        eventually(lambda: not port.spool.scans(), "nothing is left")
    assert offers(first) == set()


def test_what_a_hub_may_have_stored_waits_for_it_to_come_back(
    tmp_path: Path, hubs: tuple[HubEnd, HubEnd], relay: Relay
) -> None:
    first, second = hubs
    ends: list[str] = []

    def swallow(message, raw):
        """The first hub dies, as far as the port can tell, with the end of the scan in its hands."""
        if isinstance(message, ScanEnd) and not ends:
            ends.append(message.scan)
            relay.close_gate()
        return [(message, raw)]

    first.tampering = swallow
    with port_of(tmp_path, hubs, relay) as port:
        unsure, _ = send_lines(port, scan_counts(columns=300, seed=1))
        eventually(lambda: ends, "its end was sent")
        sure, _ = send_lines(port, scan_counts(columns=300, seed=2))
        eventually(lambda: sure in second.register.contents, "what comes goes to the other hub")
        assert unsure not in offers(second)
        relay.open_gate()
        eventually(lambda: not port.spool.scans(), "the receipt comes once the hub is back")
    assert set(first.register.contents) == {unsure}
    assert set(second.register.contents) == {sure}


def test_what_a_hub_may_have_stored_is_given_to_another_in_the_end(
    tmp_path: Path, hubs: tuple[HubEnd, HubEnd], relay: Relay
) -> None:
    first, second = hubs
    first.tampering = lambda message, raw: [] if isinstance(message, ScanEnd) else [(message, raw)]
    with port_of(tmp_path, hubs, relay, settings={"unsure_s": 1.0}) as port:
        scan, _ = send_lines(port, scan_counts(columns=300))
        eventually(lambda: any(isinstance(message, ScanEnd) for _, message in first.received), "its end was sent")
        relay.close_gate()
        eventually(lambda: scan in second.register.contents, "no truck waits for ever")


def test_orders_come_from_either_hub_and_answers_go_back_to_it(
    tmp_path: Path, hubs: tuple[HubEnd, HubEnd], relay: Relay
) -> None:
    opened: list[str] = []
    first, second = (OrderingHub(hub) for hub in hubs)
    with port_of(tmp_path, hubs, relay, gate=lambda order: opened.append(order.order)) as port:
        release = release_of(port, first)
        first.give(release)
        eventually(lambda: first.receipts, "the first hub's order is answered to it")
        hold = replace(release, order="b" * 32, verdict=Verdict.HOLD, version=0, expires_at=0.0)
        second.give(hold)
        eventually(lambda: second.receipts, "the second hub's order is answered to it")
        first.give(replace(release, order="c" * 32, version=7))
        eventually(lambda: len(first.receipts) == 2, "the first hub's next order is answered")
    assert parse_receipt(second.receipts[0][1]).outcome is Outcome.APPLIED
    assert parse_receipt(first.receipts[1][1]).why == "held-elsewhere"
    assert opened == [release.order, hold.order]


def test_every_hub_is_pinned_by_its_own_key(tmp_path: Path, hubs: tuple[HubEnd, HubEnd], relay: Relay) -> None:
    write_pin(tmp_path / "spool", hubs[0].card)
    with pytest.raises(Refused, match=f"--hub {hubs[1].endpoint}") as raised:
        Port(lane=LANE, endpoint=relay.endpoint, more_hubs=(hubs[1].endpoint,), spool=tmp_path / "spool")
    assert raised.value.code == "no-hub-pinned"
