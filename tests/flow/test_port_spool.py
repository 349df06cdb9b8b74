"""A port's spool between a scanner and a hub that comes and goes: its order, its bounds, its damage, its rate."""

import json
from pathlib import Path

import pytest

from scanview.core.errors import Unavailable
from scanview.core.scan import View
from scanview.ingest.followed_settings import FollowedSettings
from scanview.ingest.spool_room import SpoolLevel
from scanview.store.port_log import Priority
from scanview.wire.messages import ScanOffer, Strip
from tests.flow.relay import Relay
from tests.flow.upload_network import HubEnd, eventually, hub_end, running_port, scan_counts, send_lines, view_header


@pytest.fixture
def hub(tmp_path: Path):
    with hub_end(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def relay(hub: HubEnd):
    relay = Relay(hub.endpoint)
    relay.close_gate()
    yield relay
    relay.stop()


def status_of(tmp_path: Path) -> dict:
    return json.loads((tmp_path / "spool" / "status.json").read_bytes())


def test_after_days_without_a_link_trucks_go_before_the_yard(tmp_path: Path, hub: HubEnd, relay: Relay) -> None:
    with running_port(tmp_path / "spool", relay.endpoint, hub.card, enrolments=hub.enrolments) as port:
        priorities = [Priority.YARD] * 3 + [Priority.TRUCK] * 3
        sent = [
            send_lines(port, scan_counts(columns=600, seed=seed), priority=priority)[0]
            for seed, priority in enumerate(priorities)
        ]
        relay.open_gate()
        eventually(lambda: len(hub.register.contents) == 6, "all arrive")
    offered = [message.scan for _, message in hub.received if isinstance(message, ScanOffer)]
    assert offered[:4] == [*sent[3:5], *sent[:2]], "trucks first, then the yard, each from the oldest on"
    assert set(offered) == set(sent)


def test_a_truck_never_waits_for_the_yard_that_is_half_sent(tmp_path: Path, hub: HubEnd) -> None:
    settings = FollowedSettings(None, {"limit_mbit": 16.0})
    with running_port(tmp_path / "spool", hub.endpoint, hub.card, enrolments=hub.enrolments, settings=settings) as port:
        yard = [send_lines(port, scan_counts(columns=6_000, seed=seed), priority=Priority.YARD)[0] for seed in (1, 2)]
        eventually(lambda: hub.strips_received > 2, "the yard is on its way")
        truck, _ = send_lines(port, scan_counts(columns=300, seed=3))
        eventually(lambda: len(hub.register.contents) == 3, "all arrive")
    assert next(iter(hub.register.contents)) == truck
    assert set(list(hub.register.contents)[1:]) == set(yard)


def test_a_spool_that_is_full_turns_trucks_away_and_takes_them_again_by_itself(
    tmp_path: Path, hub: HubEnd, relay: Relay
) -> None:
    settings = FollowedSettings(None, {"spool_limit_mb": 1})
    with running_port(
        tmp_path / "spool", relay.endpoint, hub.card, enrolments=hub.enrolments, settings=settings
    ) as port:
        taken = []
        while port.spool.room().level is not SpoolLevel.FULL:
            taken.append(send_lines(port, scan_counts(columns=1_000, seed=len(taken)))[0])
        with pytest.raises(Unavailable, match="the spool is full"):
            send_lines(port, scan_counts(columns=300))
        assert port.spool.scans() == tuple(taken), "what has no receipt stays"
        eventually(lambda: status_of(tmp_path)["spool"]["level"] == "full", "the status says so")
        relay.open_gate()
        eventually(lambda: len(hub.register.contents) == len(taken), "all that was taken arrives")
        eventually(lambda: not port.spool.scans(), "there is room again")
        send_lines(port, scan_counts(columns=300))
        eventually(lambda: len(hub.register.contents) == len(taken) + 1, "the next truck is taken")


def test_a_damaged_scan_of_the_spool_is_put_aside_and_the_next_goes_on(
    tmp_path: Path, hub: HubEnd, relay: Relay
) -> None:
    with running_port(tmp_path / "spool", relay.endpoint, hub.card, enrolments=hub.enrolments) as port:
        damaged, _ = send_lines(port, scan_counts(columns=600))
        whole, _ = send_lines(port, scan_counts(columns=600, seed=1))
        path = tmp_path / "spool" / "scans" / f"{damaged}.tif"
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        relay.open_gate()
        eventually(lambda: whole in hub.register.contents, "the next one arrives")
        eventually(lambda: port.spool.damaged(), "the damaged one is put aside")
        eventually(lambda: status_of(tmp_path)["scans_damaged"] == [f"{damaged}.tif"], "and shown")
        assert damaged not in hub.register.contents
        assert (tmp_path / "spool" / "damaged" / f"{damaged}.tif").exists()


def test_a_scan_that_is_damaged_while_it_grows_keeps_no_other_waiting(
    tmp_path: Path, hub: HubEnd, relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    with running_port(tmp_path / "spool", relay.endpoint, hub.card, enrolments=hub.enrolments) as port:
        counts = scan_counts(columns=600)
        with port.device("test").scan(view_header(counts.shape[1])) as growing:
            scan = growing.header.scan
            hub.tampering = lambda message, raw: (
                [] if isinstance(message, Strip) and message.scan == scan else [(message, raw)]
            )
            relay.open_gate()
            for column in range(500):
                growing.line(View.SIDE, counts[:, :, column])
            eventually(lambda: hub.strips_received >= 3, "it is on its way, and lost")
            relay.close_gate()
            path = tmp_path / "spool" / "scans" / f"{scan}.part"
            content = bytearray(path.read_bytes())
            content[len(content) // 8] ^= 1
            path.write_bytes(content)
            relay.open_gate()
            whole, _ = send_lines(port, scan_counts(columns=600, seed=1))
            eventually(lambda: whole in hub.register.contents, "the other arrives meanwhile")
        eventually(lambda: port.spool.damaged(), "it is put aside at its end")
    told = [record for record in caplog.records if "the growing scan is damaged" in record.message]
    assert 1 <= len(told) < 10


def test_a_scan_that_was_damaged_while_the_port_was_down_is_found_before_the_hub_sees_it(
    tmp_path: Path, hub: HubEnd, relay: Relay
) -> None:
    with running_port(tmp_path / "spool", relay.endpoint, hub.card, enrolments=hub.enrolments) as port:
        damaged, _ = send_lines(port, scan_counts(columns=100))
        whole, _ = send_lines(port, scan_counts(columns=100, seed=1))
    path = tmp_path / "spool" / "scans" / f"{damaged}.tif"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    relay.open_gate()
    with running_port(tmp_path / "spool", relay.endpoint, hub.card) as port:
        eventually(lambda: whole in hub.register.contents, "the next one arrives")
        eventually(lambda: port.spool.damaged() == (f"{damaged}.tif",), "the damaged one is put aside")
    assert {message.scan for _, message in hub.received if isinstance(message, Strip)} == {whole}


def test_the_rate_is_changed_by_the_file_while_scans_flow(tmp_path: Path, hub: HubEnd) -> None:
    file = tmp_path / "scanview.toml"
    file.write_text("[port]\nlimit_mbit = 0.001\n", encoding="utf-8")
    settings = FollowedSettings(file, {})
    with running_port(tmp_path / "spool", hub.endpoint, hub.card, enrolments=hub.enrolments, settings=settings) as port:
        scan, _ = send_lines(port, scan_counts(columns=600))
        eventually(lambda: hub.strips_received == 1, "the first strip goes at once")
        eventually(lambda: status_of(tmp_path)["limit_mbit"] == 0.001, "the status tells the rate")
        assert scan not in hub.register.contents
        file.write_text("[port]\nlimit_mbit = 0\n", encoding="utf-8")
        eventually(lambda: scan in hub.register.contents, "the rest follows without a limit")
