"""The process that reads files from outside for another: `python -m scanview.formats.decoding DESCRIPTOR`.

It has every reader loaded and never looks into a file itself. For each file it forks a child, which confines itself to
that one file, reads it, writes its answer into the block of memory that came with the request, and ends. So no file can
touch what is read after it, and a decoder that dies takes nothing along.

A request comes as one packet over the socket behind DESCRIPTOR, with the block's descriptor; the answer is how the
child ended.
"""

import gc
import os
import signal
import socket
import sys
import sysconfig
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

import msgspec

from scanview.core.errors import ScanViewError
from scanview.formats import load_readers, read_scan_of
from scanview.formats.apart_answer import MAX_ANSWER_BYTES, path_of, write_answer
from scanview.formats.header_json import decode_header, encode_header
from scanview.formats.origin import Origin
from scanview.formats.threat_report import image_reference, is_report, read_report
from scanview.imaging.scan_image import Counts
from scanview.processes.confinement import Limits, confine, end_with_parent

MEMORY_BYTES = 3 << 29
"""Address space of a child: 1.5 GiB."""

CPU_S = 20
"""Seconds of processor time for one file."""

WALL_S = 60
"""Seconds for one file, whatever it waits for."""

MAX_REQUEST_BYTES = 2 << 20

_LOOK_EVERY_S = 1.0
_LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache")
_CONFINED, _BROKEN = 0, 1


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One job on the file at `path` (see `path_text`); `origin` and `header`, canonical JSON, where it wants them."""

    job: str
    path: str
    origin: Origin | None = None
    header: str = ""

    @property
    def file(self) -> Path:
        """The file that the job is on."""
        return path_of(self.path)


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How the child ended: by its exit code, by a signal, or because it took too long."""

    code: int = 0
    signal: int = 0
    is_late: bool = False


def _scan(request: Request) -> tuple[str, tuple[Counts, ...]]:
    if request.origin is None:
        raise ValueError("a scan is read with its origin")
    image = read_scan_of(request.file, request.origin)
    return encode_header(image.header).decode(), image.views


def _report(request: Request) -> tuple[str, tuple[Counts, ...]]:
    return msgspec.json.encode(read_report(request.file)).decode(), ()


def _is_report(request: Request) -> tuple[str, tuple[Counts, ...]]:
    return msgspec.json.encode(is_report(request.file)).decode(), ()


def _reference(request: Request) -> tuple[str, tuple[Counts, ...]]:
    reference = image_reference(request.file, decode_header(request.header.encode()))
    return msgspec.json.encode(reference).decode(), ()


_JOBS: Mapping[str, Callable[[Request], tuple[str, tuple[Counts, ...]]]] = MappingProxyType(
    {"scan": _scan, "report": _report, "is-report": _is_report, "reference": _reference}
)


def main(control: socket.socket) -> None:
    """Serve requests until the other end is closed."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    readable = [*_programs(), *load_readers()]
    _load_decoders()
    gc.collect()
    gc.freeze()
    while True:
        packet, blocks, _, _ = socket.recv_fds(control, MAX_REQUEST_BYTES, 1)
        if not packet or len(blocks) != 1:
            return
        request = msgspec.json.decode(packet, type=Request)
        child = os.fork()
        if child == 0:
            _read_and_end(request, blocks[0], control, readable)
        os.close(blocks[0])
        control.send(msgspec.json.encode(_wait_for(child, control)))


def _read_and_end(request: Request, block: int, control: socket.socket, readable: list[Path]) -> NoReturn:
    """In the child: confine it, do the job, end."""
    code = _BROKEN
    try:
        end_with_parent()
        control.close()
        limits = Limits(memory_bytes=MEMORY_BYTES, cpu_s=CPU_S, file_bytes=MAX_ANSWER_BYTES)
        confine(limits, readable=[request.file, *readable])
        try:
            write_answer(block, *_JOBS[request.job](request))
        except ScanViewError as error:
            write_answer(block, "", error=error)
        code = _CONFINED
    finally:
        os._exit(code)


def _wait_for(child: int, control: socket.socket) -> Ended:
    """How `child` ended; it is killed when it takes longer than it may, or when nobody waits for it any more."""
    waited_s = 0.0
    while signal.sigtimedwait({signal.SIGCHLD}, _LOOK_EVERY_S) is None:
        waited_s += _LOOK_EVERY_S
        if waited_s >= WALL_S or _is_closed(control):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            signal.sigtimedwait({signal.SIGCHLD}, 0)
            return Ended(is_late=True)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return Ended(code=max(code, 0), signal=max(-code, 0), is_late=code == -signal.SIGXCPU)


def _is_closed(control: socket.socket) -> bool:
    try:
        return not control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _load_decoders() -> None:
    """Load what decoders would load with their first file, and keep each to one thread: only that can be forked."""
    for name in ("gdcm", "imagecodecs", "pydicom.pixels.decoders", "isal.isal_zlib"):
        try:
            import_module(name)
        except ImportError:
            continue
    import_module("cv2").setNumThreads(1)


def _programs() -> list[Path]:
    """The folders that programs and their libraries lie in; none that holds data of ours."""
    python = (sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    return [Path(folder) for folder in (*python, str(Path(__file__).parents[1]), *_LIBRARIES)]


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as control:
        main(control)
