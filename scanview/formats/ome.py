"""OME-TIFF as others write it: named channels, the size of a pixel, and calibration in map annotations.

Each image of the description is a view: the one named "top" is the top view, else the first is the side view. Source:
the OME data model 2016-06 (ome-model.readthedocs.io).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import MAX_CHANNELS, Calibration, Channel, Source, View, ViewHeader
from scanview.formats.greys import ESTIMATED_NOTE, UNCALIBRATED_NOTE, estimate_calibration, to_counts
from scanview.formats.limits import MAX_DESCRIPTION_BYTES, MAX_PITCH_MM, MIN_PITCH_MM, check_samples
from scanview.formats.origin import ASSUMED_PITCH_MM, Origin
from scanview.imaging.scan_image import Counts, ScanImage

_MILLIMETRES = {"nm": 1e-6, "µm": 1e-3, "mm": 1.0, "cm": 10.0, "m": 1_000.0, "in": 25.4}
_ROOT_WITHIN = 2_000
_DEFAULT_UNIT = "µm"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """One image of the description: its channels' names and pages, in order, and what is annotated."""

    name: str
    channels: tuple[str, ...]
    pages: tuple[int, ...]
    pitch_x_mm: float | None
    pitch_y_mm: float | None
    facts: Mapping[str, str]


def is_ome(description: str) -> bool:
    """Whether the description of a first page is OME-XML, whole or not."""
    return "<OME" in description[:_ROOT_WITHIN]


def read_ome(description: str, read_page: Callable[[int], NDArray[np.generic]], origin: Origin) -> ScanImage:
    """The scan that an OME description tells of.

    Args:
        description: the XML of the first page.
        read_page: gives the pixels of a page by its number, shape (rows, columns).
        origin: where the file comes from.

    Raises:
        BadInput: the description is damaged, names planes that are not there, or tells of no flat picture.
    """
    pictures = _parse(description, origin.name)
    names = _view_names(pictures, origin.name)
    views, arrays, notes = [], [], list[str]()
    samples = 0
    for name, picture in zip(names, pictures, strict=True):
        planes = []
        for page in picture.pages:
            planes.append(to_counts(read_page(page), origin.name))
            samples += planes[-1].size
            check_samples(origin.name, samples)
        if len({plane.shape for plane in planes}) != 1:
            raise BadInput(f"{origin.name}: the channels of a view differ in size", code="bad-description")
        counts = np.stack(planes)
        views.append(_view(name, picture, counts, notes))
        arrays.append(counts)
    facts = pictures[0].facts
    header = origin.header(
        views,
        container=facts.get("container", ""),
        container_type=facts.get("container_type", ""),
        device=facts.get("device", ""),
        notes=notes,
    )
    return ScanImage(header=header, views=tuple(arrays))


def _view(name: View, picture: _Picture, counts: Counts, notes: list[str]) -> ViewHeader:
    """The header of one view; adds to `notes` what had to be assumed."""
    channels = _channels(picture.channels, notes)
    calibrations = _calibrations(picture.facts, channels, counts, notes)
    pitch_x, pitch_y, pitch_source = picture.pitch_x_mm, picture.pitch_y_mm, Source.MEASURED
    if pitch_x is None or pitch_y is None:
        pitch_x, pitch_y, pitch_source = ASSUMED_PITCH_MM, ASSUMED_PITCH_MM, Source.ASSUMED
        notes.append(f"pixels of {ASSUMED_PITCH_MM} mm assumed")
    energies = tuple(_number(picture.facts, f"energy_{channel.lower()}_mv") or 0.0 for channel in channels)
    return ViewHeader(
        view=name,
        rows=counts.shape[1],
        channels=channels,
        pitch_x_mm=pitch_x,
        pitch_y_mm=pitch_y,
        pitch_source=pitch_source,
        calibrations=calibrations,
        energies_mv=energies if any(energies) else (),
    )


def _channels(names: tuple[str, ...], notes: list[str]) -> tuple[Channel, ...]:
    """The channels by their names; without known names one is GREY and two are HIGH and LOW."""
    known = {str(channel) for channel in Channel}
    if set(names) <= known and len(set(names)) == len(names):
        return tuple(Channel(name) for name in names)
    if len(names) == 1:
        notes.append("one channel without physical units")
        return (Channel.GREY,)
    if len(names) == 2:
        notes.append("the first channel was taken for high energy, the second for low energy")
        return (Channel.HIGH, Channel.LOW)
    raise BadInput(f"{len(names)} channels, none of them named HIGH or LOW", code="bad-channels")


def _calibrations(
    facts: Mapping[str, str], channels: tuple[Channel, ...], counts: Counts, notes: list[str]
) -> tuple[Calibration, ...]:
    """Air and dark as annotated, else estimated; none for a grey picture or one without an unobstructed column."""
    if Channel.GREY in channels:
        return ()
    found: list[Calibration] = []
    estimated = False
    for channel, plane in zip(channels, counts, strict=True):
        air = _number(facts, f"air_{channel.lower()}")
        dark = _number(facts, f"dark_{channel.lower()}")
        if air is not None:
            found.append(Calibration(air=air, dark=dark or 0.0, source=Source.MEASURED))
        elif (calibration := estimate_calibration(plane)) is not None:
            found.append(calibration)
            estimated = True
    if len(found) != len(channels):
        notes.append(UNCALIBRATED_NOTE)
        return ()
    if estimated:
        notes.append(ESTIMATED_NOTE)
    return tuple(found)


def _view_names(pictures: list[_Picture], name: str) -> list[View]:
    """Which view each picture is."""
    if len(pictures) > len(View):
        raise BadInput(f"{name} has {len(pictures)} images: a scan has a side and a top view", code="bad-views")
    is_swapped = len(pictures) == 2 and pictures[0].name.lower() == View.TOP
    if len(pictures) == 1:
        return [View.TOP if pictures[0].name.lower() == View.TOP else View.SIDE]
    return [View.TOP, View.SIDE] if is_swapped else [View.SIDE, View.TOP]


def _parse(description: str, name: str) -> list[_Picture]:
    """The pictures that the XML tells of."""
    if len(description) > MAX_DESCRIPTION_BYTES or "<!DOCTYPE" in description:
        raise BadInput(f"{name}: its description is no plain OME-XML", code="bad-description")
    try:
        root = ElementTree.fromstring(description)  # noqa: S314 - without a document type no entities
        annotations = {
            annotation.get("ID"): {entry.get("K", ""): entry.text or "" for entry in annotation.iterfind(".//{*}M")}
            for annotation in root.iterfind(".//{*}MapAnnotation")
        }
        pictures = [_picture(image, annotations, name) for image in root.iterfind("{*}Image")]
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise BadInput(f"{name}: its OME-XML is damaged: {error}", code="bad-description") from error
    if not pictures:
        raise BadInput(f"{name}: its OME-XML tells of no image", code="bad-description")
    return pictures


def _picture(image: ElementTree.Element, annotations: Mapping[str | None, Mapping[str, str]], name: str) -> _Picture:
    pixels = image.find("{*}Pixels")
    if pixels is None or pixels.get("SizeZ", "1") != "1" or pixels.get("SizeT", "1") != "1":
        raise BadInput(f"{name} holds a stack or a film, not a scan", code="not-flat")
    channels = [channel.get("Name", "").strip().upper() for channel in pixels.iterfind("{*}Channel")]
    count = int(pixels.get("SizeC", "1"))
    if not 1 <= count <= MAX_CHANNELS or len(channels) not in (0, count):
        raise BadInput(f"{name} has {count} channels", code="bad-channels")
    facts: dict[str, str] = {}
    for reference in image.iterfind("{*}AnnotationRef"):
        facts |= annotations.get(reference.get("ID"), {})
    return _Picture(
        name=image.get("Name", ""),
        channels=tuple(channels or [""] * count),
        pages=_pages(pixels, count, name),
        pitch_x_mm=_pitch_mm(pixels, "PhysicalSizeX"),
        pitch_y_mm=_pitch_mm(pixels, "PhysicalSizeY"),
        facts=facts,
    )


def _pages(pixels: ElementTree.Element, channels: int, name: str) -> tuple[int, ...]:
    """The page of each channel. Planes in other files are not followed."""
    if len({uuid.get("FileName") for uuid in pixels.iterfind("{*}TiffData/{*}UUID")}) > 1:
        raise BadInput(f"{name} keeps its planes in several files", code="bad-description")
    pages: dict[int, int] = {}
    for data in pixels.iterfind("{*}TiffData"):
        first = int(data.get("FirstC", "0"))
        planes = int(data.get("PlaneCount", "1" if "IFD" in data.attrib else str(channels)))
        start = int(data.get("IFD", "0"))
        pages |= {first + step: start + step for step in range(min(planes, channels))}
    if sorted(pages) != list(range(channels)) or min(pages.values()) < 0:
        raise BadInput(f"{name}: its OME-XML does not say where each channel is", code="bad-description")
    return tuple(pages[channel] for channel in range(channels))


def _pitch_mm(pixels: ElementTree.Element, side: str) -> float | None:
    """The size of a pixel in mm; None where it is not given, or cannot be one."""
    size = pixels.get(side)
    factor = _MILLIMETRES.get(pixels.get(f"{side}Unit", _DEFAULT_UNIT).replace("\u03bc", "µ"))
    pitch_mm = float(size) * factor if size and factor else 0.0
    return pitch_mm if MIN_PITCH_MM <= pitch_mm <= MAX_PITCH_MM else None


def _number(facts: Mapping[str, str], name: str) -> float | None:
    """A number among the annotations; None where it is not there."""
    text = facts.get(name)
    if text is None:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise BadInput(f"the annotation {name} is {text[:40]!r}, not a number", code="bad-description") from error
