"""The program's face outside its window: icons in every size and form a desktop asks for.

Hides how one drawing (``assets/icons/woundtrack.svg``) becomes PNG and ICO, and how Windows is told
a program's name and version.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Final

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

from woundtrack import __version__, resources

DRAWING: Final = "icons/woundtrack.svg"
DESKTOP_SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS_SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 256)
"""The last one is stored as PNG inside the ICO, which Windows reads since Vista."""

_WINDOWS_VERSION: Final = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004,
                    fileType=1, subtype=0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("080904B0", [
      StringStruct("ProductName", "woundtrack"),
      StringStruct("FileDescription", "woundtrack"),
      StringStruct("ProductVersion", "{version}"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("OriginalFilename", "woundtrack.exe"),
      StringStruct("LegalCopyright", "Apache License 2.0"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0809, 1200])]),
  ],
)
"""


def drawn(size: int) -> bytes:
    """Return the icon as a square PNG of ``size`` pixels."""
    renderer = QSvgRenderer(QByteArray(resources.asset(DRAWING).read_bytes()))
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())


def write_ico(path: Path) -> Path:
    """Write the icon in all the sizes Windows asks for, each drawn by itself."""
    pictures = [Image.open(io.BytesIO(drawn(size))) for size in WINDOWS_SIZES]
    largest = pictures[-1]
    sizes = [(size, size) for size in WINDOWS_SIZES]
    largest.save(path, format="ICO", sizes=sizes, append_images=pictures[:-1])
    return path


def numbers(version: str) -> tuple[int, int, int, int]:
    """Return the four numbers Windows compares versions by: ``1.2.3rc1`` is 1.2.3.0."""
    found = [int(number) for number in re.split(r"[^\d.]", version)[0].split(".") if number]
    first, second, third, fourth = (*found, 0, 0, 0, 0)[:4]
    return first, second, third, fourth


def write_windows_version(path: Path) -> Path:
    """Write what the properties of ``woundtrack.exe`` show, in the form PyInstaller reads."""
    text = _WINDOWS_VERSION.format(numbers=numbers(__version__), version=__version__)
    path.write_text(text, encoding="utf-8")
    return path
