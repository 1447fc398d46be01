"""Write the learnt network as ONNX, and see that OpenCV reads it as PyTorch does.

Hides the exporter and the operator set that OpenCV 4 and 5 both read.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch

from training.network import OutlineNetwork
from woundtrack.imaging.outlining.network_asset import CLOSE, kept_of, trials
from woundtrack.imaging.outlining.network_planes import PLANES, SIDE

OPSET: Final = 13


class ExportDiffers(Exception):
    """OpenCV reads other logits from the file than PyTorch computes."""


def export(network: OutlineNetwork, path: Path) -> None:
    """Write the network to ``path``; its input is (1, ``PLANES``, ``SIDE``, ``SIDE``) float32.

    Raises ``ExportDiffers`` where OpenCV's logits are not PyTorch's; what was at ``path`` stays.
    """
    network = network.float().cpu().eval()
    example = torch.rand(1, PLANES, SIDE, SIDE)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (example,),
            str(part),
            input_names=["planes"],
            output_names=["logits"],
            opset_version=OPSET,
            dynamo=False,
        )
    with torch.no_grad():
        expected = network(example).numpy()
    net = cv2.dnn.readNetFromONNX(np.fromfile(part, np.uint8))
    net.setInput(example.numpy())
    apart = float(np.abs(net.forward() - expected).max())
    if not apart <= CLOSE:  # nor is NaN
        part.unlink()
        raise ExportDiffers(f"OpenCV's logits are {apart:.2g} off PyTorch's in {path.name}.")
    part.replace(path)


def answers_of(network: OutlineNetwork) -> tuple[tuple[float, ...], ...]:
    """Return what PyTorch answers to the trials: what every OpenCV should answer, too."""
    network = network.float().cpu().eval()
    with torch.no_grad():
        return tuple(
            kept_of(network(torch.from_numpy(planes[None]))[0, 0].numpy()) for planes in trials()
        )
