"""How an order reaches the gate: by a program that is started, an HTTP call, or a file; the port owner's choice.

Each is told at least once and may be told again: after a crash, or when it failed, the same order comes under the same
id. Whoever moves the gate keeps the ids it has carried out. The order's document, as it was signed, is all it needs.
"""

import http.client
import os
import shlex
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from scanview.core.errors import BadInput, Unavailable
from scanview.core.order import Order
from scanview.settings import PortSettings
from scanview.wire.private_files import make_private_folder, replace_private

Hook = Callable[[Order], None]

_LONGEST_ANSWER = 65_536
_QUOTED = 200


def make_gate(settings: PortSettings) -> Hook:
    """What calls every hook that `settings` name, one after the other; BadInput where one cannot be what it is.

    It raises Unavailable where a hook fails, and then all of them are to be called again.
    """
    hooks: list[Hook] = []
    if settings.gate_command:
        hooks.append(CommandHook(settings.gate_command, settings.gate_timeout_s))
    if settings.gate_url:
        hooks.append(HttpHook(settings.gate_url, settings.gate_timeout_s))
    if settings.gate_folder:
        hooks.append(FileHook(Path(settings.gate_folder)))

    def gate(order: Order) -> None:
        for hook in hooks:
            hook(order)

    return gate


class CommandHook:
    """Starts a program with the order on its standard input; it has taken the order when it ends with 0.

    Its environment says SCANVIEW_ORDER, SCANVIEW_VERDICT, SCANVIEW_SCAN, SCANVIEW_CONTAINER and SCANVIEW_LANE. No shell
    is between. After `timeout_s` it is killed with what it started, and the order counts as not taken.
    """

    def __init__(self, command: str, timeout_s: float) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise BadInput(f"the gate's command {command!r} cannot be read: {error}", code="bad-option") from error
        self._timeout_s = timeout_s

    def __call__(self, order: Order) -> None:
        """Unavailable unless the program takes the order."""
        try:
            process = subprocess.Popen(  # noqa: S603 - the port's owner names the program
                self._words,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**os.environ, **_environment(order)},
                start_new_session=True,
            )
        except OSError as error:
            raise _failure(f"the gate's program cannot be started: {error.strerror}") from error
        with process:
            try:
                _, complaint = process.communicate(order.canonical(), timeout=self._timeout_s)
            except subprocess.TimeoutExpired as error:
                _kill(process)
                raise _failure(f"the gate's program did not end within {self._timeout_s:g} s") from error
        if process.returncode:
            said = complaint.decode(errors="replace").strip()[-_QUOTED:]
            raise _failure(f"the gate's program ended with {process.returncode}{f': {said}' if said else ''}")


class HttpHook:
    """Posts the order as JSON, with its id as `Idempotency-Key`; a status of 2xx has taken it.

    Redirects are not followed and no proxy is used: the gate is where the port's owner says.
    """

    def __init__(self, url: str, timeout_s: float) -> None:
        if not url.startswith(("http://", "https://")):
            raise BadInput(f"{url!r} is no address for the gate", code="bad-option", remedy="Write http://HOST/PATH")
        self._url = url
        self._timeout_s = timeout_s
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)

    def __call__(self, order: Order) -> None:
        """Unavailable unless the other side takes the order."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": order.order}
        request = urllib.request.Request(  # noqa: S310 - http and https alone, see above
            self._url, data=order.canonical(), headers=headers, method="POST"
        )
        try:
            with self._opener.open(request, timeout=self._timeout_s) as answer:
                answer.read(_LONGEST_ANSWER)
        except urllib.error.HTTPError as error:
            with error:
                raise _failure(f"the gate at {self._url} answers {error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise _failure(f"the gate at {self._url} does not answer: {reason}") from error


class FileHook:
    """Leaves `<order>.json` with the order in a folder, whole or not at all; the same order replaces its own file."""

    def __init__(self, folder: Path) -> None:
        make_private_folder(folder)
        self._folder = folder

    def __call__(self, order: Order) -> None:
        """Unavailable unless the file is there, durable."""
        try:
            replace_private(self._folder / f"{order.order}.json", order.canonical())
        except OSError as error:
            raise _failure(f"the gate's folder {self._folder} cannot be written: {error.strerror}") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected order could end up anywhere."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


def _environment(order: Order) -> dict[str, str]:
    """The facts of an order for a program that reads no JSON; a zero byte, which no environment holds, is left out."""
    facts = {
        "ORDER": order.order,
        "VERDICT": order.verdict.value,
        "SCAN": order.scan,
        "CONTAINER": order.container.replace("\0", ""),
        "LANE": order.lane,
    }
    return {f"SCANVIEW_{name}": value for name, value in facts.items()}


def _kill(process: "subprocess.Popen[bytes]") -> None:
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def _failure(message: str) -> Unavailable:
    return Unavailable(message, code="gate-failed", remedy="Check the gate; the order is given to it again")
