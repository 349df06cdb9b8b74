"""The one table of options: name, type, default, range and meaning, as typed values; and the file that sets them.

A configuration file is TOML with one table per part (`[hub]`, `[port]`, `[client]`). A key that is not in the table is
refused with the nearest name that is. The unit of a number is in its name.
"""

import dataclasses
import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from scanview.core.errors import BadInput
from scanview.core.toml_text import read_toml

Options = TypeVar("Options", bound="Settings")

_MOST_WHOLE = 2**1023
"""What a float holds of a whole number; more is cut to it, and is out of every range that there is."""


def option(default: Any, meaning: str, *, low: float = -math.inf, high: float = math.inf) -> Any:
    """A field of a Settings class: its default, what it means, and the range of a number."""
    return field(default=default, metadata={"meaning": meaning, "low": low, "high": high})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Base of the settings of one part; `table` is its name in a configuration file."""

    table: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for known in fields(self):
            value, low, high = getattr(self, known.name), known.metadata["low"], known.metadata["high"]
            if isinstance(value, int | float) and not low <= value <= high:
                raise BadInput(f"{known.name} is {value}, not between {low:g} and {high:g}", code="bad-option")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings(Settings):
    """How a hub runs; the defaults suit one room on one machine."""

    table = "hub"
    endpoint: str = option("tcp://127.0.0.1:7701", "Where it listens; port * takes a free one")
    lease_s: float = option(14.0, "A scan waits again when its workstation is silent for so long", low=1, high=600)
    equal_s: float = option(
        30.0,
        "Scans whose places in the queue lie no further apart are equally urgent: who gets which is drawn by lot",
        low=0,
        high=3_600,
    )
    free_choice: bool = option(False, "Analysts may take the scan of their choice; else they get the next one by lot")
    skills_for_s: float = option(
        600.0, "So long a scan waits for somebody with the skills it needs; then anybody gets it", low=0, high=86_400
    )
    room_for_s: float = option(
        1_800.0, "So long a scan waits for the rooms that serve its lane; then any room gets it", low=0, high=86_400
    )
    assigned_for_s: float = option(
        600.0, "So long a scan is kept for whom a supervisor assigned it to", low=1, high=86_400
    )
    hide_parties: bool = option(True, "Analysts are not told who imports or ships the goods before the scan is decided")
    target_s: float = option(
        600.0,
        "So soon after its arrival a scan should be decided, where no rule says otherwise; 0: no such target",
        low=0,
        high=86_400,
    )
    recognition_deadline_s: float = option(
        60.0, "So long after its end a scan waits for a machine before people may do without", low=0, high=86_400
    )
    claim_s: float = option(120.0, "So long may a recognition worker take for one scan", low=1, high=3_600)
    certificate_days: float = option(
        90.0, "So long a certificate of somebody's key holds that the hub itself gives", low=1, high=3_650
    )
    release_expires_h: float = option(24.0, "A release that is not applied by then is void", low=0.01, high=8_760)
    decision_grace_s: float = option(
        3.0, "So long an analyst may take a decision back before its order leaves; 0: never", low=0, high=10
    )
    second_review_share: float = option(
        0.0,
        "Share of first opinions that are drawn for a blind second one, beside those that rules choose",
        low=0,
        high=1,
    )
    lock_after: int = option(
        20,
        "After so many wrong passwords in a row a person is locked until an administrator unlocks them; 0: never",
        low=0,
        high=1_000,
    )
    idle_s: float = option(
        900.0, "So long without a touch, and a workstation asks for the password again; 0: never", low=0, high=86_400
    )
    sitting_h: float = option(
        12.0, "So long after the password was given it is asked for again; 0: never", low=0, high=720
    )
    second_factor_roles: str = option(
        "", "Roles, with spaces between them, whose people sign in with a second factor; the others may"
    )
    checkpoint_every_s: float = option(10.0, "The ledger is signed this often, where it grew", low=0.1, high=3_600)
    heartbeat_s: float = option(2.0, "Peers say this often that they are there; three missed, gone", low=0.05, high=60)
    window_bytes: int = option(16 << 20, "What a port may have under way", low=1 << 20, high=1 << 30)
    min_free_bytes: int = option(
        1 << 30, "With less free disk no new scan is taken, so that decisions can still be written", low=0, high=1 << 50
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings(Settings):
    """How a client works."""

    table = "client"
    open_next: bool = option(True, "After a decision the next scan opens by itself")
    scans_ahead: int = option(3, "Next scans that are loaded before they are asked for", low=0, high=20)
    scale: float = option(
        0.0,
        "How many pixels make a point of the screen, where it does not say so itself; 0 asks the screen",
        low=0,
        high=4,
    )
    ahead_mb: int = option(512, "Memory for scans that are loaded ahead and compared with", low=64, high=8_192)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSettings(Settings):
    """How a lane's port agent runs. Its file is read again when it changes: the rate and the spool's bounds follow."""

    table = "port"
    spool_limit_mb: int = option(
        0, "With so much in the spool no new scan is taken; 0: what the disk has", low=0, high=1 << 30
    )
    min_free_mb: int = option(
        256, "With less free disk no new scan is taken, so that those that grow can end", low=0, high=1 << 30
    )
    sync_every_s: float = option(1.0, "A growing scan is made durable this often", low=0, high=3_600)
    sync_every_mb: int = option(8, "A growing scan is made durable after so much of it", low=1, high=4_096)
    keep_received_h: float = option(
        48.0,
        "So long a copy of a scan stays after its receipt, for a hub that is restored; it gives way to other scans",
        low=0,
        high=8_760,
    )
    limit_mbit: float = option(0.0, "So many megabits a second are sent at most; 0: what the link takes", low=0)
    fail_over_s: float = option(5.0, "A hub that is gone for so long gives way to the next", low=0, high=86_400)
    fail_back_s: float = option(10.0, "A preferred hub that is back for so long is used again", low=0, high=86_400)
    unsure_s: float = option(
        60.0,
        "A scan that a hub may have stored before it was gone is offered to another only after so long",
        low=0,
        high=86_400,
    )
    status_port: int = option(0, "A page at this TCP port of 127.0.0.1 says how it stands; 0: none", low=0, high=65_535)
    gate_command: str = option("", "A program that is started for each order, with the order on its standard input")
    gate_url: str = option("", "Where each order is posted to as JSON")
    gate_folder: str = option("", "A folder in which each order is left as a file")
    inspections_folder: str = option("", "A folder to which what was found in opened containers is written as JSON")
    release_signatures: int = option(1, "So many people must have signed a release, whatever a hub asks", low=1, high=8)
    direct_release: bool = option(
        True, "Rules may release by a supervisor's delegation; else every release takes people's signatures"
    )
    gate_timeout_s: float = option(10.0, "A gate that is silent for so long has not taken the order", low=0.1, high=600)


PARTS: tuple[type[Settings], ...] = (HubSettings, PortSettings, ClientSettings)


def load(path: Path, part: type[Options]) -> Options:
    """The settings of `part` as the file at `path` sets them; BadInput names the key that is wrong and why."""
    try:
        document = read_toml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"configuration {path} cannot be read: {error.strerror}", code="no-configuration") from error
    except ValueError as error:
        raise BadInput(f"configuration {path} is not TOML: {error}", code="bad-configuration") from error
    _check_names(document, (known.table for known in PARTS), str(path))
    given = document.get(part.table, {})
    if not isinstance(given, dict):
        raise BadInput(f"{path}: {part.table} is not a table", code="bad-configuration")
    try:
        return _made(part, given)
    except BadInput as error:
        raise BadInput(f"{path}: {error.message}", code=error.code, remedy=error.remedy) from error


def _made(part: type[Options], given: Mapping[str, Any]) -> Options:
    known = {option.name: option for option in fields(part)}
    _check_names(given, known, part.table)
    return dataclasses.replace(part(), **{name: _typed(known[name], value) for name, value in given.items()})


def _check_names(given: Iterable[str], known: Iterable[str], where: str) -> None:
    names = list(known)
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(names)}"
            raise BadInput(f"{where}: unknown key {name!r}", code="unknown-option", remedy=hint)


def _typed(known: "dataclasses.Field[Any]", value: Any) -> Any:
    wanted = type(known.default)
    if wanted is float and type(value) is int:
        return float(max(-_MOST_WHOLE, min(value, _MOST_WHOLE)))
    if type(value) is not wanted:
        raise BadInput(f"{known.name} is {value!r}, not of type {wanted.__name__}", code="bad-option")
    return value
