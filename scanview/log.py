"""What the programs write about themselves: named loggers by package, one line per record, the scan's id in each.

Lines go to standard error. A line cannot be forged: whatever is no printable character in what comes from outside is
escaped, line breaks, terminal sequences and marks that turn the direction of writing among them; the lines of an
error's story are indented, so that none of them can pass for a record. The last records stay in memory, so that a
fault report can carry them.
"""

import json
import logging
import sys
from collections import deque

REMEMBERED = 2_000

_recent: deque[str] = deque(maxlen=REMEMBERED)


class _TextFormatter(logging.Formatter):
    """Time, level, logger, message and scan id, for people."""

    def format(self, record: logging.LogRecord) -> str:
        scan = getattr(record, "scan", "")
        text = f"{self.formatTime(record)} {record.levelname:7} {record.name}: {_one_line(record.getMessage())}"
        text = f"{text} [{_one_line(scan)}]" if scan else text
        return text + "".join(f"\n    | {line}" for line in _told(self, record))


class _JsonFormatter(logging.Formatter):
    """One JSON object per line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "at": round(record.created, 3),
            "level": record.levelname,
            "logger": record.name,
            "message": _one_line(record.getMessage()),
            "scan": _one_line(getattr(record, "scan", "")),
        }
        if story := _told(self, record):
            fields["exception"] = "\n".join(story)
        return json.dumps(fields, ensure_ascii=False)


class _Memory(logging.Handler):
    """Keeps the last lines."""

    def emit(self, record: logging.LogRecord) -> None:
        _recent.append(self.format(record))


def start(*, level: str = "INFO", as_json: bool = False) -> None:
    """Send all records of the package to standard error and to memory."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(_JsonFormatter() if as_json else _TextFormatter())
    memory = _Memory()
    memory.setFormatter(_TextFormatter())
    logger = logging.getLogger("scanview")
    logger.handlers = [stream, memory]
    logger.setLevel(level)
    logger.propagate = False


def recent() -> tuple[str, ...]:
    """The last records, oldest first."""
    return tuple(_recent)


def printable(text: str) -> str:
    """`text` for a terminal: on as many lines as it has, each without anything that is no printable character."""
    return "\n".join(map(_one_line, text.split("\n")))


def _told(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    """The lines of the error that a record tells of."""
    story = formatter.formatException(record.exc_info) if record.exc_info else ""
    return [_one_line(line) for line in story.split("\n") if line]


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
