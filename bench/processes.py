"""What the system knows of a process: CPU time and memory. On Linux only."""

import os
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of the process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Resident memory of the process now."""
    return _status_kb(pid, "VmRSS") * 1024 / 1e6


def peak_memory_mb(pid: int) -> float:
    """The most resident memory the process had since `forget_peak`, or since it began."""
    return _status_kb(pid, "VmHWM") * 1024 / 1e6


def forget_peak(pid: int) -> None:
    """Let the peak begin anew at what is resident now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="utf-8")


def _status_kb(pid: int, field: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0])
    raise RuntimeError(f"process {pid} has no {field}")
