"""Photos from outside brought to the screen: decoded with limits, as JPEG or PNG and as nothing else."""

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from scanview.core.errors import BadInput
from scanview.core.inspection import photo_form
from scanview.ui.parts import Label

MAX_PIXELS = 64_000_000
"""A photo of more pixels is not decoded: a few bytes can claim to be a picture that no memory holds."""

_MARGIN_PX = 16


def decoded(content: bytes, room: QSize) -> QImage | None:
    """The photo as large as fits into `room`; None where it cannot be decoded, or claims to be too large."""
    try:
        form = photo_form(content)
    except BadInput:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    reader = QImageReader(buffer, QByteArray(form.value.encode()))
    reader.setDecideFormatFromContent(False)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MAX_PIXELS:
        return None
    reader.setAutoTransform(True)
    if size.width() > room.width() or size.height() > room.height():
        reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


class PhotoWindow(QDialog):
    """One photo as large as the screen has room for; Esc closes it."""

    def __init__(self, content: bytes, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        label = Label()
        label.setAccessibleName(title)
        image = decoded(content, self.screen().availableSize() * 0.8)
        if image is not None:
            label.setPixmap(QPixmap.fromImage(image))
        else:
            label.setText(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        column.addWidget(label)
