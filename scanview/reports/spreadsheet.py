"""The report as a spreadsheet: every table as numbers that can be calculated with, and charts made from them."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from scanview.core.figures import IN_ORDER
from scanview.core.statistics import Grouping
from scanview.reports.gathered import Gathered
from scanview.reports.pdf import cover_facts
from scanview.reports.tables import Form, Number, ReportTable, definitions, tables_of
from scanview.reports.wording import Speak, speaker

_FORMATS = {Form.COUNT: "#,##0", Form.SECONDS: "0.0", Form.SHARE: "0.00%"}
_HEAD = PatternFill("solid", fgColor="E9EDF1")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_CHART_CM = (24.0, 9.0)


def write_spreadsheet(gathered: Gathered, file: Path, language: str) -> None:
    """Write the report in `language`, "zh" or "en": a sheet for each table, durations in seconds.

    Raises:
        OSError: the file cannot be written.
    """
    speak = speaker(language)
    book = Workbook()
    cover = book.worksheets[0]
    cover.title = speak("title")[:31]
    _fill_cover(cover, gathered, speak)
    sheets = {table.id: _sheet(book, table) for table in tables_of(gathered, speak)}
    _charts(gathered, sheets, speak)
    _stage_sheet(book, gathered, speak)
    book.save(file)


def _fill_cover(sheet: Worksheet, gathered: Gathered, speak: Speak) -> None:
    sheet.append([speak("title")])
    sheet["A1"].font = Font(bold=True, size=16)
    for fact in cover_facts(gathered, speak):
        sheet.append([_plain(cell) for cell in fact])
    sheet.append([])
    sheet.append([speak("definitions")])
    sheet.cell(row=sheet.max_row, column=1).font = Font(bold=True)
    for sentence in definitions(gathered, speak):
        sheet.append([sentence])
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 60


def _sheet(book: Workbook, table: ReportTable) -> Worksheet:
    sheet: Worksheet = book.create_sheet(table.title[:31])
    sheet.append(list(table.heads))
    for cell in sheet[1]:
        cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, Alignment(wrap_text=True)
    for row in table.rows:
        sheet.append([cell.value if isinstance(cell, Number) else _plain(cell) for cell in row])
        for column, cell in enumerate(row, start=1):
            if isinstance(cell, Number):
                sheet.cell(row=sheet.max_row, column=column).number_format = _FORMATS[cell.form]
    sheet.freeze_panes = "B2"
    for column in range(1, len(table.heads) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 22 if column == 1 else 14
    return sheet


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whoever wrote it."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) and len(text) > 1 else text


def _charts(gathered: Gathered, sheets: dict[str, Worksheet], speak: Speak) -> None:
    for grouping in (Grouping.TIME, Grouping.HOUR, Grouping.PORT, Grouping.LANE):
        count = len(gathered.by[grouping].rows)
        if count:
            _throughput(sheets[f"by-{grouping}"], count, speak)
    if gathered.by[Grouping.TIME].rows:
        _waiting(sheets["by-time"], len(gathered.by[Grouping.TIME].rows), speak)


def _throughput(sheet: Worksheet, count: int, speak: Speak) -> None:
    chart = BarChart()
    chart.grouping, chart.overlap = "stacked", 100
    chart.title = speak("chart.throughput")
    chart.add_data(Reference(sheet, min_col=4, max_col=5, min_row=1, max_row=count + 1), titles_from_data=True)
    _place(chart, sheet, count, f"A{count + 4}")


def _waiting(sheet: Worksheet, count: int, speak: Speak) -> None:
    chart = LineChart()
    chart.title = speak("chart.waiting")
    chart.add_data(Reference(sheet, min_col=7, max_col=8, min_row=1, max_row=count + 1), titles_from_data=True)
    _place(chart, sheet, count, f"A{count + 24}")


def _place(chart: BarChart | LineChart, sheet: Worksheet, count: int, anchor: str) -> None:
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=count + 1))
    chart.width, chart.height = _CHART_CM
    chart.x_axis.delete = chart.y_axis.delete = False
    sheet.add_chart(chart, anchor)


def _stage_sheet(book: Workbook, gathered: Gathered, speak: Speak) -> None:
    """Mean seconds of each stage by port, with their chart."""
    rows = [row for row in gathered.by[Grouping.PORT].rows if row.times]
    sheet = book.create_sheet(speak("stages")[:28] + " 2")
    sheet.append([speak("port"), *(speak(f"stage.{stage}") for stage in IN_ORDER)])
    for row in rows:
        sheet.append([row.key, *(taken.mean_s if (taken := row.stage(stage)) else 0.0 for stage in IN_ORDER)])
    if rows:
        chart = BarChart()
        chart.type, chart.grouping, chart.overlap = "bar", "stacked", 100
        chart.title = speak("chart.stages")
        data = Reference(sheet, min_col=2, max_col=1 + len(IN_ORDER), min_row=1, max_row=len(rows) + 1)
        chart.add_data(data, titles_from_data=True)
        _place(chart, sheet, len(rows), f"A{len(rows) + 4}")
