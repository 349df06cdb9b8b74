"""Targets that are documents: JSON, TOML and texts that somebody signed, wrote or dropped."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import msgspec
import onnxruntime

from scanview import settings
from scanview.core import certificate, delegation, journal, order, rooms, signed_decision
from scanview.core.container import is_size_type, is_valid, normalise
from scanview.core.errors import BadInput
from scanview.core.inspection import Found, FoundItem, Inspection, Photo, PhotoForm, photo_form
from scanview.core.journal import Entry, Kind
from scanview.core.review import Role, Verdict
from scanview.core.scan import Declaration
from scanview.detect import result_forms
from scanview.detect.calibration import Calibration
from scanview.detect.model_facts import model_facts
from scanview.detect.plug_ins.descriptor import parse_descriptor
from scanview.detect.plug_ins.table import read_table
from scanview.detect.result_file import ResultFile
from scanview.detect.training.coco_set import read_coco_set
from scanview.formats.header_json import decode_header, encode_header, without_parties
from scanview.formats.origin import container_in
from scanview.ingest.inspection_folder import read_dropped
from scanview.review.rules.reading import problems_of, read_rules
from scanview.wire.authority import AuthorityCard, decode_authority_card
from scanview.wire.keys import Card, decode_card
from scanview.wire.messages import PeerRole
from scanview.wire.publishers import trusted_publishers
from tests.fuzz.target import Target, exchanged
from tests.unit.formats.archive_scans import scan_header

ROOT = Path(__file__).parents[2]
ID, OTHER, SHA = "0123456789abcdef" * 2, "ab" * 16, "cd" * 32
PLACE = order.MarkedPlace(corners=(1, 2, 30, 40), from_front_m=1.5, text="dense: 钢")
ORDER = order.Order(
    order=ID,
    lane="CNSHA-03",
    scan=OTHER,
    container="CSQU3054383",
    content_sha256=SHA,
    verdict=Verdict.RELEASE,
    version=3,
    decided_by="li",
    reason="",
    note="看",
    places=(PLACE,),
    issued_at=1.75e9,
    expires_at=1.76e9,
    signatures_required=2,
)
RECEIPT = order.OrderReceipt(order=ID, lane="CNSHA-03", scan=OTHER, outcome=order.Outcome.APPLIED, why="", at=1.75e9)
CERTIFICATE = certificate.Certificate(
    certificate=ID,
    person="li",
    role=Role.ANALYST,
    lanes=("CNSHA", "CNNGB-01"),
    signing_public=SHA,
    workstation="desk-1",
    not_before=1.0,
    not_after=2.0e9,
)
REVOCATIONS = certificate.Revocations(number=4, revoked=(ID, OTHER), issued_at=1.75e9)
DELEGATION = delegation.Delegation(
    delegation=ID,
    person="chen",
    rules_version=2,
    rules_sha256=SHA,
    bound=0.01,
    lanes=("CNSHA",),
    daily_cap=50,
    issued_at=1.0,
    expires_at=2.0e9,
)
STATEMENT = signed_decision.SignedDecision(
    decision=ID,
    person="li",
    lane="CNSHA-03",
    container="",
    scan=OTHER,
    content_sha256=SHA,
    verdict=Verdict.RELEASE,
    fence=7,
    model="m 1",
    decision_sha256=SHA,
    signed_at=1.0,
    expires_at=2.0e9,
)
ENTRY = Entry(
    seq=1, at=1.75e9, kind=Kind.SCAN_STORED, actor="CNSHA-03", scan=OTHER, body={"strips": 3, "of": ["a", None]}
)
ITEM = FoundItem(label="weapon", text="gun", quantity="2", from_doors_m=3.0, answers=ID)
INSPECTION = Inspection(
    inspection=ID,
    found=Found.PARTLY,
    opened_at=1.7e9,
    scan=OTHER,
    container="CSQU3054383",
    inspector="wang",
    note="看",
    items=(ITEM,),
    photos=(Photo(sha256=SHA, size_bytes=9, form=PhotoForm.JPEG),),
)
DROPPED = {"found": str(INSPECTION.found), "container": "CSQU3054383", "note": "x", "photos": ["a.jpg", "b.png"]}
RESULT = {
    "scan": "a.tif",
    "sha256": SHA,
    "model": "m",
    "empty": 0.1,
    "cargo": {"steel": 0.9},
    "ms": 3.0,
    "doubts": [],
    "findings": [{"class": "weapon", "score": 0.9, "box": [1, 2, 3, 4], "model": "m"}],
    "width": 9,
    "height": 9,
}
COCO = {
    "images": [{"id": 1, "file_name": "a.tif", "sha256": SHA, "verdict": "HOLD", "width": 9, "height": 9}],
    "categories": [{"id": 1, "name": "weapon"}],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}],
    "dismissed": [],
}
ROOMS = '[[room]]\nname = "north"\nserves = ["CNSHA-*"]\n[[room]]\nname = "south"\nserves = ["*"]\n'
SETTINGS = '[hub]\nendpoint = "tcp://*:7701"\nlease_s = 12.5\nfree_choice = true\n[port]\nspool_limit_mb = 10\n'


def same(parse):
    """Reads a document, and holds it against its own canonical form: what is signed has one way of being written."""

    def read(content):
        value = parse(content)
        if parse(value.canonical()) != value:
            raise AssertionError(f"{value!r} is another in its canonical form")

    return read


def entry(content):
    if journal.parse_entry(content).canonical() != content:
        raise AssertionError("an entry that is not canonical was read")


def header(content):
    value = decode_header(content)
    encoded = encode_header(value)
    if encode_header(decode_header(encoded)) != encoded:
        raise AssertionError("the header is another when it is read again")
    without_parties(encoded)


def texts(content):
    """A text as a file's name or a field may have it."""
    text = content.decode(errors="replace")
    normalise(text), is_valid(text), is_size_type(text), container_in(text)


def decoded(read):
    def given(content):
        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise BadInput("no text", code="no-text") from None
        return read(text)

    return given


def rules(text):
    problems_of(text)
    read_rules(text)


def dropped(path):
    inspection, photos = read_dropped(path, 1.75e9)
    inspection.canonical()
    if any(photo.parent != path.parent for photo in photos):
        raise AssertionError(f"photos from elsewhere: {photos}")


def publishers(path):
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        place = Path(folder)
        (place / "publishers.json").write_bytes(path.read_bytes())
        trusted_publishers(place)


def facts(text):
    """The metadata of a model, as ONNX Runtime hands them out: texts under names."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(values, dict):
        model_facts({name: each if isinstance(each, str) else json.dumps(each) for name, each in values.items()})


def shipped_facts(folder):
    metadata = onnxruntime.InferenceSession(ROOT / "models/detector.onnx").get_modelmeta().custom_metadata_map
    calibration = json.loads(metadata["calibration"])
    calibration["novelty"] = None
    return [json.dumps({**metadata, "calibration": json.dumps(calibration)}).encode()]


def calibration(text):
    Calibration.from_json(text)


def shipped_calibration(folder):
    return [json.loads(shipped_facts(folder)[0])["calibration"].encode()]


def known(path):
    """The results of an earlier run that a batch finds beside its own."""
    with ResultFile(path.with_suffix(""), "jsonl") as file:
        file.known("a.tif")


def inspection(content):
    try:
        msgspec.json.decode(content, type=Inspection).canonical()
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadInput(str(error), code="bad-inspection") from error


def shipped(name):
    return lambda folder: [(ROOT / name).read_bytes()]


def documents(*values):
    encoded = [value if isinstance(value, bytes) else json.dumps(value, default=str).encode() for value in values]
    return lambda folder: encoded


TARGETS = (
    Target("orders", documents(ORDER.canonical()), same(order.parse_order), exchanged),
    Target("receipts", documents(RECEIPT.canonical()), same(order.parse_receipt), exchanged),
    Target("certificates", documents(CERTIFICATE.canonical()), same(certificate.parse_certificate), exchanged),
    Target("revocations", documents(REVOCATIONS.canonical()), same(certificate.parse_revocations), exchanged),
    Target("delegations", documents(DELEGATION.canonical()), same(delegation.parse_delegation), exchanged),
    Target("statements", documents(STATEMENT.canonical()), same(signed_decision.parse_signed_decision), exchanged),
    Target("entries", documents(ENTRY.canonical()), entry, exchanged),
    Target(
        "headers",
        documents(
            encode_header(scan_header()),
            encode_header(
                scan_header(
                    declaration=Declaration(
                        goods="steel", hs_code="7208", gross_kg=1.5, packages=3, shipper="a", origin="CN"
                    )
                )
            ),
        ),
        header,
        exchanged,
    ),
    Target(
        "cards",
        documents(asdict(Card(role=PeerRole.PORT, name="CNSHA-03", curve_public="a" * 40, signing_public=SHA))),
        decode_card,
        exchanged,
    ),
    Target(
        "authorities",
        documents(AuthorityCard(authority="海关", signing_public=SHA).encode()),
        decode_authority_card,
        exchanged,
    ),
    Target("inspections", documents(INSPECTION.canonical()), inspection, exchanged),
    Target("dropped-results", documents(DROPPED), dropped, exchanged, ".json"),
    Target("photos", documents(b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"), photo_form),
    Target("coco", documents(COCO), lambda path: list(read_coco_set(path)), exchanged, ".json"),
    Target("coco-results", documents(COCO), decoded(lambda text: list(result_forms.results_of_coco(text))), exchanged),
    Target(
        "csv-results",
        documents(result_forms.csv_rows(RESULT).encode()),
        decoded(lambda text: list(result_forms.results_of_csv(text))),
    ),
    Target(
        "rules",
        lambda folder: [
            (ROOT / "examples/rules/national.toml").read_bytes(),
            (ROOT / "scanview/review/rules/defaults.toml").read_bytes(),
        ],
        decoded(rules),
    ),
    Target("rooms", documents(ROOMS.encode()), decoded(rooms.parse_rooms)),
    Target(
        "settings", documents(SETTINGS.encode()), lambda path: settings.load(path, settings.HubSettings), suffix=".toml"
    ),
    Target(
        "descriptors",
        shipped("examples/plug-ins/dense-spot/dense-spot.toml"),
        lambda content: parse_descriptor(content, "d"),
    ),
    Target("models-tables", shipped("examples/plug-ins/models.toml"), read_table, suffix=".toml"),
    Target("model-facts", shipped_facts, decoded(facts), exchanged),
    Target("calibrations", shipped_calibration, decoded(calibration), exchanged),
    Target("results", documents(RESULT), known, exchanged, ".jsonl.part"),
    Target("publishers", documents({"lab": SHA}), publishers, exchanged, ".json"),
    Target("texts", documents(b"CSQU3054383", b"scan-CSQU3054383 22G1.tif"), texts),
)
