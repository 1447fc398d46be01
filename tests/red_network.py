"""A real outline network that takes red for wound: weights of eight numbers, beside their facts.

Hides ONNX's file format (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), of which a single
convolution needs little: so no test needs the trained network, nor PyTorch to make one.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from woundtrack.imaging.outlining import network_asset
from woundtrack.imaging.outlining.network_asset import NetworkFacts
from woundtrack.imaging.outlining.network_planes import PLANES, SIDE
from woundtrack.imaging.outlining.outline_network import OutlineNetwork

VERSION = "red-1"
# Red, green, blue, clicks in, clicks out, the outline so far; and what is added.
WEIGHTS = (40.0, -40.0, 0.0, 30.0, -30.0, 0.0)
BIAS = -9.5


def write_red_network(
    folder: Path, *, version: str = VERSION, terms: str = network_asset.NON_COMMERCIAL
) -> NetworkFacts:
    """Write the network, its facts, its licence note and its card into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / network_asset.WEIGHTS
    path.write_bytes(red_onnx())
    network = OutlineNetwork(path, version)
    facts = NetworkFacts(
        version=version,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        terms=terms,
        learnt_from="nothing but red",
        photographs=0,
        data_on="2026",
        steps=0,
        seed=0,
        made_on="2026-11-21",
        answers=tuple(
            network_asset.kept_of(network.logits(planes)) for planes in network_asset.trials()
        ),
    )
    network_asset.write_facts(facts, folder / network_asset.FACTS)
    (folder / network_asset.LICENCE).write_text("# Terms\n\nNot for commercial use.\n", "utf-8")
    (folder / network_asset.CARD).write_text("# Model card\n\nIt knows red.\n", "utf-8")
    return facts


def red_onnx() -> bytes:
    """Return the ONNX of one convolution of a pixel a side."""
    weights = np.asarray(WEIGHTS, np.float32)
    node = (
        b"".join(_field(1, name) for name in (b"planes", b"weights", b"bias"))
        + _field(2, b"logits")
        + _field(4, b"Conv")
        + _field(5, _field(1, b"kernel_shape") + _ints(8, (1, 1)) + _number(20, 7))
    )
    graph = (
        _field(1, node)
        + _field(2, b"red")
        + _field(5, _tensor(b"weights", (1, PLANES, 1, 1), weights))
        + _field(5, _tensor(b"bias", (1,), np.asarray([BIAS], np.float32)))
        + _field(11, _value(b"planes", (1, PLANES, SIDE, SIDE)))
        + _field(12, _value(b"logits", (1, 1, SIDE, SIDE)))
    )
    return _number(1, 7) + _field(7, graph) + _field(8, _field(1, b"") + _number(2, 13))


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(0x80 | number & 0x7F)
        number >>= 7
    return bytes([*out, number])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _ints(field: int, values: tuple[int, ...]) -> bytes:
    return b"".join(_number(field, value) for value in values)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _tensor(name: bytes, shape: tuple[int, ...], values: np.typing.NDArray[np.float32]) -> bytes:
    return _ints(1, shape) + _number(2, 1) + _field(8, name) + _field(9, values.tobytes())


def _value(name: bytes, shape: tuple[int, ...]) -> bytes:
    dimensions = b"".join(_field(1, _number(1, size)) for size in shape)
    return _field(1, name) + _field(2, _field(1, _number(1, 1) + _field(2, dimensions)))
