"""Starts a program within what a unit of systemd leaves it: `python -m tests.security.sandboxed UNIT PROGRAM...`.

The calls of SystemCallFilter=, expanded by systemd itself, MemoryDenyWriteExecute= and UMask= are put in force by this
process; what needs the rights of root (ProtectSystem= and its like) is left to systemd. No test of the lot is lost:
a call that the filter lacks fails here as it would there.
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

UNITS = Path(__file__).parents[2] / "packaging" / "systemd"
_ERRNO, _ALLOW, _EPERM = 0x0005_0000, 0x7FFF_0000, 1
_PR_SET_NO_NEW_PRIVS, _PR_SET_MDWE, _REFUSE_EXEC_GAIN = 38, 65, 1


def values(unit: str, key: str) -> list[str]:
    """The values that a unit gives to `key`, in order."""
    lines = (UNITS / unit).read_text(encoding="utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{key}=")]


def expanded(name: str) -> set[str]:
    """The calls of a group, or the one call."""
    if not name.startswith("@"):
        return {name}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
    inside = (line.strip() for line in listed.stdout.splitlines()[1:])
    return set().union(*(expanded(each) for each in inside if each and not each.startswith("#")))


def allowed(unit: str) -> set[str]:
    """The calls that a unit leaves its program."""
    calls: set[str] = set()
    for value in values(unit, "SystemCallFilter"):
        named = set().union(*(expanded(name) for name in value.lstrip("~").split()))
        calls = calls - named if value.startswith("~") else calls | named
    return calls


def shut_in(unit: str) -> None:
    """Put the filter of `unit` in force for this process and all it starts."""
    libc, seccomp = ctypes.CDLL(None, use_errno=True), ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(seccomp.seccomp_init(_ERRNO | _EPERM))
    for name in allowed(unit):
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            seccomp.seccomp_rule_add(rules, _ALLOW, number, 0)
    os.umask(int(values(unit, "UMask")[0], 8))
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if values(unit, "MemoryDenyWriteExecute") == ["yes"]:
        libc.prctl(_PR_SET_MDWE, _REFUSE_EXEC_GAIN, 0, 0, 0)
    if seccomp.seccomp_load(rules) != 0:
        raise SystemExit("the filter cannot be put in force")


if __name__ == "__main__":
    shut_in(sys.argv[1])
    os.execv(sys.argv[2], sys.argv[2:])
