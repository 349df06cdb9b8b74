"""What two batches left, in a form that is equal where they found the same."""

import csv
import re
from dataclasses import replace
from pathlib import Path

from scanview.formats.threat_report import ThreatReport, read_report


def comparable(out: Path) -> object:
    """The whole of a result file or of a folder of reports, without milliseconds and the moments of reports."""
    if out.is_dir():
        return {path.relative_to(out): _timeless(read_report(path)) for path in out.rglob("*.dcs")}
    text = out.read_text(encoding="utf-8")
    if out.suffix == ".csv":
        return [{**row, "ms": ""} for row in csv.DictReader(text.splitlines(keepends=True))]
    return re.sub(r'"ms": [0-9.]+', '"ms": 0', text)


def _timeless(report: ThreatReport) -> ThreatReport:
    findings = tuple(replace(finding, finding="") for finding in report.findings)
    return replace(report, decided_at=0.0, elapsed_ms=0.0, record=b"", findings=findings)
