"""A process that reads what others wrote gives up what it does not need: memory, time, the network, other files.

Three walls, each as far as the kernel has it: resource limits (setrlimit), Landlock, which leaves the process the files
that it is given and no other, and a seccomp filter, which takes away the calls that start programs, speak to anybody or
change a file. There is no way back: what a process gave up, it cannot ask for again. Linux only.

Sources: landlock(7), seccomp(2), the kernel's Documentation/userspace-api/landlock.rst.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scanview.processes.system_calls import CREATES_PROCESS_UNLESS_THREAD, FORBIDDEN, OPENS, UNKNOWN_HERE, machine

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 4, 38, 22
_SECCOMP_MODE_FILTER = 2

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_VERSION_FLAG, _LANDLOCK_BENEATH = 1, 1
_LANDLOCK_RIGHTS = (0, 13, 14, 15, 15, 16)
"""How many kinds of access a version of Landlock knows, by its number; later ones know as many as the last here."""
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_KILL, _ALLOW, _ERRNO = 0x8000_0000, 0x7FFF_0000, 0x0005_0000
_EPERM, _ENOSYS = 1, 38
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_CLONE_THREAD = 0x0001_0000
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_libc = ctypes.CDLL(None, use_errno=True)


class Wall(StrEnum):
    """What stands between a confined process and the rest of the machine."""

    LIMITS = "limits"
    FILES = "landlock"
    CALLS = "seccomp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a confined process may use: bytes of address space, seconds of CPU, bytes of any one file, open files."""

    memory_bytes: int
    cpu_s: int
    file_bytes: int
    files: int = 64


def confine(limits: Limits, *, readable: Iterable[Path]) -> frozenset[Wall]:
    """Confine this process for the rest of its life; the walls that this kernel has.

    Args:
        limits: what it may use.
        readable: the files it may read, and the folders whose files it may read. What is not there is passed over.
            What it has open already stays open.

    Raises:
        OSError: a wall that the kernel has could not be put up.
    """
    _limit(limits)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    walls = {Wall.LIMITS}
    if _keep_to(readable):
        walls.add(Wall.FILES)
    if _forbid_calls():
        walls.add(Wall.CALLS)
    return frozenset(walls)


def walls_here() -> frozenset[Wall]:
    """The walls that this kernel and this machine have."""
    has_files = _landlock_version() >= 1
    return frozenset(Wall) - (set() if has_files else {Wall.FILES}) - (set() if machine() else {Wall.CALLS})


def end_with_parent() -> None:
    """Have the kernel kill this process when the thread that started it is gone."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit(limits: Limits) -> None:
    """Set the limits; and no core is left of what failed, because it would hold somebody's file."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))  # SIGXCPU first, which tells why
    _prctl(_PR_SET_DUMPABLE, 0)


def _keep_to(readable: Iterable[Path]) -> bool:
    """Leave the process `readable` alone, to read; False where the kernel has no Landlock."""
    version = _landlock_version()
    if version < 1:
        return False
    handled = (1 << _LANDLOCK_RIGHTS[min(version, len(_LANDLOCK_RIGHTS) - 1)]) - 1
    attributes = struct.pack("=Q", handled)
    ruleset = _checked(_libc.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0))
    try:
        for path in readable:
            with contextlib.suppress(FileNotFoundError):
                _let_read(ruleset, path, handled)
        _checked(_libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0))
    finally:
        os.close(ruleset)
    return True


def _landlock_version() -> int:
    """The version of Landlock that the kernel has; below 1 where it has none, or was started without."""
    return int(_libc.syscall(_LANDLOCK_CREATE, None, 0, _LANDLOCK_VERSION_FLAG))


def _let_read(ruleset: int, path: Path, handled: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | (_EXECUTE | _READ_FOLDER if path.is_dir() else 0)
        rule = struct.pack("=Qi", rights & handled, place)
        _checked(_libc.syscall(_LANDLOCK_ADD, ruleset, _LANDLOCK_BENEATH, rule, 0))
    finally:
        os.close(place)


def _forbid_calls() -> bool:
    """Put the filter of system calls in place; False on a machine whose calls are not in the table."""
    here = machine()
    if here is None:
        return False
    steps = [
        _step(_LOAD, _MACHINE_AT),
        _step(_EQUAL, here.audit_number, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
        _step(_AT_LEAST, here.foreign_from, 0, 1),
        _step(_RETURN, _KILL),
    ]
    for names, error in ((FORBIDDEN, _EPERM), (UNKNOWN_HERE, _ENOSYS)):
        for number in here.numbers(names):
            steps += [_step(_EQUAL, number, 0, 1), _step(_RETURN, _ERRNO | error)]
    for number in here.numbers(CREATES_PROCESS_UNLESS_THREAD):
        steps += _unless(number, argument=0, bits=_CLONE_THREAD, allow=True)
    for name, argument in OPENS.items():
        for number in here.numbers((name,)):
            steps += _unless(number, argument=argument, bits=_WRITES, allow=False)
    steps.append(_step(_RETURN, _ALLOW))
    program = b"".join(steps)
    kept = ctypes.create_string_buffer(program, len(program))
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, struct.pack("@HP", len(steps), ctypes.addressof(kept)))
    return True


def _unless(number: int, *, argument: int, bits: int, allow: bool) -> list[bytes]:
    """Of the call `number`: allow it if, or if not, any of `bits` is set in an argument; else refuse it."""
    set_result, clear_result = (_ALLOW, _ERRNO | _EPERM) if allow else (_ERRNO | _EPERM, _ALLOW)
    return [
        _step(_EQUAL, number, 0, 4),
        _step(_LOAD, _ARGUMENTS_AT + 8 * argument),
        _step(_ANY_BIT, bits, 0, 1),
        _step(_RETURN, set_result),
        _step(_RETURN, clear_result),
    ]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction of classic BPF."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _prctl(option: int, *values: int | bytes) -> None:
    given = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in values]
    _checked(_libc.prctl(option, *given, *[ctypes.c_ulong(0)] * (4 - len(given))))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
