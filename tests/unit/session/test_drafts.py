"""Marks that are not decided yet survive the end of the program."""

import json
import stat

import pytest

from scanview.core.errors import BadInput, Unavailable
from scanview.core.mark import Mark, MarkCategory, MarkShape
from scanview.core.scan import Box
from scanview.session.drafts import Draft, Drafts
from tests.unit.core.marks import shaped
from tests.unit.session.session_fakes import scan_id

MARK = Mark(mark=scan_id(8), box=Box(x0=1, y0=2, x1=30, y1=40), text="behind the tyres", answers="f")
DRAFT = Draft(scan=scan_id(1), marks=(MARK,), dismissed=("g",))


def test_what_was_said_is_there_after_a_start(tmp_path):
    Drafts(tmp_path / "marks").keep("zhang", DRAFT)

    assert Drafts(tmp_path / "marks").of("zhang", scan_id(1)) == DRAFT


def test_marks_of_every_shape_are_there_after_a_start(tmp_path):
    polygon = shaped(MarkShape.POLYGON, ((5, 5), (60, 9), (30, 40)), mark=scan_id(6), category=MarkCategory.DRUGS)
    arrow = shaped(MarkShape.ARROW, ((90, 9), (70, 30)), mark=scan_id(7), category=MarkCategory.HIDDEN_SPACE)
    draft = Draft(scan=scan_id(1), marks=(MARK, polygon, arrow))
    Drafts(tmp_path).keep("zhang", draft)

    assert Drafts(tmp_path).of("zhang", scan_id(1)) == draft


def test_a_draft_from_before_shapes_is_read(tmp_path):
    Drafts(tmp_path).keep("zhang", DRAFT)
    path = tmp_path / f"{scan_id(1)}.json"
    kept = json.loads(path.read_bytes())
    for field in ("shape", "points", "category"):
        del kept["draft"]["marks"][0][field]
    path.write_text(json.dumps(kept))

    assert Drafts(tmp_path).of("zhang", scan_id(1)) == DRAFT


def test_one_persons_marks_are_not_anothers(tmp_path):
    drafts = Drafts(tmp_path)
    drafts.keep("zhang", DRAFT)

    assert drafts.of("li", scan_id(1)) is None
    assert drafts.of("zhang", scan_id(2)) is None


@pytest.mark.parametrize(
    "end", [lambda drafts: drafts.drop(scan_id(1)), lambda d: d.keep("zhang", Draft(scan=scan_id(1)))]
)
def test_what_is_decided_or_taken_back_leaves_nothing(tmp_path, end):
    drafts = Drafts(tmp_path)
    drafts.keep("zhang", DRAFT)
    end(drafts)
    drafts.drop(scan_id(1))

    assert drafts.of("zhang", scan_id(1)) is None
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_said(tmp_path):
    drafts = Drafts(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(Unavailable) as refused:
        drafts.keep("zhang", DRAFT)

    assert refused.value.code == "marks-not-kept"


@pytest.mark.parametrize("content", [b"", b"{", b'{"analyst":"zhang"}', b"\xff"])
def test_a_file_that_holds_no_draft_is_put_aside(tmp_path, content):
    (tmp_path / f"{scan_id(1)}.json").write_bytes(content)

    assert Drafts(tmp_path).of("zhang", scan_id(1)) is None
    assert (tmp_path / f"{scan_id(1)}.unreadable").read_bytes() == content


def test_a_draft_is_of_a_scan_and_says_one_thing_of_a_finding():
    with pytest.raises(BadInput):
        Draft(scan="../../etc")
    with pytest.raises(BadInput):
        Draft(scan=scan_id(1), marks=(MARK,), dismissed=("f",))


def test_nobody_else_on_the_machine_can_read_it(tmp_path):
    Drafts(tmp_path / "marks").keep("zhang", DRAFT)

    assert stat.S_IMODE((tmp_path / "marks" / f"{scan_id(1)}.json").stat().st_mode) == 0o600
