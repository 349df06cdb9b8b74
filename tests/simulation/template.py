"""What the disks of a world hold as it begins: keys that follow from names, people, rules, and who knows whom."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from random import Random

import zmq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from zmq.utils import z85

from scanview.store import rules
from scanview.store.database import Database
from scanview.store.draws import DRAWS_FILE
from scanview.store.folders import CATALOGUE, HUB_NAME, KEYS_FOLDER
from scanview.store.people import add_person
from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments, write_pin
from scanview.wire.keys import IDENTITY_FILE, Identity
from scanview.wire.messages import PeerRole

HUBS = {"hub1": "tcp://hub1.test:7701", "hub2": "tcp://hub2.test:7702"}
LANES = {"port1": "CNSHA-01", "port2": "CNSHA-02"}
DESKS = {"desk1": ("hub1", "李娜"), "desk2": ("hub1", "Mehmet"), "desk3": ("hub2", "Ada")}
WORKERS = {"worker1": "hub1"}
PASSWORD = "correct horse"

_RULES = """
[limits]
fewest_scans = 0
most_released = 1.0
sampled = 0.001
[[rule]]
id = "harmless"
when = { clear = true }
release = "direct"
"""


def identity_of(machine: str) -> Identity:
    """The keys of a machine, the same in every world."""
    chance = Random(f"keys of {machine}")
    secret = z85.encode(chance.randbytes(32))
    return Identity(
        curve_public=zmq.curve_public(secret).decode(),
        curve_secret=secret.decode(),
        signing_key=Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)),
    )


def make_template(folder: Path) -> None:
    """The disks of all machines as they are before anybody works, in `folder`."""
    for hub in HUBS:
        _make_hub(folder / hub / "data", hub)
    for port in LANES:
        spool = folder / port / "spool"
        _keep_keys(spool, port)
        for hub, endpoint in HUBS.items():
            write_pin(spool, identity_of(hub).card(PeerRole.HUB, HUB_NAME), endpoint)
    for desk, (hub, _) in DESKS.items():
        _keep_keys(folder / desk / "desk", desk)
        write_pin(folder / desk / "desk", identity_of(hub).card(PeerRole.HUB, HUB_NAME))
    for worker in WORKERS:
        (folder / worker).mkdir()


def lay_out(template: Path, folder: Path) -> None:
    """A fresh copy of the template."""
    shutil.copytree(template, folder)


def _make_hub(data: Path, hub: str) -> None:
    _keep_keys(data / KEYS_FOLDER, hub)
    secret = data / KEYS_FOLDER / DRAWS_FILE
    secret.write_bytes(hashlib.sha256(hub.encode()).digest())
    os.chmod(secret, 0o600)
    for place, (desk_hub, name) in DESKS.items():
        if desk_hub == hub:
            add_person(data, name=name, role="analyst", password=PASSWORD)
            _enrol(data, PeerRole.WORKSTATION, place)
    for port, lane in LANES.items():
        _enrol(data, PeerRole.PORT, port, lane)
    for worker, worker_hub in WORKERS.items():
        if worker_hub == hub:
            _enrol(data, PeerRole.WORKER, worker)
    database = Database(data / CATALOGUE)
    sha256 = hashlib.sha256(_RULES.encode()).hexdigest()
    database.transact(rules.adopt, text=_RULES, sha256=sha256, by="Ada", now=0.0, body={})
    database.close()


def _enrol(data: Path, role: PeerRole, machine: str, name: str = "") -> None:
    Enrolments(data / ENROLLED_FOLDER).add(identity_of(machine).card(role, name or machine))


def _keep_keys(folder: Path, machine: str) -> None:
    identity = identity_of(machine)
    folder.mkdir(mode=0o700, parents=True)
    path = folder / IDENTITY_FILE
    document = {
        "curve_secret": identity.curve_secret,
        "signing_secret": identity.signing_key.private_bytes_raw().hex(),
    }
    path.write_text(json.dumps(document))
    os.chmod(path, 0o600)
