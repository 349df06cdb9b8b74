"""What a threat detection report says, as values and words: for `scanview inspect`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scanview.formats.apart import read_report_apart
from scanview.formats.threat_report import ThreatReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDescription:
    """The report in the file at `path`."""

    path: Path
    report: ThreatReport

    def as_json(self) -> dict[str, Any]:
        """For programs: findings in the form of result files, `path` under the name they use, "scan"."""
        report = self.report
        return {
            "scan": str(self.path),
            "kind": "DICOS threat detection report",
            "type": report.type.value,
            "alarm": report.alarm.value,
            "aborted": report.aborted,
            "algorithm": list(report.algorithm),
            "decided_at": report.decided_at,
            "ms": report.elapsed_ms,
            "image": report.image.instance,
            "container": report.container,
            "lane": report.lane,
            "findings": [
                {"class": found.label, "score": found.score, "box": list(found.box.corners)}
                for found in report.findings
            ],
        }

    def as_text(self) -> str:
        """For people: a line of what is said, a line of who said it about what, a line per finding."""
        report = self.report
        at = datetime.fromtimestamp(report.decided_at, UTC).isoformat(sep=" ", timespec="seconds")
        lines = [
            f"{self.path}: DICOS threat detection report, {report.type.value}: {report.alarm.value}",
            f"  by {' '.join(report.algorithm) or 'nobody named'} at {at}",
            f"  about image {report.image.instance} {report.container}".rstrip(),
        ]
        if report.aborted:
            lines.append(f"  no opinion: {report.aborted}")
        lines += [
            f"  {found.label} {found.score:.2f} in columns {found.box.x0} to {found.box.x1}, "
            f"rows {found.box.y0} to {found.box.y1}"
            for found in report.findings
        ]
        return "\n".join(lines)


def describe_report(path: Path) -> ReportDescription:
    """The report in the file at `path`; BadInput and Unavailable as `apart.read_report_apart` says."""
    return ReportDescription(path=path, report=read_report_apart(path))
