"""Inspection results: what a result may say, its bytes, and what it says of marks and findings."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.inspection import (
    MAX_PHOTO_BYTES,
    MAX_PHOTOS,
    Found,
    FoundItem,
    Inspection,
    Photo,
    PhotoForm,
    answers,
    photo_form,
)
from scanview.core.mark import Mark, MarkCategory
from scanview.core.review import Finding
from scanview.core.scan import Box, View

ID = "ab" * 16
BOX = Box(x0=100, y0=100, x1=200, y1=200)
AWAY = Box(x0=900, y0=100, x1=960, y1=200)
MARK = Mark(mark="11" * 16, box=BOX, category=MarkCategory.DRUGS, answers="f1")
OTHER = Mark(mark="22" * 16, box=AWAY, text="odd")
FINDINGS = (
    Finding(finding="f1", label="organic-block", score=0.9, box=BOX),
    Finding(finding="f2", label="weapon", score=0.9, box=AWAY),
)


DRUGS = (FoundItem(label="drugs", box=BOX),)


def made(found=Found.FOUND, items=DRUGS, **fields):
    return Inspection(inspection=ID, scan=ID, found=found, opened_at=5.0, items=items, **fields)


def told(inspection, marks=(MARK, OTHER), findings=FINDINGS):
    return {answer.claim: answer.right for answer in answers(inspection, marks, findings)}


def test_what_was_found_where_a_mark_is_makes_the_mark_right_and_others_wrong():
    assert told(made()) == {MARK.mark: True, OTHER.mark: False, "f2": False}


def test_a_finding_that_a_mark_answers_is_not_counted_twice():
    assert [answer.is_mark for answer in answers(made(), [MARK], FINDINGS)] == [True, False]


def test_where_nothing_was_found_all_are_wrong():
    assert set(told(made(Found.NOTHING, ())).values()) == {False}


@pytest.mark.parametrize(
    ("found", "items"),
    [
        (Found.PARTLY, (FoundItem(label="drugs", box=BOX),)),
        (Found.FOUND, (FoundItem(label="drugs", from_doors_m=3.0), FoundItem(label="drugs", box=BOX))),
    ],
)
def test_what_the_result_does_not_tell_stays_open(found, items):
    assert told(made(found, items)) == {MARK.mark: True, OTHER.mark: None, "f2": None}


def test_a_thing_that_names_a_claim_confirms_it_wherever_it_lay():
    by_finding = made(items=(FoundItem(text="bricks", answers="f1"),))
    assert told(by_finding)[MARK.mark] is True
    assert told(made(items=(FoundItem(text="gun", answers="f2"),)))["f2"] is True


def test_another_view_is_another_place():
    above = Box(x0=100, y0=100, x1=200, y1=200, view=View.TOP)
    assert told(made(items=(FoundItem(label="drugs", box=above),)))[MARK.mark] is False


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("nothing-yet-items", {"found": Found.NOTHING}),
        ("found-without-items", {"items": ()}),
    ],
)
def test_a_result_that_contradicts_itself_is_refused(code, fields):
    with pytest.raises(BadInput) as refused:
        made(**fields)
    assert refused.value.code == code


def test_photos_are_limited_in_number_and_size():
    photos = tuple(Photo(sha256=f"{n:064x}", size_bytes=9, form=PhotoForm.PNG) for n in range(MAX_PHOTOS + 1))
    with pytest.raises(BadInput, match="photos are more"):
        made(photos=photos)
    with pytest.raises(BadInput):
        made(photos=(photos[0], photos[0]))
    with pytest.raises(BadInput):
        Photo(sha256="0" * 64, size_bytes=MAX_PHOTO_BYTES + 1, form=PhotoForm.JPEG)


def test_a_photo_is_known_by_its_first_bytes():
    assert photo_form(b"\xff\xd8\xff\xe0...") is PhotoForm.JPEG
    assert photo_form(b"\x89PNG\r\n\x1a\n...") is PhotoForm.PNG
    with pytest.raises(BadInput):
        photo_form(b"<svg onload=...")


def test_a_result_names_a_scan_or_a_container():
    with pytest.raises(BadInput):
        Inspection(inspection=ID, found=Found.NOTHING, opened_at=1.0)
    assert Inspection(inspection=ID, container="CSQU3054383", found=Found.NOTHING, opened_at=1.0).scan == ""


@given(
    st.builds(
        FoundItem,
        label=st.text(min_size=1, max_size=20),
        text=st.text(max_size=50).filter(lambda text: text.isprintable()),
        box=st.none() | st.just(BOX),
        from_doors_m=st.none() | st.floats(0, 100),
    )
)
def test_the_bytes_of_a_result_are_read_back_as_the_same_result(item):
    if not item.label.isprintable():
        return
    inspection = made(items=(item,), note="箱门处", photos=(Photo(sha256="0" * 64, size_bytes=1, form=PhotoForm.PNG),))
    document = inspection.canonical()
    assert msgspec.json.decode(document, type=Inspection) == inspection
    assert json.loads(document)["found"] == "found"
    assert msgspec.json.decode(document, type=Inspection).canonical() == document
