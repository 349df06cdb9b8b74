"""Makes dense-spot.onnx: a model of others, in the form that common detectors export (boxes, scores, labels).

It has learned nothing: it points at spots of 15 cm that are denser than what surrounds them. Needs the package onnx:

    python make_model.py
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SPOTS = 20
"""How many boxes it always answers; most of them with a score of nearly nothing."""

SIDE = 10.0
"""Width and height of a box, in its own pixels of 16 mm."""


def graph() -> onnx.GraphProto:
    """From log attenuation (1, 1, rows, columns) to boxes (20, 4), scores (20,) and labels (20,)."""
    constants = {
        "gain": np.float32(4.0),
        "offset": np.float32(6.0),
        "none": np.float32(0.0),
        "flat": np.array([-1], np.int64),
        "spots": np.array([SPOTS], np.int64),
        "third": np.array([3], np.int64),
        "last": np.array([1], np.int64),
        "half": np.float32(0.5),
        "sizes": np.full((SPOTS, 2), SIDE, np.float32),
        "zeros": np.zeros(SPOTS, np.int64),
    }
    nodes = [
        helper.make_node("AveragePool", ["image"], ["near"], kernel_shape=[9, 9], pads=[4] * 4),
        helper.make_node("AveragePool", ["image"], ["around"], kernel_shape=[33, 33], pads=[16] * 4),
        helper.make_node("Sub", ["near", "around"], ["contrast"]),
        helper.make_node("Mul", ["contrast", "gain"], ["steep"]),
        helper.make_node("Sub", ["steep", "offset"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["all"]),
        helper.make_node("MaxPool", ["all"], ["highest"], kernel_shape=[9, 9], pads=[4] * 4),
        helper.make_node("Equal", ["all", "highest"], ["is_peak"]),
        helper.make_node("Where", ["is_peak", "all", "none"], ["peaks"]),
        helper.make_node("Reshape", ["peaks", "flat"], ["line"]),
        helper.make_node("TopK", ["line", "spots"], ["scores", "where"], axis=0),
        helper.make_node("Shape", ["image"], ["shape"]),
        helper.make_node("Gather", ["shape", "third"], ["columns"], axis=0),
        helper.make_node("Mod", ["where", "columns"], ["column"]),
        helper.make_node("Div", ["where", "columns"], ["row"]),
        helper.make_node("Cast", ["column"], ["x_cell"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["row"], ["y_cell"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["x_cell", "half"], ["x"]),
        helper.make_node("Add", ["y_cell", "half"], ["y"]),
        helper.make_node("Unsqueeze", ["x", "last"], ["x_column"]),
        helper.make_node("Unsqueeze", ["y", "last"], ["y_column"]),
        helper.make_node("Concat", ["x_column", "y_column", "sizes"], ["boxes"], axis=1),
        helper.make_node("Identity", ["zeros"], ["labels"]),
    ]
    return helper.make_graph(
        nodes,
        "dense-spot",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, "rows", "columns"])],
        [
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [SPOTS, 4]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, [SPOTS]),
            helper.make_tensor_value_info("labels", TensorProto.INT64, [SPOTS]),
        ],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )


if __name__ == "__main__":
    model = helper.make_model(graph(), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(Path(__file__).with_name("dense-spot.onnx")))
