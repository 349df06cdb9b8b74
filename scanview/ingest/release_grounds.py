"""Whether people have signed for an order: the rules of a port about statements, certificates and delegations.

Functions of values alone: what was applied before and what the time is, the caller says. A HOLD needs nobody's
signature, because it opens nothing: whoever takes a hub over may keep gates shut, which is seen and put right, but must
never open one. What people signed for a hold is kept all the same, so that no release they made before it counts after.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanview.core.certificate import Certificate
from scanview.core.errors import NotAllowed
from scanview.core.order import Order
from scanview.core.rights import REVIEWS, SUPERVISES
from scanview.core.triage import rules_actor
from scanview.store.grounds import NO_GROUNDS, Grounds
from scanview.wire.authority import AuthorityCard
from scanview.wire.messages import Warrant
from scanview.wire.warrants import Statement, check_delegation, check_statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an order is held against.

    Attributes:
        authority: whose word on people counts.
        revoked: ids of certificates and delegations that count no more.
        now: UTC seconds by the clock of the hub that signed the order.
        own_now: the same by the port's clock.
        signatures: how many people must have signed a release, at least.
        fence: the highest lease that came with an applied order of that hub about the scan; -1 for none.
    """

    authority: AuthorityCard
    revoked: frozenset[str]
    now: float
    own_now: float
    signatures: int
    fence: int


def grounds_of_hold(order: Order, warrants: Iterable[Warrant], judgement: Judgement) -> Grounds:
    """What people signed for a hold; a statement that does not hold is left out."""
    statements, _ = _agreeing(order, warrants, judgement)
    return _grounds(statements, judgement) if statements else NO_GROUNDS


def grounds_of_release(order: Order, warrants: Sequence[Warrant], judgement: Judgement) -> Grounds:
    """Who signed a release.

    Raises:
        NotAllowed: too few people did, with the reason why the first statement that does not count does not, or
            `unsigned`, `too-few-signatures`, or `other-decision` where none of them made this decision.
    """
    statements, problem = _agreeing(order, warrants, judgement)
    people = {statement.decision.person for statement in statements}
    keys = {statement.certificate.signing_public for statement in statements}
    needed = max(order.signatures_required, judgement.signatures)
    if min(len(people), len(keys)) < needed:
        if problem is not None:
            raise problem
        code = "too-few-signatures" if warrants else "unsigned"
        raise NotAllowed(f"{len(people)} of {needed} people have signed this release", code=code)
    if order.order not in {statement.decision.decision for statement in statements}:
        raise NotAllowed("nobody has signed the decision that the order carries out", code="other-decision")
    return _grounds(statements, judgement)


def grounds_of_direct_release(order: Order, carried: Warrant | None, judgement: Judgement, used: int) -> Grounds:
    """The delegation under which rules release a scan; `used` is how many such releases the lane had in 24 hours.

    Raises:
        NotAllowed: there is none, or it does not cover this release.
    """
    if carried is None:
        raise NotAllowed("rules release this scan, and no supervisor has signed for them", code="unsigned")
    permission = check_delegation(carried, judgement.authority)
    delegation, certificate = permission.delegation, permission.certificate
    _check_in_force(certificate, order.lane, judgement)
    if certificate.role not in SUPERVISES:
        raise NotAllowed(f"{certificate.person} is {certificate.role} and signs no delegation", code="not-a-supervisor")
    if delegation.delegation in judgement.revoked:
        raise NotAllowed("the delegation was taken back", code="revoked")
    if not delegation.holds_at(judgement.now):
        raise NotAllowed("the delegation is not in force", code="delegation-not-in-force")
    if not delegation.covers(order.lane):
        raise NotAllowed(f"the delegation is not for {order.lane}", code="lane-not-covered")
    if order.decided_by != rules_actor(delegation.rules_version):
        raise NotAllowed("the delegation is for other rules", code="other-rules")
    if order.signatures_required > 1:
        raise NotAllowed("this release takes people, not rules", code="too-few-signatures")
    if used >= delegation.daily_cap:
        raise NotAllowed(f"{used} scans were released directly within a day", code="delegation-used-up")
    return Grounds(
        delegation=delegation.delegation,
        certificates=(certificate.certificate,),
        ends_at=min(delegation.expires_at, certificate.not_after),
        judged_at=judgement.now,
        judged_own_at=judgement.own_now,
    )


def _agreeing(
    order: Order, warrants: Iterable[Warrant], judgement: Judgement
) -> tuple[list[Statement], NotAllowed | None]:
    """The statements that count for `order`, and why the first of the others does not."""
    statements: list[Statement] = []
    problem: NotAllowed | None = None
    for carried in warrants:
        try:
            statement = check_statement(carried, judgement.authority)
            _check_statement(order, statement, judgement)
            statements.append(statement)
        except NotAllowed as error:
            problem = problem or error
    return statements, problem


def _check_statement(order: Order, statement: Statement, judgement: Judgement) -> None:
    decision, certificate = statement.decision, statement.certificate
    _check_in_force(certificate, order.lane, judgement)
    if certificate.role not in REVIEWS:
        raise NotAllowed(f"{certificate.person} is {certificate.role} and decides no scan", code="role-may-not-sign")
    said = (decision.lane, decision.scan, decision.container, decision.content_sha256, decision.verdict)
    if said != (order.lane, order.scan, order.container, order.content_sha256, order.verdict):
        raise NotAllowed(f"{decision.person} has signed something else than the order says", code="other-statement")
    if 0 < decision.expires_at <= judgement.now:
        raise NotAllowed(f"what {decision.person} has signed has expired", code="expired")
    if decision.fence <= judgement.fence:
        raise NotAllowed(f"{decision.person} has signed before what was applied since", code="older-order")


def _check_in_force(certificate: Certificate, lane: str, judgement: Judgement) -> None:
    if certificate.certificate in judgement.revoked:
        raise NotAllowed(f"the certificate of {certificate.person} was revoked", code="revoked")
    if not certificate.holds_at(judgement.now):
        raise NotAllowed(f"the certificate of {certificate.person} is not in force", code="certificate-not-in-force")
    if not certificate.covers(lane):
        raise NotAllowed(f"{certificate.person} may not sign for {lane}", code="lane-not-covered")


def _grounds(statements: Sequence[Statement], judgement: Judgement) -> Grounds:
    ends = [statement.decision.expires_at for statement in statements if statement.decision.expires_at > 0]
    ends += [statement.certificate.not_after for statement in statements]
    return Grounds(
        fence=max(statement.decision.fence for statement in statements),
        certificates=tuple(sorted({statement.certificate.certificate for statement in statements})),
        signed_at=min(max(statement.decision.signed_at for statement in statements), judgement.now),
        ends_at=min(ends),
        judged_at=judgement.now,
        judged_own_at=judgement.own_now,
    )
