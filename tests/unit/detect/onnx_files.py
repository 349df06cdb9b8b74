"""ONNX files written by hand, byte by byte: small models for tests, without the onnx package.

Only what the tests need of the format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, protobuf wire format.
"""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from scanview.detect.features import PLANES

_OPSET, _IR = 17, 8
_FLOAT, _INT64 = 1, 7

DETECTOR_2 = {
    "scanview_model": "detector/2",
    "version": "tiny-2",
    "classes": '["weapon", "organic-block"]',
    "cargo_classes": '["tyres", "machinery"]',
    "cargo_chapters": '{"tyres": ["40"], "machinery": ["84", "85"]}',
    "planes": json.dumps(PLANES),
    "mm_per_pixel": "8",
    "stride": "4",
    "multiple": "16",
    "score_threshold": "0.3",
    "emptiness": "[0.02, 0.4]",
    "training_data_sha256": "00",
}


def tiny_detector(metadata: Mapping[str, str] = DETECTOR_2, *, cargo_planes: int = 2) -> bytes:
    """A model of kind detector/2 without a weight that was learned: what is dense enough is a weapon of 16 pixels.

    It looks at no more than 16 pixels around. `cargo_planes` of another number than the classes do not fit.
    """
    tensors = {
        "peak_w": _weights({(0, 0): 4.0, (1, 1): -4.0}, 2, 3),
        "peak_b": np.array([-10.0, -4.0], np.float32),
        "box_w": _weights({}, 4, 3),
        "box_b": np.array([0.5, 0.5, 16.0, 16.0], np.float32),
        "load_w": _weights({(0, 0): 40.0}, 2, 3),
        "load_b": np.array([-4.0, 4.0], np.float32),
        "cargo_w": _weights({(0, 0): 2.0, (1, 2): 1.0}, cargo_planes, 3),
        "cargo_b": np.zeros(cargo_planes, np.float32),
        "embed_w": _weights({(k, k % 3): 1.0 + k for k in range(32)}, 32, 3),
        "embed_b": np.zeros(32, np.float32),
    }
    nodes = [
        node("AveragePool", ["planes"], ["cells"], kernel_shape=[4, 4], strides=[4, 4]),
        node("AveragePool", ["cells"], ["coarse"], kernel_shape=[4, 4], strides=[4, 4]),
        node("Conv", ["cells", "peak_w", "peak_b"], ["peak_logits"]),
        node("Sigmoid", ["peak_logits"], ["peaks"]),
        node("Conv", ["cells", "box_w", "box_b"], ["boxes"]),
        node("Conv", ["cells", "load_w", "load_b"], ["load_logits"]),
        node("Sigmoid", ["load_logits"], ["load"]),
        node("Conv", ["coarse", "cargo_w", "cargo_b"], ["cargo"]),
        node("Conv", ["coarse", "embed_w", "embed_b"], ["embedding"]),
    ]
    outputs = ["peaks", "boxes", "load", "cargo", "embedding"]
    return model(nodes, tensors, {"planes": (1, 3, None, None)}, outputs, metadata)


def model(
    nodes: Iterable[bytes],
    tensors: Mapping[str, np.ndarray],
    inputs: Mapping[str, Sequence[int | None]],
    outputs: Iterable[str],
    metadata: Mapping[str, str] | None = None,
) -> bytes:
    """The bytes of an ONNX file; None in the shape of an input is any size."""
    graph = b"".join(_field(1, each) for each in nodes) + _field(2, b"tiny")
    graph += b"".join(_field(5, _tensor(name, values)) for name, values in tensors.items())
    graph += b"".join(_field(11, _value(name, shape)) for name, shape in inputs.items())
    graph += b"".join(_field(12, _field(1, name.encode())) for name in outputs)
    entries = (_field(1, key.encode()) + _field(2, value.encode()) for key, value in (metadata or {}).items())
    opset = _field(1, b"") + _number(2, _OPSET)
    return _number(1, _IR) + _field(7, graph) + _field(8, opset) + b"".join(_field(14, entry) for entry in entries)


def node(kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: int | float | list[int]) -> bytes:
    """One operation."""
    text = b"".join(_field(1, name.encode()) for name in inputs) + b"".join(_field(2, n.encode()) for n in outputs)
    return text + _field(4, kind.encode()) + b"".join(_field(5, _attribute(*item)) for item in attributes.items())


def _weights(values: Mapping[tuple[int, int], float], outputs: int, inputs: int) -> np.ndarray:
    weights = np.zeros((outputs, inputs, 1, 1), np.float32)
    for (row, column), value in values.items():
        if row < outputs:
            weights[row, column] = value
    return weights


def _attribute(name: str, value: int | float | list[int]) -> bytes:
    if isinstance(value, list):
        return _field(1, name.encode()) + b"".join(_number(8, each) for each in value) + _number(20, 7)
    if isinstance(value, float):
        return _field(1, name.encode()) + b"\x15" + struct.pack("<f", value) + _number(20, 1)
    return _field(1, name.encode()) + _number(3, value) + _number(20, 2)


def _tensor(name: str, values: np.ndarray) -> bytes:
    kind = _INT64 if values.dtype == np.int64 else _FLOAT
    shape = b"".join(_number(1, size) for size in values.shape)
    return shape + _number(2, kind) + _field(8, name.encode()) + _field(9, values.tobytes())


def _value(name: str, shape: Sequence[int | None]) -> bytes:
    sizes = (_number(1, size) if size is not None else _field(2, f"{name}{i}".encode()) for i, size in enumerate(shape))
    tensor = _number(1, _FLOAT) + _field(2, b"".join(_field(1, size) for size in sizes))
    return _field(1, name.encode()) + _field(2, _field(1, tensor))


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(encoded) + bytes([value])
