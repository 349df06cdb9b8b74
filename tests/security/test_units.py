"""The units of systemd: sound, as tight as they are said to be, and not so tight that the programs fail in them."""

import ctypes.util
import json
import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from scanview.formats import write_scan
from tests.security.sandboxed import UNITS, allowed, values
from tests.unit.formats.archive_scans import scan_image

NAMES = sorted(path.name for path in UNITS.glob("*.service"))
MOST_EXPOSED = 1.5
"""What systemd makes of all directives together: 10 is no sandbox at all, below 2 is "OK"."""

LOOKED_AT = r"findings in|not recognised"

has_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd")
has_seccomp = pytest.mark.skipif(ctypes.util.find_library("seccomp") is None, reason="there is no libseccomp")

WANTED = {"ptrace", "bpf", "mount", "init_module", "kexec_load", "setuid", "chroot", "perf_event_open", "userfaultfd"}

DEMANDED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RestrictNamespaces": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
    "User": "scanview",
    "LimitCORE": "0",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
}


@pytest.mark.parametrize("unit", NAMES)
def test_a_unit_gives_up_what_its_part_does_not_need(unit):
    assert {key: values(unit, key) for key in DEMANDED} == {key: [value] for key, value in DEMANDED.items()}


@pytest.mark.parametrize("unit", NAMES)
def test_no_secret_stands_in_a_unit(unit):
    assert not re.search(r"(?i)^[^#\n]*(password|secret|token)", (UNITS / unit).read_text(), re.MULTILINE)


@has_systemd
@pytest.mark.parametrize("unit", NAMES)
def test_systemd_takes_every_line_and_finds_little_exposed(unit, tmp_path):
    checked = subprocess.run(["systemd-analyze", "verify", UNITS / unit], capture_output=True, text=True)
    told = [line for line in checked.stderr.splitlines() if unit in line and "is not executable" not in line]
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", UNITS / unit], capture_output=True, text=True
    )

    assert told == []
    assert float(re.search(r"exposure level .*: ([\d.]+)", rated.stdout)[1]) <= MOST_EXPOSED


@has_systemd
@pytest.mark.parametrize("unit", NAMES)
def test_the_calls_that_attackers_want_are_refused(unit):
    calls = allowed(unit)

    assert calls & WANTED == set()
    assert {"read", "openat", "socket"} <= calls


def started(unit, log, *arguments, **options):
    command = [sys.executable, "-m", "tests.security.sandboxed", unit, sys.executable, "-m", "scanview", *arguments]
    with log.open("ab") as file:
        return subprocess.Popen(list(map(str, command)), stderr=file, **options)


@has_systemd
@has_seccomp
@pytest.mark.timeout(90)
def test_hub_port_and_worker_do_their_work_within_their_units(tmp_path):
    """A file that a scanner wrote is decoded, sent, stored and looked at, behind the filters that systemd would set."""
    watched = tmp_path / "in" / "watched"
    watched.mkdir(parents=True)
    logs = {unit: tmp_path / f"{unit}.log" for unit in NAMES}
    hub_unit, port_unit, worker_unit = NAMES
    hub = started(hub_unit, logs[hub_unit], "hub", "--data", tmp_path / "hub", "--listen", "tcp://127.0.0.1:*",
                  "--json", stdout=subprocess.PIPE, text=True)  # fmt: skip
    programs = [hub]
    try:
        at = json.loads(hub.stdout.readline())["hub"]
        programs.append(started(port_unit, logs[port_unit], "port", "--id", "CNSHA-03", "--hub", at,
                                "--spool", tmp_path / "spool", "--watch", watched))  # fmt: skip
        programs.append(started(worker_unit, logs[worker_unit], "worker", "--hub", at, "--folder", tmp_path / "keys"))
        write_scan(scan_image((300,)), watched / "scan.tif")
        deadline = time.monotonic() + 60
        while not re.search(LOOKED_AT, logs[worker_unit].read_text()) and time.monotonic() < deadline:
            assert [program.poll() for program in programs] == [None] * 3
            time.sleep(0.2)
    finally:
        for program in reversed(programs):
            program.terminate()
            program.wait(20)
        hub.stdout.close()

    said = {unit: log.read_text() for unit, log in logs.items()}
    assert re.search(LOOKED_AT, said[worker_unit]), said
    assert "received by the hub" in said[port_unit]
    assert [program.returncode for program in programs] == [0, 0, 0]
    assert not [line for text in said.values() for line in text.splitlines() if "not permitted" in line]
    assert os.listdir(tmp_path / "in" / "done") == ["scan.tif"]
