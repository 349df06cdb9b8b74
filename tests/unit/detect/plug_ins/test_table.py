"""The table of plug-in models: what it may say, and when a model is asked."""

from dataclasses import replace
from pathlib import Path

import pytest

from scanview.core.errors import BadInput
from scanview.core.scan import Declaration, ScanHeader
from scanview.detect.plug_ins.descriptor import parse_descriptor
from scanview.detect.plug_ins.table import PlugInChoice, read_table
from scanview.simulate.scan import simulate_scan

GOOD = """
name = "weld"
version = "1.2"
file = "weld.onnx"
classes = ["crack"]
score_threshold = 0.5
[input]
channels = ["HIGH"]
mm_per_pixel = 4
"""


@pytest.fixture(scope="module")
def header() -> ScanHeader:
    return replace(simulate_scan(3, pitch_mm=20.0).image.header, lane="CNSHA-03", declaration=None)


def _table(tmp_path: Path, text: str) -> tuple[PlugInChoice, ...]:
    (tmp_path / "models.toml").write_text(text)
    return read_table(tmp_path / "models.toml")


def test_rows_are_read_and_paths_are_relative_to_the_table(tmp_path: Path) -> None:
    first, second = _table(
        tmp_path, '[[plug-in]]\ndescriptor = "a/b.toml"\nlanes = ["CNSHA-*"]\n[[plug-in]]\nentry-point = "c"\n'
    )
    assert (first.descriptor, first.lanes, first.entry_point) == (tmp_path / "a" / "b.toml", ("CNSHA-*",), "")
    assert (second.descriptor, second.entry_point) == (None, "c")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[plug-in]]\n", "either a descriptor or an entry-point"),
        ('[[plug-in]]\ndescriptor = "a.toml"\nentry-point = "b"\n', "either"),
        ('[[plug-in]]\nentry-point = "b"\nlane = ["X"]\n', "lane"),
        ('[[plug-in]]\nentry-point = "b"\nchapters = ["8471"]\n', "chapters"),
        ('[[plug-in]]\nentry-point = "b"\n' * 9, "plug-in"),
        ("[[plug-in]\n", "TOML"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BadInput) as refusal:
        _table(tmp_path, text)
    assert refusal.value.code == "bad-models"
    assert named in refusal.value.message


def test_a_table_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_table(tmp_path / "none.toml")


@pytest.mark.parametrize(("lanes", "wanted"), [((), True), (("CNSHA-*",), True), (("NLRTM-*", "CNNGB-01"), False)])
def test_a_model_is_asked_by_lane(header: ScanHeader, lanes: tuple[str, ...], wanted: bool) -> None:
    assert PlugInChoice(entry_point="x", lanes=lanes).wants_lane(header) is wanted


@pytest.mark.parametrize(
    ("chapters", "cargo", "declared", "seen", "wanted"),
    [
        ((), (), "", (), True),
        (("84",), (), "847130", (), True),
        (("84",), (), "610910", (), False),
        (("84",), (), "", (), True),
        ((), ("scrap",), "", (("scrap", 0.6),), True),
        ((), ("scrap",), "", (("tyres", 0.6), ("scrap", 0.3)), True),
        ((), ("scrap",), "", (("tyres", 0.9), ("scrap", 0.1)), False),
        ((), ("scrap",), "", (), True),
        (("84",), ("scrap",), "610910", (("scrap", 0.6),), True),
        (("84",), ("scrap",), "610910", (("tyres", 0.9),), False),
        (("84",), ("scrap",), "610910", (), True),
    ],
)
def test_a_model_is_asked_by_goods_and_where_they_are_not_known(
    header: ScanHeader, chapters: tuple, cargo: tuple, declared: str, seen: tuple, wanted: bool
) -> None:
    choice = PlugInChoice(entry_point="x", chapters=chapters, cargo=cargo)
    scan = replace(header, declaration=Declaration(goods="goods", hs_code=declared) if declared else None)
    assert choice.wants_goods(scan, seen) is wanted


def test_a_digest_changes_with_every_condition_and_the_descriptor(tmp_path: Path) -> None:
    descriptor = tmp_path / "a.toml"
    descriptor.write_text("1")
    choice = PlugInChoice(descriptor=descriptor, lanes=("A",), chapters=("84",), cargo=("b",))
    others = [replace(choice, lanes=()), replace(choice, chapters=()), replace(choice, cargo=())]
    digests = {choice.digest(), *(other.digest() for other in others)}
    descriptor.write_text("2")
    assert len(digests | {choice.digest()}) == 5


def test_a_descriptor_is_read() -> None:
    descriptor = parse_descriptor(GOOD.encode(), "weld.toml")
    assert (descriptor.signed_as, descriptor.input.channels) == ("weld 1.2", ("HIGH",))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('["HIGH"]', '["RED"]', "channels"),
        ('channels = ["HIGH"]', "", "either planes or channels"),
        ('["crack"]', "[]", "classes"),
        ("weld.onnx", "../weld.onnx", "file"),
        ("0.5", "0", "score_threshold"),
        ("= 4", "= 4\nmean = [1, 2]", "mean has 2 numbers for 1"),
        ("= 4", "= 4\nmultiple = 100", "no multiple"),
        ("= 4", "= 4\nwindow = [256, 256]\noverlap = 200", "overlap"),
        ("= 4", "= 4\nresize = true", "resize"),
        ("= 4", "= -4", "mm_per_pixel"),
    ],
)
def test_a_descriptor_that_cannot_be_is_refused_with_its_place(old: str, new: str, named: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_descriptor(GOOD.replace(old, new).encode(), "weld.toml")
    assert refusal.value.code == "bad-descriptor"
    assert named in refusal.value.message
