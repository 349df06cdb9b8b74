"""Owns the descriptor of an ONNX model of others: the TOML file beside it that says what it wants and answers."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from scanview.core.errors import BadInput
from scanview.core.toml_text import read_toml

PLUG_IN = "plug-in/1"
"""Kind that descriptors and their models are signed as."""

_Positive: TypeAlias = Annotated[float, Meta(gt=0)]
_Word: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
_File: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
_Label: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
_Side: TypeAlias = Annotated[int, Meta(ge=32, le=16_384)]
_Plane: TypeAlias = Literal["attenuation-high", "attenuation-low", "material"]
_Channel: TypeAlias = Literal["HIGH", "LOW", "GREY"]

Table = TypeVar("Table", bound=Struct)


class Input(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the model is shown of the side view: float32 (1, planes, rows, columns).

    Attributes:
        planes: physical planes, in order: log attenuation at each energy, and the material value (0 iron, 1
            polyethylene). Needs both energies and their calibration.
        channels: counts of channels, in order, instead of planes: what a model of raw pixels wants.
        mm_per_pixel: size of a pixel that the picture is brought to.
        mean: subtracted from each plane; zeros where it is left out.
        std: what each plane is then divided by; ones likewise.
        name: of the input in the file; empty takes its first.
        multiple: rows and columns are filled up to a multiple of this.
        window: rows and columns that the model sees at once; larger pictures are seen in overlapping windows.
        overlap: pixels that neighbouring windows share; at least the size of an object.
    """

    mm_per_pixel: _Positive
    planes: tuple[_Plane, ...] = ()
    channels: tuple[_Channel, ...] = ()
    mean: tuple[float, ...] = ()
    std: tuple[_Positive, ...] = ()
    name: str = ""
    multiple: Annotated[int, Meta(ge=1, le=512)] = 1
    window: tuple[_Side, _Side] = (4_096, 4_096)
    overlap: Annotated[int, Meta(ge=0, le=4_096)] = 256


class Output(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the model answers.

    Attributes:
        form: "peaks", maps as our own detector has them (scores (1, classes, h, w) with nothing but peaks; boxes
            (1, 4, h, w) with offset in cells and size in pixels), or "boxes", lists as most detectors export them
            (boxes (n, 4); scores (n,) and labels (n,), or scores (n, classes); a leading 1 does not matter).
        boxes: name of the output with the boxes.
        scores: name of the output with the scores.
        labels: name of the output with the labels; empty where scores have a column for each class.
        stride: pixels per cell of maps.
        box: what the four numbers of a box are: corners, corner and size, or middle and size.
        relative: whether they are shares of the window and not pixels.
        first_label: number of the first class; lower labels are background.
    """

    form: Literal["peaks", "boxes"] = "boxes"
    boxes: str = "boxes"
    scores: str = "scores"
    labels: str = ""
    stride: Annotated[int, Meta(ge=1, le=64)] = 4
    box: Literal["xyxy", "xywh", "cxcywh"] = "xyxy"
    relative: bool = False
    first_label: Annotated[int, Meta(ge=0, le=16)] = 0


class Descriptor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an ONNX model of others is: name and version, file beside the descriptor, classes, and how it is run."""

    name: _Word
    version: _Word
    file: _File
    classes: Annotated[tuple[_Label, ...], Meta(min_length=1, max_length=200)]
    score_threshold: Annotated[float, Meta(gt=0, le=1)]
    input: Input
    output: Output = msgspec.field(default_factory=Output)

    @property
    def signed_as(self) -> str:
        """The version that manifests name it by."""
        return f"{self.name} {self.version}"


def parse_descriptor(content: bytes, name: str) -> Descriptor:
    """The descriptor in a TOML file.

    Args:
        content: of the file.
        name: of the file, for people.

    Raises:
        BadInput: it is none, or says what cannot be (code `bad-descriptor`); the place is named.
    """
    descriptor = parse_toml(content, name, Descriptor, "bad-descriptor")
    if reason := _wrong(descriptor.input):
        raise BadInput(f"{name}: {reason}", code="bad-descriptor")
    return descriptor


def parse_toml(content: bytes, name: str, kind: type[Table], code: str) -> Table:
    """What a TOML file holds, as `kind`; BadInput with `code` names the place that is wrong."""
    try:
        return msgspec.convert(read_toml(content.decode()), type=kind)
    except msgspec.ValidationError as error:
        raise BadInput(f"{name}: {error}", code=code) from error
    except ValueError as error:
        raise BadInput(f"{name} is not TOML: {error}", code=code) from error


def read_file(path: Path, code: str) -> bytes:
    """The bytes of a small file; BadInput with `code` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", code=code) from error


def _wrong(wanted: Input) -> str:
    """What is wrong about an input; empty where nothing is."""
    count = len(wanted.planes) + len(wanted.channels)
    if bool(wanted.planes) == bool(wanted.channels):
        return "give either planes or channels"
    for name, values in (("mean", wanted.mean), ("std", wanted.std)):
        if values and len(values) != count:
            return f"{name} has {len(values)} numbers for {count} planes"
    if any(side % wanted.multiple for side in wanted.window):
        return f"window {list(wanted.window)} is no multiple of {wanted.multiple}"
    if wanted.overlap * 2 > min(wanted.window):
        return "overlap is more than half of the window"
    return ""
