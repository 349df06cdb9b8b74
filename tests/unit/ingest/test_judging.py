"""A port with an authority pinned opens for people alone: what nobody certified has signed opens nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.delegation import DAY_S
from scanview.core.order import Order
from scanview.core.review import Role, Verdict
from scanview.wire.authority import Authority
from scanview.wire.keys import Purpose
from scanview.wire.messages import PeerRole
from scanview.wire.pinned_authority import authority_path, pin_authority
from tests.unit.ingest.judged_lane import CHEN, CUSTOMS, HUB, LI, NOW, OTHER_HUB, WANG, Lane, release, statement
from tests.unit.wire.people import Signer, new_authority


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Lane]:
    lane = Lane(tmp_path)
    yield lane
    lane.log.close()


def test_a_release_that_a_certified_person_signed_is_applied(lane: Lane) -> None:
    order = release()
    assert lane.receive(order, LI.states(statement(order))) == ""
    assert lane.gate == [order.order]
    logged = lane.log.find_order(order.order)
    assert (logged.grounds.fence, logged.grounds.certificates) == (10, (LI.certificate.certificate,))
    assert logged.grounds.ends_at == NOW + 600


def test_the_hubs_signature_alone_opens_nothing(lane: Lane) -> None:
    assert lane.receive(release()) == "unsigned"
    assert lane.gate == []


def test_a_refusal_stands_when_the_signature_comes_after_it(lane: Lane) -> None:
    """The hub has the port's word that this order was refused: it must never be applied behind its back."""
    order = release()
    assert lane.receive(order) == "unsigned"
    assert lane.receive(order, LI.states(statement(order))) == "unsigned"


def signer(**changes) -> Signer:
    return Signer.make(CUSTOMS, "li", **changes)


@pytest.mark.parametrize(
    ("carried", "why"),
    [
        (lambda order: Signer.make(new_authority()).states(statement(order)), "uncertified"),
        (lambda order: LI.states(statement(order, person="wang")), "bad-statement"),
        (lambda order: signer(role=Role.SUPERVISOR).states(statement(order)), "role-may-not-sign"),
        (lambda order: signer(role=Role.ADMINISTRATOR).states(statement(order)), "role-may-not-sign"),
        (lambda order: signer(lanes=("CNSHA-04", "NLRTM")).states(statement(order)), "lane-not-covered"),
        (lambda order: signer(not_after=NOW).states(statement(order)), "certificate-not-in-force"),
        (lambda order: signer(not_before=NOW + 1).states(statement(order)), "certificate-not-in-force"),
        (lambda order: LI.states(statement(order, scan="f" * 32)), "other-statement"),
        (lambda order: LI.states(statement(order, lane="CNSHA-04")), "other-statement"),
        (lambda order: LI.states(statement(order, container="MSKU0000000")), "other-statement"),
        (lambda order: LI.states(statement(order, content_sha256="b" * 64)), "other-statement"),
        (lambda order: LI.states(statement(order, verdict=Verdict.HOLD)), "other-statement"),
        (lambda order: LI.states(statement(order, expires_at=NOW)), "expired"),
        (lambda order: LI.states(statement(order, decision="9" * 32)), "other-decision"),
        (
            lambda order: msgspec.structs.replace(
                LI.states(statement(order)), signature=HUB.sign(statement(order).canonical(), Purpose.DECISION)
            ),
            "bad-statement",
        ),
    ],
)
def test_what_a_person_did_not_sign_for_this_release_opens_nothing(lane: Lane, carried, why: str) -> None:
    order = release()
    assert lane.receive(order, carried(order)) == why
    assert lane.gate == []


def test_a_certificate_for_the_whole_port_covers_its_lanes(lane: Lane) -> None:
    order = release()
    assert lane.receive(order, signer(lanes=("CNSHA",)).states(statement(order))) == ""


def test_two_signatures_are_those_of_two_people_with_two_keys(lane: Lane) -> None:
    def two(number: int) -> Order:
        return release(number, signatures_required=2)

    li = LI.states(statement(two(1)))
    assert lane.receive(two(1), li) == "too-few-signatures"
    assert lane.receive(two(2), LI.states(statement(two(2))), LI.states(statement(two(2), fence=11))) == (
        "too-few-signatures"
    )
    again = Signer.make(CUSTOMS, "wang", key=LI.key)
    assert lane.receive(two(3), LI.states(statement(two(3))), again.states(statement(two(3), "wang"))) == (
        "too-few-signatures"
    )
    second = Signer.make(CUSTOMS, "li", number=7)
    assert lane.receive(two(4), LI.states(statement(two(4))), second.states(statement(two(4)))) == "too-few-signatures"
    stranger = Signer.make(new_authority(), "wang")
    assert lane.receive(two(5), LI.states(statement(two(5))), stranger.states(statement(two(5), "wang"))) == (
        "uncertified"
    )
    earlier = statement(two(6), "wang", decision="8" * 32, fence=4)
    assert lane.receive(two(6), WANG.states(earlier), LI.states(statement(two(6)))) == ""
    assert lane.gate == [two(6).order]


def test_a_port_may_ask_for_more_signatures_than_the_hub(tmp_path: Path) -> None:
    lane = Lane(tmp_path, release_signatures=2)
    assert lane.receive(release(1), LI.states(statement(release(1)))) == "too-few-signatures"
    both = LI.states(statement(release(2))), WANG.states(statement(release(2), "wang", decision="8" * 32))
    assert lane.receive(release(2), *both) == ""
    lane.log.close()


def test_what_was_signed_before_a_hold_does_not_open_after_it(lane: Lane) -> None:
    hold = release(2, order="6" * 32, verdict=Verdict.HOLD, version=1, expires_at=0.0)
    assert lane.receive(hold, LI.states(statement(hold, fence=20, expires_at=0.0))) == ""
    old = release(2, order="7" * 32, version=2)
    assert lane.receive(old, WANG.states(statement(old, "wang", fence=20))) == "older-order"
    new = release(2, order="8" * 32, version=3)
    assert lane.receive(new, WANG.states(statement(new, "wang", fence=21))) == ""
    assert lane.gate == [hold.order, new.order]


def test_one_of_two_statements_from_before_the_hold_does_not_count(lane: Lane) -> None:
    hold = release(2, order="6" * 32, verdict=Verdict.HOLD, version=1, expires_at=0.0)
    assert lane.receive(hold, LI.states(statement(hold, fence=20, expires_at=0.0))) == ""
    order = release(2, order="7" * 32, version=2, signatures_required=2)
    old = WANG.states(statement(order, "wang", decision="5" * 32, fence=19))
    assert lane.receive(order, old, LI.states(statement(order, fence=21))) == "older-order"


def test_a_hold_needs_nobody_and_is_refused_for_nobody(lane: Lane) -> None:
    stranger = Signer.make(new_authority())
    hold = release(1, verdict=Verdict.HOLD, expires_at=0.0)
    assert lane.receive(hold, stranger.states(statement(hold, fence=99, expires_at=0.0))) == ""
    assert lane.log.find_order(hold.order).grounds.fence == -1, "a stranger's statement bars nothing"
    authority_path(lane.folder).write_text("damaged")
    assert lane.receive(release(2, verdict=Verdict.HOLD, expires_at=0.0)) == ""


def test_a_damaged_pin_trusts_nobody(lane: Lane) -> None:
    authority_path(lane.folder).write_text("damaged")
    order = release()
    assert lane.receive(order, LI.states(statement(order))) == "bad-authority"


def test_what_the_authority_took_back_counts_no_more(lane: Lane, tmp_path: Path) -> None:
    authority = Authority(card=CUSTOMS.card, folder=tmp_path / "desk", key=CUSTOMS.key)
    first = authority.revoke([WANG.certificate.certificate], NOW)
    second = authority.revoke([LI.certificate.certificate], NOW)
    forged = replace(new_authority(), folder=tmp_path / "other").revoke([], NOW)
    assert lane.receive(release(1), LI.states(statement(release(1))), revocations=first) == ""
    assert lane.receive(release(2), LI.states(statement(release(2))), revocations=second) == "revoked"
    for number, older in ((3, first), (4, None), (5, forged)):
        order = release(number)
        assert lane.receive(order, LI.states(statement(order)), revocations=older) == "revoked"


def test_a_release_the_gate_has_not_taken_gives_way_to_a_revocation(lane: Lane, tmp_path: Path) -> None:
    lane.is_jammed = True
    assert lane.receive(release(1), LI.states(statement(release(1)))) == "waits"
    authority = Authority(card=CUSTOMS.card, folder=tmp_path / "desk", key=CUSTOMS.key)
    hold = release(2, verdict=Verdict.HOLD, expires_at=0.0)
    lane.receive(hold, revocations=authority.revoke([LI.certificate.certificate], NOW))
    lane.is_jammed = False
    assert "revoked" in lane.carry_out_rest()
    assert release(1).order not in lane.gate


def test_a_release_the_gate_has_not_taken_ends_with_what_was_signed(lane: Lane) -> None:
    lane.is_jammed = True
    order = release(1, expires_at=NOW + 6_000)
    assert lane.receive(order, LI.states(statement(order))) == "waits"
    lane.is_jammed, lane.now = False, NOW + 600
    assert lane.carry_out_rest() == ["expired"]
    assert lane.gate == []


def test_a_hub_that_sets_its_clock_back_brings_nothing_back(lane: Lane) -> None:
    old = release(1, expires_at=NOW + 10 * DAY_S)
    never_sent = LI.states(statement(old, expires_at=NOW + 60))
    lane.now = NOW + DAY_S
    newer = release(2, expires_at=NOW + 10 * DAY_S)
    carried = WANG.states(statement(newer, "wang", signed_at=lane.now - 1, expires_at=lane.now + 60))
    assert lane.receive(newer, carried) == ""
    lane.now = NOW
    assert lane.receive(old, never_sent) == "expired"


def test_a_statement_signed_in_the_future_does_not_stop_others(lane: Lane) -> None:
    far = statement(release(1), signed_at=NOW + 9 * DAY_S, expires_at=NOW + 10 * DAY_S)
    assert lane.receive(release(1), LI.states(far)) == ""
    assert lane.receive(release(2), LI.states(statement(release(2)))) == ""


def test_each_hub_may_have_an_authority_of_its_own(tmp_path: Path) -> None:
    lane = Lane(tmp_path)
    second = new_authority("Customs of Y")
    endpoint = "tcp://hub.example:7702"
    pin_authority(tmp_path, second.card, endpoint)
    lane.trusted._places = {OTHER_HUB.card(PeerRole.HUB, "hub").key: endpoint}
    zhao = Signer.make(second, "zhao")
    assert lane.receive(release(1), LI.states(statement(release(1))), by=OTHER_HUB) == "uncertified"
    assert lane.receive(release(2), zhao.states(statement(release(2), "zhao")), by=OTHER_HUB) == ""
    assert lane.receive(release(3), zhao.states(statement(release(3), "zhao"))) == "uncertified"
    lane.log.close()


STRANGER, LATE = Signer.make(new_authority(), "li"), Signer.make(CUSTOMS, "ma", not_after=1)
SIGNERS = st.sampled_from([LI, WANG, CHEN, STRANGER, LATE])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(SIGNERS, st.sampled_from(["li", "wang", "chen", "ma"]), st.integers(0, 30), st.booleans()),
        max_size=3,
    ),
    st.integers(1, 2),
    st.integers(-1, 20),
)
def test_nothing_opens_without_as_many_reviewers_as_it_takes(tmp_path_factory, given_by, needed, fence) -> None:
    """A model of the rule in one line, against whatever a stolen hub may put together."""
    lane = Lane(tmp_path_factory.mktemp("lane"))
    if fence >= 0:
        hold = release(1, order="6" * 32, verdict=Verdict.HOLD, version=1, expires_at=0.0)
        lane.receive(hold, LI.states(statement(hold, fence=fence, expires_at=0.0)))
    order = release(1, order="7" * 32, version=2, signatures_required=needed)
    carried = [
        who.states(statement(order, name, fence=at, scan=order.scan if is_right else "f" * 32))
        for who, name, at, is_right in given_by
    ]
    why = lane.receive(order, *carried)
    good = {
        name
        for who, name, at, is_right in given_by
        if who in (LI, WANG) and name == who.certificate.person and at > fence and is_right
    }
    assert (why == "") == (len(good) >= needed)
    assert (order.order in lane.gate) == (why == "")
    lane.log.close()
