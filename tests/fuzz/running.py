"""Runs inputs through a target in a process of its own, within memory and time; what breaks it is brought back."""

import faulthandler
import mmap
import multiprocessing
import os
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import Fault, ScanViewError
from tests.fuzz.target import Target

MEMORY_BYTES = 3 << 29
LONGEST_S = 2.0
"""Of processor time, so that a busy machine breaks nothing."""

HUNG_S = 20.0
"""So long may a process that does not even answer the alarm go on: a loop in another language."""

_STATE = struct.Struct("<QQQ")
_ROOM = 4 << 20


class TooLong(BaseException):
    """An input takes more than LONGEST_S."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An input that broke its target, and how."""

    content: bytes
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: how many inputs were read, how many of them were taken for sound, and which broke it."""

    inputs: int
    accepted: int
    broken: tuple[Broken, ...]


def breaks(target: Target, content: bytes, folder: Path) -> str | None:
    """Why `content` breaks `target`; empty where it is refused as it should be, None where it is taken for sound."""
    given: object = content
    if target.suffix is not None:
        given = folder / f"input{target.suffix}"
        given.write_bytes(content)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
    try:
        target.read(given)
    except Fault as error:
        return f"our own fault: {error}"
    except ScanViewError:
        return ""
    except TooLong:
        return f"takes more than {LONGEST_S:g} s\n{traceback.format_exc(limit=-3)}"
    except Exception:
        return traceback.format_exc(limit=-4)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return None


def alarmed() -> None:
    """Have this process raise TooLong in an input that takes too long."""

    def ring(number: int, frame: object) -> None:
        raise TooLong

    signal.signal(signal.SIGPROF, ring)


def run(target: Target, *, seed: int, first: int, inputs: int, most_broken: int = 5, tell: bool = False) -> Outcome:
    """Read inputs `first` to `first + inputs` of the run `seed`."""
    end, done, accepted = first + inputs, first, 0
    broken: list[Broken] = []
    while done < end and len(broken) < most_broken:
        done, took, found = _one_process(target, seed, done, end, tell)
        accepted += took
        if found is None:
            break
        broken.append(found)
    return Outcome(inputs=done - first, accepted=accepted, broken=tuple(broken))


def _one_process(target: Target, seed: int, first: int, end: int, tell: bool) -> tuple[int, int, Broken | None]:
    """(where to go on, how many were sound, what broke it) of a process that reads from `first` on."""
    with (
        tempfile.TemporaryDirectory(prefix="scanview-fuzz-", dir=_memory_disk()) as folder,
        mmap.mmap(-1, _ROOM) as state,
    ):
        child = multiprocessing.get_context("fork").Process(
            target=_work, args=(target, seed, first, end, Path(folder), state)
        )
        child.start()
        done, since = first, time.monotonic()
        while child.is_alive():
            child.join(0.5)
            now = _STATE.unpack_from(state)[0]
            if now != done:
                done, since = now, time.monotonic()
                if tell and sys.stderr.isatty():
                    sys.stderr.write(f"\r{target.name}: {done}")
            if time.monotonic() - since > HUNG_S:
                child.kill()
                child.join()
        done, length, accepted = _STATE.unpack_from(state)
        if child.exitcode == 0:
            return done, accepted, None
        content = target.input(_seeds(target, Path(folder)), seed, done)
        why = (
            bytes(state[_STATE.size : _STATE.size + length]).decode(errors="replace")
            if length
            else f"the process died: {child.exitcode}"
        )
        return done + 1, accepted, Broken(content, why)


def _own_bytes() -> int:
    """What this process has of its parent already: the limit is on what an input adds."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _seeds(target: Target, folder: Path) -> list[bytes]:
    return list(target.seeds(folder))


def _work(target: Target, seed: int, first: int, end: int, folder: Path, state: mmap.mmap) -> None:
    """Read inputs until one breaks; the number of the one under way and, after it, why stand in `state`."""
    code = accepted = 0
    try:
        alarmed()
        faulthandler.disable()
        seeds = _seeds(target, folder)
        most = _own_bytes() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 2)
        for number in range(first, end):
            _STATE.pack_into(state, 0, number, 0, accepted)
            why = breaks(target, target.input(seeds, seed, number), folder)
            accepted += why is None
            if why:
                said = why.encode()[: _ROOM - 4_096]
                state[_STATE.size : _STATE.size + len(said)] = said
                _STATE.pack_into(state, 0, number, len(said), accepted)
                code = 1
                break
        else:
            _STATE.pack_into(state, 0, end, 0, accepted)
    except BaseException:
        said = ("the fuzzer itself failed\n" + traceback.format_exc()).encode()
        state[_STATE.size : _STATE.size + len(said)] = said
        _STATE.pack_into(state, 0, _STATE.unpack_from(state)[0], len(said), accepted)
        code = 1
    finally:
        os._exit(code)


def _memory_disk() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
