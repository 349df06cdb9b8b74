"""The OME-XML that a scan file carries, so that any tool names its channels and knows the size of a pixel."""

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from scanview.core.scan import ScanHeader, ViewHeader

NAMESPACE = "http://www.openmicroscopy.org/Schemas/OME/2016-06"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def ome_description(header: ScanHeader, columns: Sequence[int]) -> bytes:
    """ASCII OME-XML of a scan: one image per view, one plane per channel, in the order of the file's pages.

    Args:
        header: the scan.
        columns: columns of each of its views; a view without columns has no pages and no image.
    """
    images, annotations, page = [], [], 0
    for number, (view, width) in enumerate(zip(header.views, columns, strict=True)):
        if width:
            images.append(_image(number, view, width, page))
            annotations.append(_annotation(number, _facts(header, view)))
            page += len(view.channels)
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<OME xmlns="{NAMESPACE}" Creator="ScanView">'
        + "".join(images)
        + "<StructuredAnnotations>"
        + "".join(annotations)
        + "</StructuredAnnotations></OME>"
    )
    return xml.encode("ascii", "xmlcharrefreplace")


def _image(number: int, view: ViewHeader, columns: int, first_page: int) -> str:
    channels = "".join(
        f'<Channel ID="Channel:{number}:{place}" Name={_quoted(channel)} SamplesPerPixel="1"/>'
        for place, channel in enumerate(view.channels)
    )
    planes = "".join(
        f'<TiffData IFD="{first_page + place}" FirstC="{place}" PlaneCount="1"/>' for place in range(len(view.channels))
    )
    return (
        f'<Image ID="Image:{number}" Name={_quoted(view.view)}>'
        f'<Pixels ID="Pixels:{number}" DimensionOrder="XYCZT" Type="uint16" SizeX="{columns}" SizeY="{view.rows}" '
        f'SizeC="{len(view.channels)}" SizeZ="1" SizeT="1" '
        f'PhysicalSizeX="{view.pitch_x_mm}" PhysicalSizeXUnit="mm" '
        f'PhysicalSizeY="{view.pitch_y_mm}" PhysicalSizeYUnit="mm">'
        f'{channels}{planes}</Pixels><AnnotationRef ID="Annotation:{number}"/></Image>'
    )


def _facts(header: ScanHeader, view: ViewHeader) -> Iterator[tuple[str, str]]:
    """What the map annotation of a view says, by the names that foreign scans use too."""
    for channel, calibration in zip(view.channels, view.calibrations, strict=False):
        yield f"air_{channel.lower()}", str(calibration.air)
        yield f"dark_{channel.lower()}", str(calibration.dark)
        yield f"calibration_{channel.lower()}", calibration.source
    for channel, energy in zip(view.channels, view.energies_mv, strict=False):
        yield f"energy_{channel.lower()}_mv", str(energy)
    yield "pitch", view.pitch_source
    yield "scan", header.scan
    yield "lane", header.lane
    known = (
        ("container", header.container),
        ("container_type", header.container_type),
        ("plate", header.plate),
        ("device", header.device),
    )
    for name, value in known:
        if value:
            yield name, value


def _annotation(number: int, facts: Iterator[tuple[str, str]]) -> str:
    entries = "".join(f"<M K={_quoted(name)}>{escape(_clean(value))}</M>" for name, value in facts)
    return f'<MapAnnotation ID="Annotation:{number}"><Value>{entries}</Value></MapAnnotation>'


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _quoted(text: str) -> str:
    return quoteattr(_clean(text))
