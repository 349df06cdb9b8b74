"""Owns the list of what was found as a CSV file: in UTF-8 with its mark, so that spreadsheets read Chinese."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from scanview.core.errors import Unavailable

_ACTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell, whoever wrote it there."""


def csv_text(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """The table; no cell of it can act in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    return out.getvalue()


def write_csv(path: Path, headings: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Write the table to `path`, whole or not at all; Unavailable where the disk refuses."""
    growing = path.with_name(f"{path.name}.part")
    try:
        growing.write_text(csv_text(headings, lines), encoding="utf-8-sig", newline="")
        os.replace(growing, path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}", code="unwritable-file") from error


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_ACTS) else cell
