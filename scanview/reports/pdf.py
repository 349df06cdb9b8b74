"""The report as a PDF: a cover with the key figures, charts, tables, and what every figure means.

The font is embedded with the characters that are used, so that the file reads the same everywhere and for years.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TableCellFillMode
from fpdf.fonts import FontFace

from scanview import __version__
from scanview.core.figures import IN_ORDER, Stage, Tally
from scanview.core.statistics import Grouping, Row
from scanview.reports.fonts import FontFiles, find_fonts
from scanview.reports.gathered import Gathered
from scanview.reports.pdf_charts import Area, Series, lines, stacked_bars, stacked_columns
from scanview.reports.tables import Number, ReportTable, definitions, key_text, tables_of
from scanview.reports.wording import Speak, speaker

MOST_ROWS = 200
"""Rows of one table that are printed; the spreadsheet has them all."""

_FAMILY = "report"
_MARGIN_MM = 15.0
_WIDTH_MM = 180.0
_CHART_MM = 62.0
_HEAD_FILL = (233, 237, 241)
_STRIPE_FILL = (247, 248, 250)
_INK = (28, 32, 38)
_QUIET = (95, 102, 110)

RELEASED = (0, 114, 143)
HELD = (222, 143, 5)
STAGE_COLOURS = ((86, 126, 160), (222, 143, 5), (0, 114, 143), (150, 150, 150), (120, 94, 160))
"""Told apart by their lightness as well, also by those who see few colours, and in print."""


def write_pdf(gathered: Gathered, file: Path, language: str, fonts: FontFiles | None = None) -> None:
    """Write the report in `language`, "zh" or "en".

    Raises:
        Unavailable: no font for it is installed.
        OSError: the file cannot be written.
    """
    speak = speaker(language)
    document = _Document(speak, fonts or find_fonts())
    document.set_title(speak("title"))
    document.set_lang("zh-CN" if language == "zh" else "en")
    document.set_creator(f"ScanView {__version__}")
    document.set_creation_date(datetime.fromtimestamp(gathered.created_at, UTC))
    tables = tables_of(gathered, speak)
    _cover(document, gathered, speak)
    document.table_of(tables[0])
    _charts(document, gathered, speak)
    for table in tables[1:]:
        document.table_of(table)
    document.heading(speak("definitions"))
    for sentence in definitions(gathered, speak):
        document.paragraph(sentence)
    document.output(str(file))


class _Document(FPDF):
    """A page of A4 with the report's font, headings, tables and a numbered foot."""

    def __init__(self, speak: Speak, fonts: FontFiles) -> None:
        super().__init__(format="A4")
        self._speak = speak
        self.add_font(_FAMILY, "", fonts.regular, collection_font_number=fonts.number)
        self.add_font(_FAMILY, "B", fonts.bold, collection_font_number=fonts.number)
        self.set_margins(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        self.set_auto_page_break(True, margin=18)
        self.set_font(_FAMILY, size=9)
        self.add_page()

    def footer(self) -> None:
        """The number of the page."""
        self.set_y(-12)
        self.set_font(_FAMILY, size=8)
        self.set_text_color(*_QUIET)
        self.cell(w=0, text=self._speak("page", page=self.page_no(), pages="{nb}"), align="R")

    def heading(self, text: str, room_mm: float = 30.0) -> None:
        """A heading that stays with what follows it."""
        if self.will_page_break(room_mm):
            self.add_page()
        self.ln(4)
        self.set_font(_FAMILY, "B", 12)
        self.set_text_color(*_INK)
        self.multi_cell(w=0, h=7, text=text, new_x="LMARGIN", new_y="NEXT")
        self.set_font(_FAMILY, size=9)

    def paragraph(self, text: str) -> None:
        """A paragraph."""
        self.set_font(_FAMILY, size=9)
        self.set_text_color(*_INK)
        self.multi_cell(w=0, h=5, text=text, new_x="LMARGIN", new_y="NEXT")
        self.ln(1)

    def table_of(self, table: ReportTable) -> None:
        """A table with its title; what is too long is cut short and says so."""
        self.heading(table.title)
        if not table.rows:
            self.paragraph(self._speak("no-data"))
            return
        self.set_font(_FAMILY, size=7.5)
        self.set_text_color(*_INK)
        self.set_draw_color(205, 209, 214)
        self.set_fill_color(255, 255, 255)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            cell_fill_color=_STRIPE_FILL,
            cell_fill_mode=TableCellFillMode.ROWS,
            headings_style=FontFace(emphasis="BOLD", fill_color=_HEAD_FILL, color=_INK),
            text_align=tuple("RIGHT" if is_number else "LEFT" for is_number in _are_numbers(table)),
            col_widths=_widths(table),
            line_height=4.6,
            padding=0.6,
        ) as printed:
            for cells in (table.heads, *table.rows[:MOST_ROWS]):
                row = printed.row()
                for cell in cells:
                    row.cell(cell.text if isinstance(cell, Number) else cell)
        if len(table.rows) > MOST_ROWS:
            self.paragraph(self._speak("more", count=len(table.rows) - MOST_ROWS))

    def chart_area(self, title: str, height_mm: float = _CHART_MM) -> Area:
        """The place of a chart below its title."""
        self.heading(title, room_mm=height_mm + 14)
        area = Area(x=_MARGIN_MM, y=self.get_y(), width=_WIDTH_MM, height=height_mm)
        self.set_font(_FAMILY, size=7)
        return area

    def below(self, area: Area) -> None:
        """Go on below a chart."""
        self.set_xy(_MARGIN_MM, area.y + area.height + 2)


def _cover(document: _Document, gathered: Gathered, speak: Speak) -> None:
    document.set_font(_FAMILY, "B", 22)
    document.set_text_color(*_INK)
    document.multi_cell(w=0, h=12, text=speak("title"), new_x="LMARGIN", new_y="NEXT")
    document.set_font(_FAMILY, size=13)
    document.set_text_color(*_QUIET)
    document.multi_cell(w=0, h=8, text=speak("subtitle"), new_x="LMARGIN", new_y="NEXT")
    document.ln(3)
    for name, value in cover_facts(gathered, speak):
        document.set_font(_FAMILY, size=9.5)
        document.set_text_color(*_QUIET)
        document.cell(w=38, h=6, text=name)
        document.set_text_color(*_INK)
        document.multi_cell(w=0, h=6, text=value, new_x="LMARGIN", new_y="NEXT")


def cover_facts(gathered: Gathered, speak: Speak) -> tuple[tuple[str, str], ...]:
    """What the report is of: period, port, source, how many scans."""
    since, until = gathered.moment(gathered.period.since), gathered.moment(gathered.period.until)
    span = speak("span", since=f"{since:%Y-%m-%d %H:%M}", until=f"{until:%Y-%m-%d %H:%M}", zone=gathered.zone)
    return (
        (speak("period"), span),
        (speak("port"), gathered.port or speak("all-ports")),
        (speak("scans"), f"{gathered.whole.count(Tally.ARRIVED):,}"),
        (speak("source"), _source(gathered, speak)),
        (speak("created"), f"{gathered.moment(gathered.created_at):%Y-%m-%d %H:%M} {gathered.zone}"),
    )


def _source(gathered: Gathered, speak: Speak) -> str:
    if gathered.entries is None:
        return gathered.source
    return speak("source-text", source=gathered.source, entries=f"{gathered.entries:,}")


def _charts(document: _Document, gathered: Gathered, speak: Speak) -> None:
    for grouping in (Grouping.TIME, Grouping.HOUR):
        rows = gathered.by[grouping].rows
        if rows:
            _throughput(document, gathered, grouping, speak)
    _waiting(document, gathered, speak)
    _clearance(document, gathered, speak)


def _throughput(document: _Document, gathered: Gathered, grouping: Grouping, speak: Speak) -> None:
    rows = gathered.by[grouping].rows
    area = document.chart_area(f"{speak('chart.throughput')} · {speak(f'by-{grouping}')}")
    series = (
        Series(name=speak("released"), values=[row.count(Tally.RELEASED) for row in rows], colour=RELEASED),
        Series(name=speak("held"), values=[row.count(Tally.HELD) for row in rows], colour=HELD),
    )
    stacked_columns(document, area, _short(gathered, grouping, rows), series)
    document.below(area)


def _waiting(document: _Document, gathered: Gathered, speak: Speak) -> None:
    rows = [row for row in gathered.by[Grouping.TIME].rows if row.stage(Stage.QUEUE)]
    if not rows:
        return
    area = document.chart_area(speak("chart.waiting"))
    taken = [stage for row in rows if (stage := row.stage(Stage.QUEUE))]
    series = (
        Series(name=speak("p50"), values=[one.p50_s for one in taken], colour=RELEASED),
        Series(name=speak("p90"), values=[one.p90_s for one in taken], colour=HELD),
    )
    lines(document, area, _short(gathered, Grouping.TIME, rows), series)
    document.below(area)


def _clearance(document: _Document, gathered: Gathered, speak: Speak) -> None:
    rows = [row for row in gathered.by[Grouping.PORT].rows if row.times]
    if not rows:
        return
    area = document.chart_area(speak("chart.stages"), height_mm=8.0 + 7.5 * len(rows))
    series = tuple(
        Series(
            name=speak(f"stage.{stage}"),
            values=[taken.mean_s if (taken := row.stage(stage)) else 0.0 for row in rows],
            colour=colour,
        )
        for stage, colour in zip(IN_ORDER, STAGE_COLOURS, strict=True)
    )
    stacked_bars(document, area, [row.key for row in rows], series)
    document.below(area)


def _short(gathered: Gathered, grouping: Grouping, rows: Sequence[Row]) -> list[str]:
    """The labels of an axis: without what all of them share."""
    return [key_text(gathered, grouping, row).removeprefix(_shared(gathered)) for row in rows]


def _shared(gathered: Gathered) -> str:
    since, until = gathered.moment(gathered.period.since), gathered.moment(gathered.period.until - 1)
    return f"{since:%Y}-" if since.year == until.year else ""


def _widths(table: ReportTable) -> tuple[float, ...]:
    """Columns of texts are wider than those of numbers."""
    return tuple(1.0 if is_number else 1.6 for is_number in _are_numbers(table))


def _are_numbers(table: ReportTable) -> tuple[bool, ...]:
    """Which columns hold numbers."""
    columns = zip(*table.rows, strict=True)
    return tuple(any(isinstance(cell, Number) for cell in column) for column in columns)
