"""How well people find things, in English."""

TEXT: dict[str, str] = {
    "console.page.performance": "Performance",
    "performance.person": "Analyst",
    "performance.threats": "with threat",
    "performance.clean": "without",
    "performance.hits": "Hits",
    "performance.false-alarms": "False alarms",
    "performance.sensitivity": "d_a",
    "performance.search": "Search time",
    "performance.elsewhere": "held for something else",
    "performance.figure": "{value}  ({low}–{high})",
    "performance.means": "Of test scans alone, whose truth is known. d_a: sensitivity at a slope of 0.6, higher is "
    "better whatever the criterion. Search time: median from taking a scan to deciding. In brackets: 95 % intervals; "
    "where they overlap, two people cannot be told apart.",
    "performance.table": "Table of all people",
    "performance.chart.rates": "Hits and false alarms, %",
    "performance.chart.sensitivity": "Sensitivity d_a",
    "performance.chart.search": "Search time, median",
    "performance.choose.period": "Period",
    "performance.choose.what": "What is exported",
    "performance.choose.form": "Form of the file",
    "performance.button-name.refresh": "Ask for the figures anew",
    "performance.button-name.export": "Write what is chosen to a file",
    "performance.nothing": "No test scans were decided in this period",
    "performance.count": "{count} people decided test scans in this period",
}
