"""What is seen, saved as a picture or a film: days, areas and scale bar on it.

Hides sizes, and the way from Qt's images to files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from woundtrack import imaging
from woundtrack.model import no_progress
from woundtrack.ui import theme
from woundtrack.ui.compare.scene import Mode, Scene, paint_scene, render

if TYPE_CHECKING:
    import numpy.typing as npt

    from woundtrack.model import Progress

HEAD: Final = 44
FOOT: Final = 40
LEAST_WIDTH: Final = 960
PICTURE_RATIO: Final = 2.0
FILM_RATIO: Final = 1.0
SECONDS: Final = 1.0
"""How long a film shows each visit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caption:
    """What stands above and below the photographs: whose, what of it, and what to know."""

    title: str
    lines: tuple[str, ...]


def picture(scene: Scene, size: QSize, caption: Caption, ratio: float = PICTURE_RATIO) -> QImage:
    """Return what is seen, in the light theme's words, ``ratio`` pixels a pixel of the canvas."""
    width = max(size.width(), LEAST_WIDTH)
    by = width / size.width()
    height = round(size.height() * by)
    # As much skin as on the canvas, however wide the picture.
    scene = replace(scene, view=replace(scene.view, px_per_mm=scene.view.px_per_mm * by))
    foot = FOOT * len(caption.lines) // 2 + 12
    whole = QSize(round(width * ratio), round((height + HEAD + foot) * ratio))
    image = QImage(whole, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.LIGHT.surface))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setPen(QColor(theme.LIGHT.text))
    painter.setFont(theme.font("section"))
    painter.drawText(QRectF(16, 0, width - 32, HEAD), Qt.AlignmentFlag.AlignVCenter, caption.title)
    area = QRectF(0, HEAD, width, height)
    paint_scene(painter, area, scene, lambda one, pane, view: render(one, pane, view, ratio))
    painter.setFont(theme.font("label"))
    painter.setPen(QColor(theme.LIGHT.text2))
    for place, line in enumerate(caption.lines):
        room = width - 32
        text = QFontMetricsF(painter.font()).elidedText(line, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            QRectF(16, HEAD + height + 6 + 20 * place, room, 20),
            Qt.AlignmentFlag.AlignVCenter,
            text,
        )
    painter.end()
    return image


def pixels_of(image: QImage) -> npt.NDArray[np.uint8]:
    """Return an image as RGB uint8 (H, W, 3)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), dtype=np.uint8)
    rows = rows.reshape(plain.height(), plain.bytesPerLine())[:, : 3 * plain.width()]
    return rows.reshape(plain.height(), plain.width(), 3).copy()


def save_picture(
    path: Path, scene: Scene, size: QSize, caption: Caption, progress: Progress = no_progress
) -> None:
    """Write what is seen as PNG or JPEG; worker-safe. Raises ``FileUnwritable``, ``DiskFull``."""
    progress(0.0, path.name)
    imaging.write_picture(path, pixels_of(picture(scene, size, caption)))


def save_film(
    path: Path,
    scene: Scene,
    size: QSize,
    caption: Caption,
    progress: Progress = no_progress,
) -> None:
    """Write the visits one after the other as GIF or MP4; worker-safe.

    Raises ``FileUnwritable``, also where no MP4 can be made here, and ``DiskFull``.
    """
    frames = []
    for place in range(len(scene.shown)):
        progress(0.5 * place / len(scene.shown), path.name)
        frames.append(
            pixels_of(picture(replace(scene, mode=Mode.LAPSE, at=place), size, caption, FILM_RATIO))
        )
    imaging.write_film(
        path, frames, SECONDS, lambda share, message: progress(0.5 + share / 2, message)
    )
