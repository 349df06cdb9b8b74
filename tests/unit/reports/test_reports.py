"""A month's report: what the documents hold is what the room did, in both languages, and nothing from outside acts."""

import re
import zlib
from string import Formatter

import pytest
from openpyxl import load_workbook

from scanview.core.errors import Unavailable
from scanview.core.interruption import Cause, Explanation
from scanview.core.period import HOUR_S, month
from scanview.core.review import Verdict
from scanview.reports.fonts import find_fonts
from scanview.reports.gathered import gather
from scanview.reports.pdf import write_pdf
from scanview.reports.spreadsheet import write_spreadsheet
from scanview.reports.tables import DEFINED, Number, definitions, tables_of
from scanview.reports.wording import WORDS, duration_text, share_text, speaker
from scanview.store import lanes
from scanview.store.statistics import read_statistics
from tests.unit.review.room import LANE, OTHER, Room
from tests.unit.store.test_statistics import judged

NOTE = '=HYPERLINK("http://x")'


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    room = Room(tmp_path_factory.mktemp("month"))
    room.now = 10 * 86_400.0
    room.do(lanes.lane_changed, LANE, connected=True, now=room.now)
    for number in range(6):
        judged(room, verdict=Verdict.HOLD if number % 3 == 0 else Verdict.RELEASE)
        room.now += HOUR_S
    judged(room, lane="CNNGB-01", person=OTHER)
    room.do(lanes.lane_changed, LANE, connected=False, now=room.now)
    lost = room.do(lanes.spells_within, 0, room.now + 1)[-1]
    told = Explanation(cause=Cause.POWER, note=NOTE)
    room.do(lanes.explain, number=lost.number, explanation=told, by="王芳", ports=(), now=room.now)
    made = gather(
        lambda question: room.database.read(lambda tx: read_statistics(tx, question, room.now + 500)),
        period=month(1970, 1, 0),
        offset_s=0,
        created_at=room.now + 500,
        source="hub",
        entries=99,
    )
    room.close()
    return made


def table(gathered, id, language="en"):
    return next(table for table in tables_of(gathered, speaker(language)) if table.id == id)


def test_the_tables_say_what_the_room_did(gathered):
    facts = {row[0]: row[1] for row in table(gathered, "key-figures").rows}
    assert [facts[name].value for name in ("Arrived", "Decided", "Released", "Held")] == [7, 7, 5, 2]
    assert facts["Share held"].text == "28.6 %"
    assert facts["Hit rate of holds"] == "—", "nothing was opened, so nothing is said"
    assert [row[0] for row in table(gathered, "by-port").rows] == ["CNNGB", "CNSHA"]
    (interruption,) = table(gathered, "interruptions").rows
    assert (interruption[0], interruption[4], interruption[5], interruption[6]) == (LANE, "power", NOTE, "王芳")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_spreadsheet_holds_the_tables_as_numbers_and_charts(gathered, tmp_path, language):
    file = tmp_path / "month.xlsx"
    write_spreadsheet(gathered, file, language)
    book = load_workbook(file)
    assert sum(len(sheet._charts) for sheet in book.worksheets) >= 5
    for expected in tables_of(gathered, speaker(language)):
        sheet = book[expected.title[:31]]
        assert tuple(cell.value for cell in sheet[1]) == expected.heads
        assert sheet.max_row == 1 + len(expected.rows)
        for cells, row in zip(sheet.iter_rows(min_row=2), expected.rows, strict=True):
            for cell, value in zip(cells, row, strict=True):
                if isinstance(value, Number):
                    assert cell.value == pytest.approx(value.value)
                assert cell.data_type != "f", "what a person wrote is no formula"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pdf_has_pages_and_its_own_font(gathered, tmp_path, language):
    file = tmp_path / "month.pdf"
    write_pdf(gathered, file, language)
    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") >= 3
    assert b"/FontFile" in content
    drawn = b"".join(_streams(content))
    assert drawn.count(b" re") > 20, "the columns of charts are drawn"
    assert len(content) < 1_000_000, "only the characters that are used are embedded"


def test_without_a_font_it_says_what_to_install(tmp_path):
    with pytest.raises(Unavailable, match="fonts-noto-cjk"):
        find_fonts((tmp_path,))


def test_both_languages_say_the_same_with_the_same_places():
    for id, (english, chinese) in WORDS.items():
        assert english, id
        assert chinese, id
        assert _places(english) == _places(chinese), id
    assert {id.removeprefix("define.") for id in WORDS if id.startswith("define.")} == set(DEFINED)
    assert {id.removeprefix("cause.") for id in WORDS if id.startswith("cause.")} == {cause.value for cause in Cause}


def test_every_figure_is_defined(gathered):
    assert len(definitions(gathered, speaker("zh"))) == len(DEFINED)
    assert "9 %" in " ".join(definitions(gathered, speaker("en")))


def test_numbers_read_as_people_write_them():
    assert [duration_text(value) for value in (4.21, 65, 7_510)] == ["4.2 s", "1:05", "2:05:10"]
    assert [share_text(value) for value in (0.0, 0.125, 0.00042)] == ["0.0 %", "12.5 %", "0.042 %"]


def test_a_months_report_covers_the_month_of_its_clock():
    assert month(2026, 12, 8 * HOUR_S).since == 1_796_054_400
    assert month(2026, 12, 8 * HOUR_S).until - month(2026, 12, 8 * HOUR_S).since == 31 * 86_400


def _places(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _streams(content):
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            continue
