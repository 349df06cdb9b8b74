"""What others on the same machine see of a running network: no file, no secret on a command line, none in a log."""

import argparse
import json
import os
import re
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from scanview.cli import _parser
from scanview.ingest.spool import Spool
from scanview.ingest.watch import FolderWatch

SECRET_NAMES = re.compile(r"pass|secret|token|code|totp|credential|private")


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A whole network as `scanview demo` makes it, under the umask of most shells: its folder, and what others saw."""
    data = tmp_path_factory.mktemp("network") / "demo"
    seen: set[str] = set()
    demo = subprocess.Popen(
        [sys.executable, "-m", "scanview", "demo", "--headless", "--scans", "1", "--data", data],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.umask(0o022),
    )
    watcher = threading.Thread(target=watch_command_lines, args=(demo, seen))
    watcher.start()
    said = "\n".join(demo.communicate(timeout=150))
    watcher.join()
    assert demo.returncode == 0, said
    return data, seen, said


def watch_command_lines(demo, seen):
    """As `ps` shows them to everybody, with the environment that only root and the owner see."""
    while demo.poll() is None:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                seen.add((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
        time.sleep(0.05)


def secrets_in(data):
    """Every secret that lies in the folder: keys of machines, of the authority, hashes of passwords."""
    found = set()
    for path in data.rglob("*.json"):
        try:
            content = json.loads(path.read_bytes())
        except ValueError:
            continue
        if isinstance(content, dict):
            found |= {str(value) for name, value in content.items() if "secret" in name}
    for path in data.rglob("*.pem"):
        found |= {line for line in path.read_text().splitlines() if line and not line.startswith("-")}
    return {secret for secret in found if len(secret) > 16}


@pytest.mark.timeout(180)
def test_every_file_is_its_owners_alone(network):
    data, _, _ = network
    others = {
        str(path.relative_to(data)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in [data, *data.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) & 0o077 and not path.is_socket()
    }

    assert others == {}
    assert len(list(data.rglob("*"))) > 20


@pytest.mark.timeout(180)
def test_no_secret_stands_on_a_command_line_or_in_a_log(network):
    data, seen, said = network
    secrets = secrets_in(data)
    logs = [path.read_text(errors="replace") for path in data.rglob("*.log")]

    assert len(secrets) >= 4, "the keys of the hub, the lanes, the worker and the desk"
    assert any("scanview" in line for line in seen)
    for text in (*seen, *logs, said):
        assert not [secret for secret in secrets if secret in text]
        assert "BEGIN PRIVATE KEY" not in text
        assert "$argon2" not in text


def options_of(parser, path=""):
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield from options_of(inner, f"{path} {name}")
        else:
            yield path, action


def test_no_option_takes_a_secret():
    """A secret is asked for, read from standard input, or lies in a file: what stands on a command line is public."""
    taking = {
        f"{path} {action.option_strings or action.dest}"
        for path, action in options_of(_parser())
        if SECRET_NAMES.search(action.dest) and action.nargs != 0 and not action.dest.endswith(("_file", "_stdin"))
    }

    assert taking == set()
    assert SECRET_NAMES.search("password")


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o2775])
def test_whoever_sees_the_watched_folder_sees_what_became_of_its_files(tmp_path, mode):
    """And nobody else; the watch folder is the one place that a scanner's own account may share."""
    watched = tmp_path / "in" / "watched"
    watched.mkdir(parents=True)
    watched.chmod(mode)
    (watched / "a.png").write_bytes(b"no picture")
    before = os.umask(0o077)
    try:
        with closing(Spool(tmp_path / "spool")) as spool:
            watch = FolderWatch(watched, spool, "CNSHA-03", lambda why: None)
            watch.look()
            watch.look()
    finally:
        os.umask(before)

    rejected = tmp_path / "in" / "rejected"
    assert stat.S_IMODE(rejected.stat().st_mode) == mode
    assert stat.S_IMODE((rejected / "a.png.txt").stat().st_mode) == mode & 0o644
