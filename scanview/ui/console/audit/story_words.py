"""Owns what an entry of the ledger says in words; one of a kind that is not known here, by its kind and figures."""

import json
from collections.abc import Callable, Mapping

from scanview.core import container
from scanview.core.audit import StoryEntry
from scanview.core.inspection import Found
from scanview.core.journal import Kind
from scanview.core.opinions import Stage
from scanview.core.worklist import DeliveryState
from scanview.ui.console.audit.room_words import ROOM_TELLERS, Body
from scanview.ui.console.audit.typed_time import shown_moment
from scanview.ui.text import NOTHING, Phrase, of_label, of_reason, phrase, verbatim

_MOST_TOLD = 3
_LONGEST = 60


def told(entry: StoryEntry) -> Phrase:
    """What happened, as a sentence."""
    teller = TELLERS.get(entry.kind)
    if teller is None or not entry.body:
        return _otherwise(entry)
    try:
        return teller(entry.said)
    except (KeyError, TypeError, ValueError, AttributeError):
        return _otherwise(entry)


def _offered(body: Body) -> Phrase:
    number = container.grouped(str(body["container"])) or "—"
    return phrase("story.scan-offered", lane=body["lane"], container=number, plate=body["plate"] or "—")


def _stored(body: Body) -> Phrase:
    sentence = "story.scan-stored" if body["complete"] else "story.scan-broken-off"
    return phrase(sentence, strips=body["strips"], content=str(body["content_sha256"])[:12])


def _recognised(body: Body) -> Phrase:
    findings = sorted(body["recognition"]["findings"], key=lambda finding: -float(finding["score"]))
    first = [
        phrase("story.finding", label=of_label(str(one["label"])), score=f"{float(one['score']):.2f}")
        for one in findings[:_MOST_TOLD]
    ]
    return phrase(
        "story.recognised",
        model=body["model"],
        risk=phrase(f"risk.{body['risk']}"),
        count=len(findings),
        first=_listed(first),
    )


def _leased(body: Body) -> Phrase:
    return phrase("story.leased", workstation=body["workstation"])


def _lease_ended(body: Body) -> Phrase:
    why = str(body["why"])
    return phrase("story.lease-ended", why=phrase(f"story.why.{why}") if why in WHYS else verbatim(why))


def _decided(body: Body) -> Phrase:
    return phrase("story.decided", said=_said_in(body["decision"]))


def _opinion(body: Body) -> Phrase:
    following = phrase(f"story.next.{Stage(body['next'])}")
    return phrase("story.opinion", said=_said_in(body["decision"]), next=following)


def _said_in(decision: Body) -> Phrase:
    verdict = phrase("state.released" if decision["verdict"] == "RELEASE" else "state.held")
    said: list[Phrase] = [verdict]
    if decision.get("reason"):
        said.append(phrase(f"reason.{decision['reason']}"))
    if decision.get("note"):
        said.append(phrase("story.note", note=decision["note"]))
    if decision.get("marks"):
        said.append(phrase("story.marks", count=len(decision["marks"])))
    if decision.get("dismissed"):
        said.append(phrase("story.dismissed", count=len(decision["dismissed"])))
    if decision.get("without_recognition"):
        said.append(phrase("story.without-recognition"))
    return _listed(said)


def _released_directly(body: Body) -> Phrase:
    fired = [verbatim(str(rule)) for rule in body["fired"]]
    return phrase("story.released-directly", rules=body["decided_by"], fired=_listed(fired))


def _receipt(body: Body) -> Phrase:
    if body["outcome"] == "refused":
        return phrase("story.order-refused", why=body["why"])
    return phrase("story.order-applied")


def _order_found(body: Body) -> Phrase:
    return phrase("story.order-found", by=body["decided_by"])


def _shelved(body: Body) -> Phrase:
    shelving = body["shelving"]
    return phrase("story.shelved", kind=phrase(f"related.{shelving['kind']}"), title=shelving.get("title", ""))


def _assigned(body: Body) -> Phrase:
    if not body["analyst"]:
        return phrase("story.unassigned", reason=body["reason"])
    until = shown_moment(float(body["until"]))
    return phrase("story.assigned", analyst=body["analyst"], until=until, reason=body["reason"])


def _elsewhere(body: Body) -> Phrase:
    return phrase("story.given-elsewhere", hub=body["at"]) if body["at"] else phrase("story.given-elsewhere-somewhere")


def _inspected(body: Body) -> Phrase:
    report = json.loads(body["document"])
    said = [phrase(f"inspected.{Found(body['found'])}")]
    if report.get("note"):
        said.append(phrase("story.note", note=report["note"]))
    if report.get("photos"):
        said.append(phrase("story.photos", count=len(report["photos"])))
    return phrase("story.inspected", found=_listed(said))


def _pretended(body: Body) -> Phrase:
    return phrase("story.pretended", delivery=phrase(f"story.delivery.{DeliveryState(body['delivery'])}"))


def _prioritised(body: Body) -> Phrase:
    return phrase("story.prioritised", minutes=f"{float(body['earlier_s']) / 60:.0f}", reason=body["reason"])


def _otherwise(entry: StoryEntry) -> Phrase:
    figures = [
        f"{name} {value}"
        for name, value in entry.said.items()
        if isinstance(value, str | int | float) and value != "" and len(str(value)) <= _LONGEST
    ]
    return phrase("story.other", kind=entry.kind, said=" · ".join(figures[: 2 * _MOST_TOLD]))


def _listed(parts: list[Phrase]) -> Phrase:
    """The parts one behind the other."""
    if not parts:
        return NOTHING
    whole = parts[0]
    for part in parts[1:]:
        whole = phrase("story.and", first=whole, second=part)
    return whole


WHYS = ("expired", "given-back", "taken-back", "taken-again")
"""Why a lease ended, as far as there are words for it."""

TELLERS: Mapping[str, Callable[[Body], Phrase]] = {
    Kind.SCAN_OFFERED: _offered,
    Kind.SCAN_STORED: _stored,
    Kind.RECOGNISED: _recognised,
    Kind.NOT_RECOGNISED: lambda body: phrase("story.not-recognised", why=of_reason(str(body["why"]))),
    Kind.LEASED: _leased,
    Kind.LEASE_ENDED: _lease_ended,
    Kind.OPINION: _opinion,
    Kind.DECIDED: _decided,
    Kind.ESCALATED: lambda body: phrase("story.escalated", text=body["text"]),
    Kind.SAID: lambda body: phrase("story.said", text=body["text"]),
    Kind.RELEASED_DIRECTLY: _released_directly,
    Kind.RELEASE_REVERSED: lambda body: phrase("story.release-reversed", why=body["why"]),
    Kind.WITHDRAWN: lambda _: phrase("story.withdrawn"),
    Kind.ORDER_SENT: lambda _: phrase("story.order-sent"),
    Kind.ORDER_RECEIPT: _receipt,
    Kind.ORDER_FOUND: _order_found,
    Kind.SHELVED: _shelved,
    Kind.INSPECTED: _inspected,
    Kind.GIVEN_ELSEWHERE: _elsewhere,
    Kind.PRETENDED: _pretended,
    Kind.UNSHELVED: lambda _: phrase("story.unshelved"),
    Kind.ASSIGNED: _assigned,
    Kind.PRIORITISED: _prioritised,
    **ROOM_TELLERS,
}
