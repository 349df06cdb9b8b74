"""Owns the table of plug-in models that a worker or a batch is given, and when each of them is asked.

A TOML file with one `[[plug-in]]` per model. Paths in it are relative to its folder.
"""

import hashlib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from scanview.core.errors import BadInput
from scanview.core.scan import ScanHeader
from scanview.detect.plug_ins.descriptor import parse_toml, read_file

MAX_PLUG_INS = 8
"""Most plug-in models beside ours: each costs its time on every scan it is asked about."""

PERHAPS = 0.2
"""Probability from which a class of goods counts as one that the scan may hold."""

_Lane: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Z0-9*?-]{1,20}$")]
_Chapter: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{2}$")]
_Cargo: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
_EntryPoint: TypeAlias = Annotated[str, Meta(max_length=100)]


class _Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    descriptor: str = ""
    entry_point: _EntryPoint = ""
    lanes: tuple[_Lane, ...] = ()
    chapters: tuple[_Chapter, ...] = ()
    cargo: tuple[_Cargo, ...] = ()


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    plug_in: Annotated[tuple[_Row, ...], Meta(max_length=MAX_PLUG_INS)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlugInChoice:
    """One plug-in model, and when it is asked.

    Attributes:
        descriptor: file of an ONNX model; None for a Python entry point.
        entry_point: its name in the group `scanview.models`; empty for an ONNX model.
        lanes: patterns of lanes, as in CNSHA-*; none means all.
        chapters: declared HS chapters, two digits.
        cargo: classes of goods as our own model names them.
    """

    descriptor: Path | None = None
    entry_point: str = ""
    lanes: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    cargo: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is called before it has said its name."""
        return self.descriptor.name if self.descriptor else self.entry_point

    def wants_lane(self, header: ScanHeader) -> bool:
        """Whether it is asked about scans of this lane at all."""
        return not self.lanes or any(fnmatchcase(header.lane, pattern) for pattern in self.lanes)

    def wants_goods(self, header: ScanHeader, cargo: tuple[tuple[str, float], ...]) -> bool:
        """Whether it is asked about these goods: declared, or recognised as (class, probability).

        Where nothing is known of the goods, it is asked: not knowing is no reason not to look.
        """
        if not self.chapters and not self.cargo:
            return True
        declared = header.declaration.chapter if header.declaration else ""
        seen = {label for label, probability in cargo if probability >= PERHAPS}
        is_known = (not self.chapters or bool(declared)) and (not self.cargo or bool(seen))
        return not is_known or declared in self.chapters or not seen.isdisjoint(self.cargo)

    def digest(self) -> str:
        """Changes with every condition and with the descriptor's content."""
        said = [self.entry_point, *self.lanes, "/", *self.chapters, "/", *self.cargo]
        if self.descriptor is not None and self.descriptor.exists():
            said.append(hashlib.sha256(self.descriptor.read_bytes()).hexdigest())
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


def read_table(path: Path) -> tuple[PlugInChoice, ...]:
    """The plug-in models that the file at `path` names.

    Raises:
        BadInput: it cannot be read, or says what cannot be (code `bad-models`); the place is named.
    """
    table = parse_toml(read_file(path, "bad-models"), path.name, _Table, "bad-models")
    return tuple(_choice(row, path) for row in table.plug_in)


def _choice(row: _Row, path: Path) -> PlugInChoice:
    if bool(row.descriptor) == bool(row.entry_point):
        raise BadInput(f"{path.name}: a plug-in has either a descriptor or an entry-point", code="bad-models")
    values = msgspec.structs.asdict(row)
    return PlugInChoice(**{**values, "descriptor": path.parent / row.descriptor if row.descriptor else None})
