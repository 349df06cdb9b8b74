"""A review room without sockets: a real database, real keys, and a clock that a test moves."""

import hashlib
import uuid
from dataclasses import replace

from scanview.core.inspection import Found, FoundItem, Inspection
from scanview.core.order import OrderReceipt, Outcome
from scanview.core.review import Decision, Finding, HoldReason, Person, Recognition, Role, Verdict
from scanview.core.scan import Box, Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.formats.header_json import encode_header
from scanview.hub import register
from scanview.review import decisions, delivery, dispatch, inspections, results, withdrawals
from scanview.review.triage import Triager
from scanview.store import catalogue, people, rules, verification
from scanview.store.database import Database
from scanview.store.folders import CATALOGUE
from scanview.store.journal import sign_checkpoint
from scanview.wire.keys import Identity, Purpose
from scanview.wire.messages import PeerRole

LANE = "CNSHA-03"
CONTENT = "ab" * 32
ANALYST = Person(name="李娜", role=Role.ANALYST)
OTHER = Person(name="Mehmet", role=Role.ANALYST)
SUPERVISOR = Person(name="Ada", role=Role.SUPERVISOR)


def new_id():
    return uuid.uuid4().hex


def make_header(scan, *, lane=LANE, container="CSQU3054383", **fields):
    view = ViewHeader(
        view=View.SIDE,
        rows=200,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=4.0,
        pitch_y_mm=4.0,
        pitch_source=Source.MEASURED,
        calibrations=tuple(Calibration(air=60_000.0, dark=100.0, source=Source.MEASURED) for _ in range(2)),
    )
    return ScanHeader(scan=scan, lane=lane, views=(view,), started_at=1.0, container=container, **fields)


def make_recognition(*scores, empty=0.0, embedding=None):
    findings = tuple(
        Finding(finding=f"f{number}", label="weapon", score=score, box=Box(x0=10, y0=10, x1=40, y1=40))
        for number, score in enumerate(scores)
    )
    return Recognition(model="test 1", empty=empty, findings=findings, elapsed_ms=1.5, embedding=embedding)


DRUGS = (FoundItem(label="drugs"),)


def make_inspection(scan="", *, found=Found.FOUND, items=DRUGS, inspection=None, **fields):
    return Inspection(inspection=inspection or new_id(), scan=scan, found=found, items=items, opened_at=900.0, **fields)


CLEAR = {"risk": 0.0, "novelty": 0.1, "release_doubts": ()}
"""What a recognition says of a scan that every check of the machine finds harmless."""

RELEASING = """
[limits]
fewest_scans = 0
most_released = 1.0
sampled = 0.001
[[rule]]
id = "harmless"
when = { clear = true }
release = "direct"
"""
"""Rules that release whatever is clear, but for one in a thousand."""


class Room:
    """The hub's functions on a database in `folder`, one call each."""

    def __init__(self, folder, grace_s=0.0):
        self.data = folder
        self.path = folder / CATALOGUE
        self.database = Database(self.path)
        self.now = 1_000.0
        self.hub = Identity.make()
        self.port = Identity.make()
        self.card = self.hub.card(PeerRole.HUB, "hub")
        self.rules = decisions.OrderRules(
            sign=lambda document: self.hub.sign(document, Purpose.ORDER), release_expires_s=3_600.0, grace_s=grace_s
        )
        self.triager = Triager(secret=b"s" * 32, orders=self.rules)

    def close(self):
        self.database.close()

    def do(self, function, *args, **kwargs):
        return self.database.transact(function, *args, **kwargs)

    def offer(self, scan=None, truth=None, **fields):
        header = make_header(scan or new_id(), **fields)
        self.do(
            catalogue.offer,
            header=header,
            document=encode_header(header),
            at=self.now,
            actor=f"port/{header.lane}",
            truth=truth,
        )
        return header.scan

    def store(self, scan, complete=True, content=CONTENT):
        self.do(register.record_stored, scan, content, 3, (300,), complete, self.now, 60.0)

    def stored_scan(self, **fields):
        scan = self.offer(**fields)
        self.store(scan)
        return scan

    def fail(self, scan):
        return self.do(
            results.attempt_failed, scan=scan, why="gone", worker="worker/w1", now=self.now, triager=self.triager
        )

    def adopt(self, text):
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        return self.do(rules.adopt, text=text, sha256=sha256, by="Ada", now=self.now, body={})

    def recognise(self, scan, *scores, content=CONTENT, empty=0.0, **fields):
        recognition = replace(make_recognition(*scores, empty=empty), **fields)
        return self.do(
            results.recognised,
            scan=scan,
            content_sha256=content,
            recognition=recognition,
            worker="worker/w1",
            now=self.now,
            triager=self.triager,
        )

    def take(self, scan, person=ANALYST, workstation="desk-1"):
        return self.do(dispatch.take, scan=scan, person=person, workstation=workstation, now=self.now, lease_s=15.0)

    def take_next(self, person=ANALYST, workstation="desk-1", **terms):
        given = self.do(dispatch.take_next, person=person, workstation=workstation, now=self.now, lease_s=15.0, **terms)
        return None if given is None else (given.scan, given.lease)

    def decide(self, decision, person=ANALYST):
        return self.do(decisions.decide, decision=decision, person=person, now=self.now, rules=self.rules)

    def withdraw(self, decision, person=ANALYST, workstation="desk-1"):
        return self.do(
            withdrawals.withdraw,
            scan=decision.scan,
            decision=decision.decision,
            person=person,
            workstation=workstation,
            now=self.now,
            grace_s=self.rules.grace_s,
            lease_s=15.0,
        )

    def receipt(self, order, scan, outcome=Outcome.APPLIED, lane=LANE, why=""):
        receipt = OrderReceipt(order=order, lane=lane, scan=scan, outcome=outcome, why=why, at=self.now)
        document = receipt.canonical()
        signature = self.port.sign(document, Purpose.ORDER_RECEIPT)
        return self.do(delivery.accept_receipt, receipt, document, signature, self.now)

    def inspect(self, scan="", lane=LANE, check_photo=lambda photo: None, **fields):
        """What the lane's port says was found, as the hub writes it down: entry and scan."""
        inspection = make_inspection(scan, **fields)
        signature = self.port.sign(inspection.canonical(), Purpose.INSPECTION)
        return self.do(
            inspections.report,
            inspection=inspection,
            lane=lane,
            signature=signature,
            check_photo=check_photo,
            now=self.now,
        )

    def decided_scan(self, verdict=Verdict.HOLD, marks=(), **fields):
        """A stored scan with a decision."""
        scan = self.stored_scan(**fields)
        self.recognise(scan, 0.7)
        fence = self.take(scan).fence
        made = hold(scan, fence, content=CONTENT, marks=marks) if verdict is Verdict.HOLD else release(scan, fence)
        self.decide(made)
        return scan

    def record(self, scan):
        return self.do(catalogue.read_record, scan)

    def row(self, scan):
        return self.do(catalogue.rows_of, [scan])[0]

    def checkpoint(self):
        return self.do(sign_checkpoint, self.now, lambda document: self.hub.sign(document, Purpose.CHECKPOINT))

    def add_person(self, name="Wang", role=Role.ANALYST, password="correct horse"):
        return people.add_person(self.data, name=name, role=role, password=password)

    def verify(self):
        return verification.verify(self.data, self.card)


def release(scan, fence, *, content=CONTENT, **fields):
    return Decision(
        decision=new_id(), scan=scan, fence=fence, verdict=Verdict.RELEASE, content_sha256=content, **fields
    )


def hold(scan, fence, *, content="", reason=HoldReason.SUSPECT_OBJECT, **fields):
    return Decision(
        decision=new_id(),
        scan=scan,
        fence=fence,
        verdict=Verdict.HOLD,
        content_sha256=content,
        reason=reason,
        **fields,
    )
