"""The outline network: a small residual U-Net that reads gestures beside the picture.

Hides its layers and how gestures reach the deep ones. Dense 3 x 3 convolutions throughout: on an
ordinary CPU they train two to three times faster than depthwise ones of the same cost in use.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from woundtrack.imaging.outlining.network_planes import GESTURE_PLANES, PLANES

STEM: Final = 16
WIDTHS: Final = (32, 64, 128, 192)
BLOCKS: Final = (1, 2, 2, 1)
DECODER: Final = (96, 64, 48, 32)


def _normed(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
    )


class Block(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut (He et al., doi 10.1109/CVPR.2016.90)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = _normed(inputs, outputs, 3, stride)
        self.second = _normed(outputs, outputs, 3)
        is_same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if is_same else _normed(inputs, outputs, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, outputs, H / stride, W / stride) features."""
        inner = functional.relu(self.first(x))
        return functional.relu(self.second(inner) + self.shortcut(x))


class OutlineNetwork(nn.Module):
    """Logits that a pixel is wound, (N, 1, H, W), from planes (N, ``PLANES``, H, W).

    H and W are multiples of 32. What the planes hold:
    ``woundtrack.imaging.outlining.network_planes``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = _normed(PLANES, STEM, 3, 2)
        stages, inputs = [], STEM
        for width, count in zip(WIDTHS, BLOCKS, strict=True):
            blocks = [Block(inputs if n == 0 else width, width, 2 if n == 0 else 1)
                      for n in range(count)]  # fmt: skip
            stages.append(nn.Sequential(*blocks))
            inputs = width
        self.stages = nn.ModuleList(stages)
        # A click is a few pixels: shrunk by its maximum it reaches the deep layers undiluted.
        self.at_8 = nn.Conv2d(GESTURE_PLANES, WIDTHS[1], 1)
        self.at_16 = nn.Conv2d(GESTURE_PLANES, WIDTHS[2], 1)
        self.at_4 = nn.Conv2d(GESTURE_PLANES, DECODER[2], 1)
        self.gate = nn.Conv2d(WIDTHS[3], WIDTHS[3], 1)
        ins = (WIDTHS[3], *DECODER[:3])
        skips = (WIDTHS[2], WIDTHS[1], WIDTHS[0], STEM)
        self.lower = nn.ModuleList(nn.Conv2d(i, o, 1) for i, o in zip(ins, DECODER, strict=True))
        self.skip = nn.ModuleList(nn.Conv2d(i, o, 1) for i, o in zip(skips, DECODER, strict=True))
        self.joined = nn.ModuleList(nn.BatchNorm2d(o) for o in DECODER)
        self.spread = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(o, o, 3, padding=1, groups=o, bias=False),
                nn.Conv2d(o, o, 1, bias=False),
                nn.BatchNorm2d(o),
                nn.ReLU(),
            )
            for o in DECODER
        )
        self.head = nn.Sequential(nn.Conv2d(DECODER[3], 4, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, planes: Tensor) -> Tensor:
        """Return the logits of the planes."""
        gestures = planes[:, PLANES - GESTURE_PLANES :]
        by_4 = functional.max_pool2d(gestures, 4)
        by_8 = functional.max_pool2d(by_4, 2)
        by_16 = functional.max_pool2d(by_8, 2)
        x = functional.relu(self.stem(planes))
        features = [x]
        for number, stage in enumerate(self.stages):
            x = stage(x)
            if number == 1:
                x = x + self.at_8(by_8)
            elif number == 2:
                x = x + self.at_16(by_16)
            features.append(x)
        x = x * torch.sigmoid(self.gate(functional.adaptive_avg_pool2d(x, 1)))
        for number in range(len(DECODER)):
            x = functional.interpolate(
                self.lower[number](x), scale_factor=2, mode="bilinear", align_corners=False
            )
            x = x + self.skip[number](features[3 - number])
            if number == 2:
                x = x + self.at_4(by_4)
            x = self.spread[number](functional.relu(self.joined[number](x)))
        logits: Tensor = self.head(x)
        return logits
