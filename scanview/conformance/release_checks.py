"""How a port judges who signed a release: the hub's own signature opens no gate.

All these orders are well signed by the hub, in time and about the right scan; what is wrong is what people signed. The
checks of releases by rules come before any order about the scan, the others after one was held again.
"""

import secrets
import time
from dataclasses import replace
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.conformance.orders_given import Carried, applies, hold_order, refuses, release_order, signed_by
from scanview.conformance.port_under_test import PortUnderTest
from scanview.conformance.results import checks
from scanview.conformance.signers import CertifiedPerson, certified, delegation, statement
from scanview.core.certificate import Revocations
from scanview.core.delegation import Delegation
from scanview.core.documents import MOST_NUMBER
from scanview.core.order import Order
from scanview.core.review import Role
from scanview.core.signed_decision import SignedDecision
from scanview.wire.authority import Authority, AuthorityCard
from scanview.wire.key_files import public_of
from scanview.wire.keys import Purpose
from scanview.wire.messages import SignedRevocations

_HOLD, _RELEASE_OF_TWO, _HOLD_SIGNED = 50, 60, 61
_OLD_LEASE = 5
"""Below the lease of the release that was applied before."""


def direct_unsigned(port: PortUnderTest) -> None:
    """A release by rules that no supervisor signed for is refused."""
    refuses(port, _direct(port, 100), "unsigned", carried=Carried())


def direct_analyst(port: PortUnderTest) -> None:
    """A release by rules for which an analyst signed is refused."""
    _refuses_permit(port, 101, "not-a-supervisor", by=certified(port.authority, "chen"))


def direct_uncertified(port: PortUnderTest) -> None:
    """A release by rules for which a supervisor of another authority signed is refused."""
    _refuses_permit(port, 102, "uncertified", by=certified(_stranger(), "chen", role=Role.SUPERVISOR))


def direct_other_rules(port: PortUnderTest) -> None:
    """A delegation for another version of the rules releases nothing."""
    _refuses_permit(port, 103, "other-rules", rules_version=2)


def direct_other_lane(port: PortUnderTest) -> None:
    """A delegation for other lanes releases nothing here."""
    _refuses_permit(port, 104, "lane-not-covered", lanes=("CNSHA-ZZ",))


def direct_ended(port: PortUnderTest) -> None:
    """A delegation that has ended releases nothing."""
    _refuses_permit(port, 105, "delegation-not-in-force", expires_at=time.time() - 1)


def direct_cap(port: PortUnderTest) -> None:
    """Beyond the daily cap of a delegation nothing is released by rules."""
    _refuses_permit(port, 106, "delegation-used-up", daily_cap=0)


def direct_release(port: PortUnderTest) -> None:
    """A release by rules under a supervisor's delegation is applied, unless this lane takes none."""
    order = _direct(port, 107)
    applies(port, order, _permitted(port, order))


def direct_decided(port: PortUnderTest) -> None:
    """Rules release nothing about which an order was applied before."""
    order = _direct(port, 108, version=2)
    refuses(port, order, "older-order", carried=_permitted(port, order))


def release_hub_alone(port: PortUnderTest) -> None:
    """A release that the hub alone signed is refused."""
    refuses(port, release_order(port, 110, 50), "unsigned", carried=Carried())


def release_uncertified(port: PortUnderTest) -> None:
    """A release that somebody signed whom the authority did not certify is refused."""
    order = release_order(port, 111, 50)
    refuses(port, order, "uncertified", carried=signed_by(certified(_stranger(), "li"), order))


def release_by_the_hub_as_a_person(port: PortUnderTest) -> None:
    """A certificate does not carry over to another key: not the hub's, nor any other."""
    order = release_order(port, 112, 50)
    with_other_key = replace(port.reviewer, key=Ed25519PrivateKey.generate())
    refuses(port, order, "bad-statement", carried=signed_by(with_other_key, order))


def release_as_another_person(port: PortUnderTest) -> None:
    """A statement in the name of another person than the certificate's is refused."""
    order = release_order(port, 113, 50)
    refuses(port, order, "bad-statement", carried=_stated(port.reviewer, statement(order, "wang")))


def release_altered_certificate(port: PortUnderTest) -> None:
    """A certificate that was altered certifies nobody."""
    order = release_order(port, 114, 50)
    (carried,) = signed_by(port.reviewer, order).warrants
    altered = carried.certificate.replace('"role":"analyst"', '"role":"chief"')
    bad = msgspec.structs.replace(carried, certificate=altered)
    refuses(port, order, "uncertified", carried=Carried(warrants=(bad,)))


def release_other_scan(port: PortUnderTest) -> None:
    """A statement about another scan, content, lane or container, or that says HOLD, releases nothing."""
    changes: tuple[dict[str, str], ...] = (
        {"scan": "e" * 32},
        {"content_sha256": "0" * 64},
        {"lane": "CNSHA-ZZ"},
        {"container": "another"},
        {"verdict": "HOLD"},
    )
    for number, change in enumerate(changes):
        order = release_order(port, 120 + number, 50)
        said = msgspec.convert({**msgspec.to_builtins(statement(order)), **change}, SignedDecision)
        refuses(port, order, "other-statement", carried=_stated(port.reviewer, said))


def release_other_decision(port: PortUnderTest) -> None:
    """An order carries out a decision that one of its signers made."""
    order = release_order(port, 115, 50)
    said = replace(statement(order), decision=secrets.token_hex(16))
    refuses(port, order, "other-decision", carried=_stated(port.reviewer, said))


def release_old_lease(port: PortUnderTest) -> None:
    """What was signed under an older lease than that of an applied order releases nothing."""
    order = release_order(port, 116, 50)
    refuses(port, order, "older-order", carried=_stated(port.reviewer, replace(statement(order), fence=_OLD_LEASE)))


def release_ended_statement(port: PortUnderTest) -> None:
    """A statement whose time has passed releases nothing, whatever the order says."""
    order = release_order(port, 117, 50)
    now = time.time()
    said = replace(statement(order), signed_at=now - 120, expires_at=now - 60)
    refuses(port, order, "expired", carried=_stated(port.reviewer, said))


def release_role(port: PortUnderTest) -> None:
    """Nobody releases who does not review: a supervisor's statement counts for nothing."""
    order = release_order(port, 118, 50)
    chen = certified(port.authority, "chen", role=Role.SUPERVISOR)
    refuses(port, order, "role-may-not-sign", carried=signed_by(chen, order))


def release_other_lanes(port: PortUnderTest) -> None:
    """Somebody certified for other lanes releases nothing here."""
    order = release_order(port, 119, 50)
    wang = certified(port.authority, "wang", lanes=("CNSHA-ZZ",))
    refuses(port, order, "lane-not-covered", carried=signed_by(wang, order))


def release_ended_certificate(port: PortUnderTest) -> None:
    """Somebody whose certificate has ended releases nothing."""
    order = release_order(port, 130, 50)
    wang = certified(port.authority, "wang", began_days_ago=2)
    refuses(port, order, "certificate-not-in-force", carried=signed_by(wang, order))


def release_revoked(port: PortUnderTest) -> None:
    """Somebody whose certificate the authority took back releases nothing, also when the list comes no more."""
    wang = certified(port.authority, "wang")
    taken_back = port.authority.revoke([wang.certificate], time.time())
    order = release_order(port, 131, 50)
    refuses(port, order, "revoked", carried=replace(signed_by(wang, order), revocations=taken_back))
    again = release_order(port, 132, 50)
    refuses(port, again, "revoked", carried=signed_by(wang, again))


def release_forged_revocations(port: PortUnderTest) -> None:
    """A list of revocations that is not the authority's takes nothing back."""
    everything = Revocations(number=MOST_NUMBER, revoked=(port.reviewer.certificate,), issued_at=time.time())
    document = everything.canonical()
    forged = SignedRevocations(document=document.decode(), signature=port.identity.sign(document, Purpose.REVOCATIONS))
    hold = hold_order(port, 133, _HOLD)
    applies(port, hold, Carried(revocations=forged))


def release_one_of_two(port: PortUnderTest) -> None:
    """A release that takes two people is refused with one signature, or two of one person."""
    one = replace(release_order(port, 134, 51), signatures_required=2)
    refuses(port, one, "too-few-signatures", carried=signed_by(port.reviewer, one))
    twice = replace(release_order(port, 135, 51), signatures_required=2)
    second_desk = certified(port.authority, port.reviewer.person)
    both = (*signed_by(port.reviewer, twice).warrants, *signed_by(second_desk, twice).warrants)
    refuses(port, twice, "too-few-signatures", carried=Carried(warrants=both))


def release_of_two(port: PortUnderTest) -> None:
    """A release that takes two people is applied when two have signed."""
    order = replace(release_order(port, 136, _RELEASE_OF_TWO), signatures_required=2)
    earlier = replace(statement(order, "wang"), decision=secrets.token_hex(16))
    wang = certified(port.authority, "wang")
    applies(port, order, Carried(warrants=(wang.states(earlier), *signed_by(port.reviewer, order).warrants)))


def hold_uncertified(port: PortUnderTest) -> None:
    """A hold is applied whoever signed it: it opens nothing."""
    hold = hold_order(port, 137, _HOLD_SIGNED)
    applies(port, hold, signed_by(certified(_stranger(), "nobody"), hold))


def _direct(port: PortUnderTest, number: int, version: int = 1) -> Order:
    return replace(release_order(port, number, version), decided_by="rules/1")


def _permitted(port: PortUnderTest, order: Order, *, by: CertifiedPerson | None = None, **changes: object) -> Carried:
    by = by or certified(port.authority, "chen", role=Role.SUPERVISOR)
    fields = {**msgspec.to_builtins(delegation(order, secrets.token_hex(16))), **changes}
    return Carried(delegation=by.permits(msgspec.convert(fields, Delegation)))


def _refuses_permit(
    port: PortUnderTest, number: int, why: str, *, by: CertifiedPerson | None = None, **changes: object
) -> None:
    order = _direct(port, number)
    refuses(port, order, why, carried=_permitted(port, order, by=by, **changes))


def _stated(person: CertifiedPerson, said: SignedDecision) -> Carried:
    return Carried(warrants=(person.states(said),))


def _stranger() -> Authority:
    """An authority that nobody has pinned, under the name of the one that is."""
    key = Ed25519PrivateKey.generate()
    return Authority(card=AuthorityCard(authority="local", signing_public=public_of(key)), folder=Path(), key=key)


DIRECT_RELEASE_CHECKS = checks(
    direct_unsigned,
    direct_analyst,
    direct_uncertified,
    direct_other_rules,
    direct_other_lane,
    direct_ended,
    direct_cap,
    direct_release,
    direct_decided,
)

RELEASE_CHECKS = checks(
    release_hub_alone,
    release_uncertified,
    release_by_the_hub_as_a_person,
    release_as_another_person,
    release_altered_certificate,
    release_other_scan,
    release_other_decision,
    release_old_lease,
    release_ended_statement,
    release_role,
    release_other_lanes,
    release_ended_certificate,
    release_revoked,
    release_forged_revocations,
    release_one_of_two,
    release_of_two,
    hold_uncertified,
)
