"""What entries of the ledger say in words that are about the room: people, machines, lanes, rules and shifts."""

from collections.abc import Callable, Mapping
from typing import Any

from scanview.core.journal import Kind
from scanview.ui.text import Phrase, knows, phrase, verbatim

Body = Mapping[str, Any]


def _plainly(kind: Kind, *names: str) -> Callable[[Body], Phrase]:
    """The sentence of this kind, with these parts of the body in its places."""
    return lambda body: phrase(f"story.{kind}", **{name: body[name] for name in names})


def _known(family: str, value: object) -> Phrase:
    """The words for a value that a hub wrote; one that is not known here as it stands."""
    id = f"{family}.{value}"
    return phrase(id) if knows(id) else verbatim(str(value))


def _refused(body: Body) -> Phrase:
    why = _known("story.refused", body["why"])
    return phrase("story.sign-in-refused", name=body["name"] or "—", workstation=body["workstation"], why=why)


def _added(body: Body) -> Phrase:
    return phrase("story.person-added", name=body["name"], role=_known("role", body["role"]))


def _second_factor(body: Body) -> Phrase:
    sentence = "story.second-factor-set" if body["totp_fingerprint"] else "story.second-factor-gone"
    return phrase(sentence, name=body["name"])


def _gap(body: Body) -> Phrase:
    return phrase("story.gap-found", scans=len(body["scans"]), orders=len(body["orders"]))


def _shift_ended(body: Body) -> Phrase:
    return phrase("story.shift-ended-with", note=body["note"]) if body["note"] else phrase("story.shift-ended")


def _lane_lost(body: Body) -> Phrase:
    if not body.get("cause"):
        return phrase("story.lane-lost", lane=body["lane"])
    return phrase("story.lane-lost-for", lane=body["lane"], cause=_known("statistics.cause", body["cause"]))


def _explained(body: Body) -> Phrase:
    cause = _known("statistics.cause", body["cause"])
    return phrase("story.interruption-explained", number=body["number"], cause=cause, note=body["note"] or "—")


def _practised(body: Body) -> Phrase:
    return phrase("story.practised", outcome=_known("outcome", body["outcome"]))


def _certificate_asked(body: Body) -> Phrase:
    return phrase("story.certificate-asked", workstation=body["workstation"], role=_known("role", body["role"]))


def _certified(body: Body) -> Phrase:
    return phrase("story.certified", person=body["person"], role=_known("role", body["role"]))


ROOM_TELLERS: Mapping[str, Callable[[Body], Phrase]] = {
    Kind.SIGNED_IN: _plainly(Kind.SIGNED_IN, "workstation"),
    Kind.SIGN_IN_REFUSED: _refused,
    Kind.SIGNED_OUT: _plainly(Kind.SIGNED_OUT, "workstation"),
    Kind.PERSON_ADDED: _added,
    Kind.PERSON_CHANGED: _plainly(Kind.PERSON_CHANGED, "name"),
    Kind.PERSON_LOCKED: _plainly(Kind.PERSON_LOCKED, "name"),
    Kind.PERSON_UNLOCKED: _plainly(Kind.PERSON_UNLOCKED, "name"),
    Kind.PERSON_REMOVED: _plainly(Kind.PERSON_REMOVED, "name"),
    Kind.PASSWORD_SET: _plainly(Kind.PASSWORD_SET, "name"),
    Kind.SECOND_FACTOR_SET: _second_factor,
    Kind.RECOVERY_CODE_USED: _plainly(Kind.RECOVERY_CODE_USED, "name"),
    Kind.GAP_FOUND: _gap,
    Kind.ON_BREAK: _plainly(Kind.ON_BREAK),
    Kind.BACK: _plainly(Kind.BACK),
    Kind.SHIFT_ENDED: _shift_ended,
    Kind.RULES_ADOPTED: _plainly(Kind.RULES_ADOPTED, "version"),
    Kind.LANE_CONNECTED: _plainly(Kind.LANE_CONNECTED, "lane"),
    Kind.LANE_LOST: _lane_lost,
    Kind.INTERRUPTION_EXPLAINED: _explained,
    Kind.PRACTISED: _practised,
    Kind.MACHINE_INVITED: _plainly(Kind.MACHINE_INVITED, "detail"),
    Kind.MACHINE_CAME: _plainly(Kind.MACHINE_CAME, "subject", "detail"),
    Kind.INVITATION_ENDED: _plainly(Kind.INVITATION_ENDED, "subject"),
    Kind.MACHINE_ENROLLED: _plainly(Kind.MACHINE_ENROLLED, "subject", "detail"),
    Kind.MACHINE_REVOKED: _plainly(Kind.MACHINE_REVOKED, "subject", "detail"),
    Kind.KEYS_USED_TWICE: _plainly(Kind.KEYS_USED_TWICE, "subject", "detail"),
    Kind.CERTIFICATE_ASKED: _certificate_asked,
    Kind.CERTIFIED: _certified,
    Kind.DELEGATED: _plainly(Kind.DELEGATED, "rules"),
}
"""By the kind of the entry."""
