"""Files from outside, read in a process of their own: for whatever reads them unattended.

What comes back is what `read_scan` and its like give, and the same errors; besides, a file whose decoder dies, takes
too long or asks for too much is BadInput by its name, and the program goes on. On systems other than Linux there is no
such process: files are read here, within the limits of scanview.formats.limits.
"""

import atexit
import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import msgspec

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.core.scan import ScanHeader
from scanview.formats import as_told, keeps_its_own_name, read_scan
from scanview.formats.apart_answer import path_text, read_answer
from scanview.formats.header_json import decode_header, encode_header
from scanview.formats.limits import MAX_SAMPLES, check_file
from scanview.formats.origin import origin_of
from scanview.formats.threat_report import ImageReference, ThreatReport, image_reference, is_report, read_report
from scanview.imaging.scan_image import Counts, ScanImage

T = TypeVar("T")

_log = logging.getLogger("scanview.formats")

_IS_APART = sys.platform == "linux"
WALLS: frozenset[str] = import_module("scanview.processes.confinement").walls_here() if _IS_APART else frozenset()
"""What keeps a decoder in on this machine, as far as its kernel has it: limits, landlock, seccomp."""

_END_S = 2.0
_STATUS_BYTES = 4_096
_GONE = (OSError, EOFError)


class DecodingProcess:
    """One process that decodes for this one: started with its first file, and again whenever it is gone.

    Any thread may ask; one file is read at a time. `program` is the module that is run.
    """

    def __init__(self, program: str = "scanview.formats.decoding") -> None:
        self._module = program
        self._lock = threading.Lock()
        self._program: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def ask(self, request: bytes, name: str) -> tuple[str, tuple[Counts, ...]]:
        """(document, views) for a request of scanview.formats.decoding about the file called `name`.

        Raises:
            BadInput: the decoder died of the file (code `decoder-died`) or took too long (`decoder-stopped`).
            Unavailable: no decoder can be started (code `no-decoder`).
            ScanViewError: what the reader says.
        """
        block = os.memfd_create("scanview-answer")
        try:
            with self._lock:
                _check_end(self._carry_out(request, block), name)
            return read_answer(block, name)
        finally:
            os.close(block)

    def close(self) -> None:
        """End the process; a later file starts another."""
        with self._lock:
            self._end()

    def _carry_out(self, request: bytes, block: int) -> bytes:
        """How the child ended that read the file; a process that is found gone is started again, once."""
        for is_last in (False, True):
            try:
                control = self._started()
                socket.send_fds(control, [request], [block])
                if status := control.recv(_STATUS_BYTES):
                    return status
                raise EOFError("the decoding process is gone")
            except _GONE as error:
                self._end()
                if is_last:
                    raise Unavailable(
                        f"no process can be started to read files from outside: {error}", code="no-decoder"
                    ) from error
            except BaseException:
                self._end()  # whoever asks next must not be given the answer to this
                raise
        raise AssertionError("unreachable")

    def _started(self) -> socket.socket:
        if self._control is not None:
            return self._control
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._program = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-m", self._module, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._control = ours
        _log.info("files from outside are read by process %d behind %s", self._program.pid, " ".join(sorted(WALLS)))
        return ours

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._program is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._program.wait(_END_S)
            self._program.kill()
            self._program.wait()
        self._control = self._program = None


_decoder = DecodingProcess()
atexit.register(_decoder.close)


def read_scan_apart(path: Path, *, scan: str | None = None, lane: str | None = None) -> ScanImage:
    """As `read_scan`, in a process of its own.

    Raises:
        BadInput, Unavailable: as `read_scan`; or as `DecodingProcess.ask`.
    """
    if not _IS_APART:
        return read_scan(path, scan=scan, lane=lane)
    check_file(path)
    try:
        origin = origin_of(path, scan=scan, lane=lane)
        has_own_name = keeps_its_own_name(path)
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be read: {error.strerror or error}", code="unreadable-file") from error
    document, views = _ask("scan", path, origin=msgspec.to_builtins(origin))
    header = decode_header(document.encode())
    if not has_own_name:
        header = replace(
            header, scan=origin.scan, lane=origin.lane, source_name=origin.name, source_sha256=origin.sha256
        )
    return as_told(ScanImage(header=header, views=views), scan=scan, lane=lane)


def read_report_apart(path: Path) -> ThreatReport:
    """As `read_report`, in a process of its own; errors as there and as `DecodingProcess.ask` says."""
    if not _IS_APART:
        return read_report(path)
    check_file(path)
    return _typed(_ask("report", path)[0], ThreatReport, path)


def is_report_apart(path: Path) -> bool:
    """As `is_report`, in a process of its own; a file whose decoder dies is none."""
    if not _IS_APART:
        return is_report(path)
    check_file(path)
    return _typed(_ask("is-report", path)[0], bool, path)


def image_reference_apart(path: Path, header: ScanHeader) -> ImageReference:
    """As `image_reference`, in a process of its own; errors as there and as `DecodingProcess.ask` says."""
    if not _IS_APART:
        return image_reference(path, header)
    return _typed(_ask("reference", path, header=encode_header(header).decode())[0], ImageReference, path)


def _ask(job: str, path: Path, **given: object) -> tuple[str, tuple[Counts, ...]]:
    request = msgspec.json.encode({"job": job, "path": path_text(path.absolute()), **given})
    return _decoder.ask(request, path.name)


def _typed(document: str, kind: type[T], path: Path) -> T:
    try:
        return msgspec.json.decode(document.encode(), type=kind)
    except (msgspec.MsgspecError, UnicodeError, ScanViewError) as error:
        raise BadInput(f"{path.name} cannot be read: {error}", code="decoder-died") from error


def _check_end(status: bytes, name: str) -> None:
    """BadInput unless the child that read the file ended by itself, its answer written."""
    ended: dict[str, int] = msgspec.json.decode(status)
    if ended.get("is_late"):
        raise BadInput(
            f"{name} cannot be read: its decoder takes too long",
            code="decoder-stopped",
            remedy="Have the scanner write it again, or in another format",
        )
    if ended.get("signal"):
        number = ended["signal"]
        word = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        raise BadInput(f"{name} cannot be read: its decoder died of it ({word})", code="decoder-died")
    if ended.get("code"):
        raise BadInput(f"{name} cannot be read: its decoder failed on it", code="decoder-died")


def _environment() -> dict[str, str]:
    """What the process is told: where its modules are, to stay one thread, and nothing that this program knows."""
    told = {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OPENCV_IO_MAX_IMAGE_PIXELS": str(MAX_SAMPLES),
    }
    return told | {name: value for name in ("LD_LIBRARY_PATH",) if (value := os.environ.get(name))}
