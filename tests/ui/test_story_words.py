"""Every kind of entry of the ledger has a sentence of its own in both languages, with what its body says."""

import json

import pytest

from scanview.core.audit import StoryEntry
from scanview.core.journal import Kind
from scanview.ui.console.audit.story_words import TELLERS, told
from scanview.ui.text import Language, speak

DECISION = {"verdict": "HOLD", "reason": "other", "note": "a hollow", "marks": [{}], "dismissed": []}
NAMED = {"name": "Mehmet"}
MACHINE = {"subject": "port/CNSHA-01", "detail": "ab12"}
INSPECTION = json.dumps({"found": "found", "note": "false wall", "photos": [{}, {}]})
SAID = {
    Kind.SCAN_OFFERED: ({"lane": "CNSHA-01", "container": "CSQU3054383", "plate": ""}, "CNSHA-01"),
    Kind.SCAN_STORED: ({"complete": True, "strips": 20, "content_sha256": "ab" * 32}, "20"),
    Kind.RECOGNISED: ({"recognition": {"findings": []}, "model": "m 1", "risk": "low"}, "m 1"),
    Kind.NOT_RECOGNISED: ({"why": "no model"}, "no model"),
    Kind.LEASED: ({"workstation": "desk-1"}, "desk-1"),
    Kind.LEASE_ENDED: ({"why": "expired"}, ""),
    Kind.OPINION: ({"decision": DECISION, "stage": "first", "next": "second"}, "a hollow"),
    Kind.DECIDED: ({"decision": DECISION}, "a hollow"),
    Kind.ESCALATED: ({"remark": "1", "text": "is the floor double?"}, "is the floor double?"),
    Kind.SAID: ({"remark": "1", "text": "look at the door"}, "look at the door"),
    Kind.WITHDRAWN: ({"decision": "1"}, ""),
    Kind.ORDER_SENT: ({"order": "1"}, ""),
    Kind.ORDER_RECEIPT: ({"outcome": "refused", "why": "expired order"}, "expired order"),
    Kind.SIGNED_IN: ({"role": "analyst", "workstation": "desk-1"}, "desk-1"),
    Kind.SIGN_IN_REFUSED: ({**NAMED, "workstation": "desk-1", "why": "password"}, "Mehmet"),
    Kind.SIGNED_OUT: ({"workstation": "desk-1", "why": "asked"}, "desk-1"),
    Kind.PERSON_ADDED: ({**NAMED, "role": "analyst"}, "Mehmet"),
    Kind.PERSON_CHANGED: (NAMED, "Mehmet"),
    Kind.PERSON_LOCKED: ({**NAMED, "why": "x"}, "Mehmet"),
    Kind.PERSON_UNLOCKED: (NAMED, "Mehmet"),
    Kind.PERSON_REMOVED: (NAMED, "Mehmet"),
    Kind.PASSWORD_SET: (NAMED, "Mehmet"),
    Kind.SECOND_FACTOR_SET: ({**NAMED, "totp_fingerprint": ""}, "Mehmet"),
    Kind.RECOVERY_CODE_USED: (NAMED, "Mehmet"),
    Kind.SHELVED: ({"shelving": {"kind": "library", "title": "a wall"}}, "a wall"),
    Kind.UNSHELVED: ({}, ""),
    Kind.GAP_FOUND: ({"scans": {"a": "b", "c": "d"}, "orders": {}}, "2"),
    Kind.ORDER_FOUND: ({"decided_by": "Mehmet"}, "Mehmet"),
    Kind.GIVEN_ELSEWHERE: ({"at": "tcp://second:7300"}, "tcp://second:7300"),
    Kind.ASSIGNED: ({"analyst": "Mehmet", "until": 5.0, "reason": "asked for it"}, "asked for it"),
    Kind.PRIORITISED: ({"earlier_s": 600.0, "reason": "live goods"}, "live goods"),
    Kind.ON_BREAK: ({"since": 1.0}, ""),
    Kind.BACK: ({"since": 1.0}, ""),
    Kind.SHIFT_ENDED: ({"note": "stripes"}, "stripes"),
    Kind.RULES_ADOPTED: ({"version": 7, "text": ""}, "7"),
    Kind.RELEASED_DIRECTLY: ({"fired": ["empties"], "decided_by": "rules/7"}, "empties"),
    Kind.RELEASE_REVERSED: ({"why": "seal broken"}, "seal broken"),
    Kind.LANE_CONNECTED: ({"lane": "CNSHA-01"}, "CNSHA-01"),
    Kind.LANE_LOST: ({"lane": "CNSHA-01", "cause": "room"}, "CNSHA-01"),
    Kind.INTERRUPTION_EXPLAINED: ({"number": 3, "cause": "power", "note": "fuse"}, "fuse"),
    Kind.PRETENDED: ({"delivery": "applied"}, ""),
    Kind.PRACTISED: ({"outcome": "hit"}, ""),
    Kind.INSPECTED: ({"found": "found", "document": INSPECTION}, "false wall"),
    Kind.MACHINE_INVITED: (MACHINE, "ab12"),
    Kind.MACHINE_CAME: (MACHINE, "port/CNSHA-01"),
    Kind.INVITATION_ENDED: (MACHINE, "port/CNSHA-01"),
    Kind.MACHINE_ENROLLED: (MACHINE, "port/CNSHA-01"),
    Kind.MACHINE_REVOKED: (MACHINE, "port/CNSHA-01"),
    Kind.KEYS_USED_TWICE: (MACHINE, "port/CNSHA-01"),
    Kind.CERTIFICATE_ASKED: ({"workstation": "desk-1", "role": "analyst"}, "desk-1"),
    Kind.CERTIFIED: ({"person": "Mehmet", "role": "analyst"}, "Mehmet"),
    Kind.DELEGATED: ({"rules": 7}, "7"),
}
"""A body of each kind, and something of it that its sentence says."""


def test_no_kind_is_told_by_its_figures():
    assert set(TELLERS) == set(Kind)
    assert set(SAID) == set(Kind)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_told_in_words_with_what_it_says(kind, language):
    body, said = SAID[kind]
    sentence = told(StoryEntry(seq=1, at=1.0, kind=kind.value, actor="Li", body=json.dumps({**body, "extra": 1})))
    assert sentence.id != "story.other"
    spoken = speak(language, sentence)
    assert said in spoken
    assert language is Language.EN or any("\u4e00" <= letter <= "\u9fff" for letter in spoken)
