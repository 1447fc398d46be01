"""A photograph of any size on a canvas, sharp and without jerks at every zoom.

Hides the pyramid of ever smaller copies, and that Qt's images only borrow the arrays' memory.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

Pixels = npt.NDArray[np.uint8]

SMALLEST_LEVEL_PX: Final = 512
"""Halving stops when the longer side is this short."""
_STRIP: Final = 64


def pyramid(pixels: Pixels) -> tuple[Pixels, ...]:
    """Return the picture and its halvings, each pixel the mean of four; worker-safe.

    Parameters
    ----------
    pixels
        RGB uint8 (H, W, 3), C-contiguous; it becomes the first level itself, not a copy. The other
        levels are (h, w, 4): blue, green, red, 255, which is painted three times as fast.
    """
    levels = [pixels]
    whole = pixels
    while max(whole.shape[:2]) > SMALLEST_LEVEL_PX:
        height, width = whole.shape[0] // 2 * 2, whole.shape[1] // 2 * 2
        if min(height, width) < 4:
            break
        whole = _halved(whole[:height, :width])
        level = np.full((*whole.shape[:2], 4), 255, dtype=np.uint8)
        level[..., :3] = whole[..., ::-1]
        levels.append(level)
    return tuple(levels)


def _halved(pixels: Pixels) -> Pixels:
    """Return a picture of even sides at half of them, each pixel the mean of four.

    In strips: the sums of a whole photograph would take as much memory as two more of it.
    """
    height, width, channels = pixels.shape
    half = np.empty((height // 2, width // 2, channels), dtype=np.uint8)
    for top in range(0, height // 2, _STRIP):
        strip = pixels[2 * top : 2 * (top + _STRIP)]
        rows = strip[0::2].astype(np.uint16)
        rows += strip[1::2]
        four = rows[:, 0::2] + rows[:, 1::2]
        four += 2
        four >>= 2
        half[top : top + _STRIP] = four
    return half


def image_of(pixels: Pixels) -> QImage:
    """Return a Qt image that shares the array's memory; the array has to outlive it."""
    height, width, channels = pixels.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGB32
    return QImage(pixels.data, width, height, pixels.strides[0], kind)


class PhotoItem(QGraphicsItem):
    """Paints the part that is seen, from the level that is just large enough.

    Its own coordinates are those of the upright photograph in pixels, whatever it is painted from:
    a small draft can stand in until the photograph itself is decoded.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._size = QSizeF()
        self._levels: tuple[Pixels, ...] = ()
        self._images: list[QImage] = []

    def set_size(self, width_px: int, height_px: int) -> None:
        """Say how large the photograph is; nothing is painted on its ground yet."""
        self.prepareGeometryChange()
        self._size = QSizeF(width_px, height_px)
        self._levels = ()
        self._images = []
        self.update()

    def set_levels(self, levels: tuple[Pixels, ...]) -> None:
        """Paint from these arrays, the largest first."""
        # The images borrow the arrays' memory: the arrays are kept beside them.
        self._images = [image_of(level) for level in levels]
        self._levels = levels
        self.update()

    def set_draft(self, image: QImage) -> None:
        """Paint from a small copy meanwhile."""
        self._levels = ()
        self._images = [] if image.isNull() else [image]
        self.update()

    @property
    def is_sharp(self) -> bool:
        """Whether it is painted from the photograph itself."""
        return bool(self._levels)

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._size.width(), self._size.height())

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        whole = self.boundingRect()
        seen = option.exposedRect & whole
        if not self._images:
            painter.fillRect(seen, QColor("#3A3E42"))
            return
        transform = painter.worldTransform()
        ratio = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
        scale = math.hypot(transform.m11(), transform.m12()) * ratio
        image = self._images[0]
        for smaller in self._images[1:]:
            if smaller.width() < scale * whole.width():
                break
            image = smaller
        # Whole source pixels, and one more all round, so that neighbouring parts meet unseen.
        across = image.width() / whole.width()
        down = image.height() / whole.height()
        left = max(0, math.floor(seen.left() * across) - 1)
        top = max(0, math.floor(seen.top() * down) - 1)
        right = min(image.width(), math.ceil(seen.right() * across) + 1)
        bottom = min(image.height(), math.ceil(seen.bottom() * down) + 1)
        source = QRectF(left, top, right - left, bottom - top)
        target = QRectF(left / across, top / down, source.width() / across, source.height() / down)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, image, source)
