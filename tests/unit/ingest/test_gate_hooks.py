"""The hooks that carry an order to the gate: real programs, a real HTTP server, real files."""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scanview.core.errors import BadInput, Unavailable
from scanview.ingest.gate_hooks import CommandHook, FileHook, HttpHook, make_gate
from scanview.settings import PortSettings
from tests.unit.ingest.test_orders import HOLD, RELEASE


def program(folder: Path, text: str) -> str:
    path = folder / "gate program.py"
    path.write_text(text, encoding="utf-8")
    return f'"{sys.executable}" "{path}" "an argument"'


def test_a_program_reads_the_order_and_its_facts(tmp_path: Path) -> None:
    command = program(
        tmp_path,
        "import json, os, pathlib, sys\n"
        "facts = {k: v for k, v in os.environ.items() if k.startswith('SCANVIEW_') and 'RUNTIME' not in k}\n"
        "seen = {'order': json.load(sys.stdin), 'facts': facts, 'words': sys.argv[1:]}\n"
        "pathlib.Path(__file__).with_name('seen.json').write_text(json.dumps(seen))\n",
    )
    CommandHook(command, 30)(RELEASE)
    seen = json.loads((tmp_path / "seen.json").read_bytes())
    assert seen["order"] == json.loads(RELEASE.canonical())
    assert seen["words"] == ["an argument"]
    assert seen["facts"] == {
        "SCANVIEW_ORDER": RELEASE.order,
        "SCANVIEW_VERDICT": "RELEASE",
        "SCANVIEW_SCAN": RELEASE.scan,
        "SCANVIEW_CONTAINER": RELEASE.container,
        "SCANVIEW_LANE": RELEASE.lane,
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import sys; sys.stderr.write('the barrier is jammed'); sys.exit(3)", "3: the barrier is jammed"),
        ("import sys; sys.stdin.close(); sys.exit(1)", "ended with 1"),
    ],
)
def test_a_program_that_fails_has_not_taken_it(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Unavailable, match=told):
        CommandHook(program(tmp_path, text), 30)(RELEASE)


def test_a_program_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    command = program(
        tmp_path,
        "import pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "pathlib.Path(__file__).with_name('child').write_text(str(child.pid))\n"
        "time.sleep(600)\n",
    )
    with pytest.raises(Unavailable, match="did not end within"):
        CommandHook(command, 3)(RELEASE)
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 20
    while is_alive(child):
        assert time.monotonic() < deadline, "the child lives on"
        time.sleep(0.05)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().split()[2] not in "ZX"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(Unavailable, match="cannot be started"):
        CommandHook("/nowhere/gate", 1)(RELEASE)
    with pytest.raises(BadInput):
        CommandHook('"unclosed', 1)


class Controller(ThreadingHTTPServer):
    """A gate's controller that answers as a test says."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.stalls = threading.Event()
        self.heard: list[tuple[str, str, str, bytes]] = []
        controller = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                key, kind = self.headers["Idempotency-Key"], self.headers["Content-Type"]
                controller.heard.append((self.path, key, kind, body))
                if controller.stalls.is_set():
                    time.sleep(1.0)
                self.send_response(controller.status)
                for name, value in controller.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.serve_forever, name="gate controller")
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/gate"

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()


@pytest.fixture
def controller():
    controller = Controller()
    yield controller
    controller.close()


def test_a_call_carries_the_order_under_its_id(controller: Controller) -> None:
    HttpHook(controller.url, 10)(RELEASE)
    assert controller.heard == [("/gate", RELEASE.order, "application/json", RELEASE.canonical())]


@pytest.mark.parametrize("status", [302, 307, 400, 500, 503])
def test_only_2xx_has_taken_it_and_nothing_is_sent_on(controller: Controller, status: int) -> None:
    controller.status = status
    controller.headers = {"Location": controller.url + "/elsewhere"}
    with pytest.raises(Unavailable, match=str(status)):
        HttpHook(controller.url, 10)(RELEASE)
    assert [path for path, *_ in controller.heard] == ["/gate"]


def test_a_controller_that_is_silent_or_gone_has_not_taken_it(controller: Controller) -> None:
    controller.stalls.set()
    with pytest.raises(Unavailable, match="does not answer"):
        HttpHook(controller.url, 0.2)(RELEASE)
    with pytest.raises(Unavailable, match="does not answer"):
        HttpHook("http://127.0.0.1:9/gate", 5)(RELEASE)
    with pytest.raises(BadInput):
        HttpHook("file:///etc/passwd", 1)


def test_a_file_for_each_order_whole_and_once(tmp_path: Path) -> None:
    hook = FileHook(tmp_path / "orders")
    for order in (RELEASE, HOLD, RELEASE):
        hook(order)
    files = {path.name: path.read_bytes() for path in (tmp_path / "orders").iterdir()}
    assert files == {f"{order.order}.json": order.canonical() for order in (RELEASE, HOLD)}


def test_every_hook_that_is_set_is_told(tmp_path: Path, controller: Controller) -> None:
    command = program(tmp_path, "import pathlib; pathlib.Path(__file__).with_name('was-here').touch()")
    gate = make_gate(PortSettings(gate_command=command, gate_url=controller.url, gate_folder=str(tmp_path / "orders")))
    gate(RELEASE)
    assert (tmp_path / "was-here").exists()
    assert len(controller.heard) == 1
    assert (tmp_path / "orders" / f"{RELEASE.order}.json").exists()
    make_gate(PortSettings())(RELEASE)
