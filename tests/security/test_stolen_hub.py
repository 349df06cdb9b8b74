"""A stolen hub opens no gate: an attacker with all of it, but the authority, tries everything at a real port."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from scanview.core.certificate import Revocations
from scanview.core.delegation import DAY_S
from scanview.core.documents import MOST_NUMBER
from scanview.core.review import Role
from scanview.wire.authority import CARD_FILE, Authority, AuthorityCard
from scanview.wire.hub_authority import adopt_authority
from scanview.wire.keys import Identity, Purpose
from scanview.wire.messages import SignedRevocations
from scanview.wire.warrants import warrant
from tests.security.stolen_hub import AttackedLane, delegation, statement
from tests.unit.wire.people import Signer, new_authority


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AttackedLane]:
    lane = AttackedLane(tmp_path_factory.mktemp("stolen"))
    yield lane
    lane.close()


@pytest.fixture(autouse=True)
def opened(lane: AttackedLane) -> Iterator[list[str]]:
    """Orders that a test says are honest; nothing else may have moved the gate when it ends."""
    before, honest = list(lane.gate), []
    lane.hub.clock_off_s = 0.0
    yield honest
    assert lane.gate == before + honest


def test_what_people_signed_opens_so_that_the_attacks_are_known_to_reach_the_gate(lane, opened) -> None:
    order = lane.release(0)
    assert lane.hub.order(order, lane.people.li.states(statement(order))) == ""
    opened.append(order.order)


def test_the_hubs_own_key_opens_nothing(lane) -> None:
    assert lane.hub.order(lane.release(1)) == "unsigned"
    order = lane.release(1)
    own = replace(lane.people.li, key=lane.hub.identity.signing_key)
    assert lane.hub.order(order, own.states(statement(order))) == "bad-statement"
    for purpose in Purpose:
        order = lane.release(1)
        document = statement(order).canonical()
        signed = warrant(document, lane.hub.identity.sign(document, purpose), lane.people.li.signed)
        assert lane.hub.order(order, signed) == "bad-statement"


def test_an_authority_of_the_attackers_own_certifies_nobody(lane) -> None:
    own = new_authority("local")
    for role in Role:
        order = lane.release(1)
        assert lane.hub.order(order, Signer.make(own, "li", role=role).states(statement(order))) == "uncertified"
    as_hub = Authority(
        card=AuthorityCard(authority="local", signing_public=own.card.signing_public),
        folder=lane.data,
        key=lane.hub.identity.signing_key,
    )
    order = lane.release(1)
    assert lane.hub.order(order, Signer.make(as_hub, "li").states(statement(order))) == "uncertified"


def test_another_authority_in_the_hubs_folder_changes_no_port(lane) -> None:
    own = new_authority("local")
    kept = (lane.data / "authority" / CARD_FILE).read_bytes()
    adopt_authority(lane.data, own.card, replace=True)
    order = lane.release(1)
    try:
        assert lane.hub.order(order, Signer.make(own, "li").states(statement(order))) == "uncertified"
    finally:
        (lane.data / "authority" / CARD_FILE).write_bytes(kept)


def test_what_was_signed_for_one_scan_opens_for_no_other(lane, opened) -> None:
    first = lane.release(2)
    genuine = lane.people.li.states(statement(first))
    assert lane.hub.order(first, genuine) == ""
    opened.append(first.order)
    assert lane.hub.order(lane.release(3), genuine) == "other-statement"
    assert lane.hub.order(replace(lane.release(3), content_sha256=first.content_sha256), genuine) == "other-content"
    moved = {**json.loads(genuine.document), "scan": lane.scans[3][0], "content_sha256": lane.scans[3][1]}
    altered = msgspec.structs.replace(genuine, document=json.dumps(moved))
    assert lane.hub.order(lane.release(3), altered) == "bad-statement"


def test_what_was_signed_opens_once(lane, opened) -> None:
    order = lane.release(4)
    genuine = lane.people.li.states(statement(order))
    assert lane.hub.order(order, genuine) == ""
    opened.append(order.order)
    assert lane.hub.order(order, genuine) == "", "the same order has the same answer, and moves no gate again"
    again = replace(order, order="9" * 32, version=2)
    assert lane.hub.order(again, genuine) == "older-order"


def test_a_release_from_before_a_hold_stays_held(lane, opened) -> None:
    release = lane.release(5, version=2)
    genuine = lane.people.li.states(statement(release, fence=10))
    hold = lane.hold(5)
    assert lane.hub.order(hold, lane.people.wang.states(statement(hold, "wang", fence=11))) == ""
    opened.append(hold.order)
    assert lane.hub.order(release, genuine) == "older-order"


def test_a_hold_that_people_signed_is_no_release(lane) -> None:
    hold = lane.hold(6)
    genuine = lane.people.li.states(statement(hold))
    assert lane.hub.order(lane.release(6, order=hold.order), genuine) == "other-statement"


def test_one_signature_does_for_no_two(lane) -> None:
    order = lane.release(6, signatures_required=2)
    genuine = lane.people.li.states(statement(order))
    assert lane.hub.order(order, genuine, genuine) == "too-few-signatures"


def test_the_key_of_somebody_who_left_opens_nothing(lane, opened) -> None:
    hold = lane.hold(7)
    assert lane.hub.order(hold, revocations=lane.revocations) == "", "the honest hub had told of it"
    opened.append(hold.order)
    gone = lane.people.gone
    order = lane.release(6)
    assert lane.hub.order(order, gone.states(statement(order, "gone"))) == "revoked"
    emptied = Revocations(number=MOST_NUMBER, revoked=(), issued_at=time.time()).canonical()
    for key in (lane.hub.identity, Identity.make()):
        forged = SignedRevocations(document=emptied.decode(), signature=key.sign(emptied, Purpose.REVOCATIONS))
        order = lane.release(6)
        assert lane.hub.order(order, gone.states(statement(order, "gone")), revocations=forged) == "revoked"


def test_a_supervisor_an_administrator_and_an_auditor_release_nothing(lane) -> None:
    order = lane.release(6)
    assert lane.hub.order(order, lane.people.chen.states(statement(order, "chen"))) == "role-may-not-sign"


def test_setting_the_hubs_clock_back_brings_nothing_back(lane, opened) -> None:
    order = lane.release(8)
    now = time.time()
    never_sent = lane.people.li.states(statement(order, signed_at=now - 2 * DAY_S, expires_at=now - DAY_S))
    newest = lane.release(9)
    assert lane.hub.order(newest, lane.people.wang.states(statement(newest, "wang"))) == ""
    opened.append(newest.order)
    lane.hub.clock_off_s = -1.5 * DAY_S
    lane.hub.meet()
    assert lane.hub.order(order, never_sent) == "expired"


def test_a_delegation_opens_as_often_as_a_supervisor_signed_and_no_clock_makes_it_more(lane, opened) -> None:
    permit = lane.people.chen.permits(delegation())
    assert lane.hub.order(lane.release(6, decided_by="rules/3")) == "unsigned"
    assert lane.hub.order(lane.release(6, decided_by="rules/4"), delegation=permit) == "other-rules"
    more = replace(delegation(), daily_cap=1_000)
    forged = msgspec.structs.replace(permit, document=more.canonical().decode())
    assert lane.hub.order(lane.release(6, decided_by="rules/3"), delegation=forged) == "bad-delegation"
    for number in (10, 11):
        order = lane.release(number, decided_by="rules/3")
        assert lane.hub.order(order, delegation=permit) == ""
        opened.append(order.order)
    assert lane.hub.order(lane.release(6, decided_by="rules/3"), delegation=permit) == "delegation-used-up"
    lane.hub.clock_off_s = 2 * DAY_S
    lane.hub.meet()
    assert lane.hub.order(lane.release(6, decided_by="rules/3"), delegation=permit) == "delegation-used-up"


def test_the_whole_folder_holds_no_secret_of_authority_or_people(lane) -> None:
    secrets_of = [lane.authority.key, *(one.key for one in (lane.people.li, lane.people.wang, lane.people.chen))]
    raw = [key.private_bytes_raw() for key in secrets_of]
    for path in (path for path in lane.data.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert not any(secret in content or secret.hex().encode() in content for secret in raw), path
