#!/usr/bin/env python3
"""Writes ONNX's own operator tests (python3-onnx: onnx.backend.test) as networks of one image.

    make_cases.py FOLDER

For operators_test.cc. Each case has a model and what it gives, computed by ONNX's authors with NumPy.
All inputs but the first become initializers. FOLDER gets NAME.onnx, NAME.in.npy and NAME.out.npy, and
`cases`: a name, the rank of the first input and the operator, a line each.
"""
import sys
from pathlib import Path

import numpy as np

# ONNX 1.12 is older than the NumPy of Debian 12, which has these names no more.
for alias in ("bool", "float", "int", "object"):
    if alias not in np.__dict__:
        setattr(np, alias, __builtins__.__dict__[alias])

import onnx.backend.test.case.node as node_cases
import onnx.numpy_helper

OPERATORS = {
    "Add", "AveragePool", "BatchNormalization", "Clip", "Conv", "Div", "Elu", "Exp", "Flatten",
    "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "HardSwish", "LeakyRelu", "Max", "MaxPool",
    "Min", "Mul", "Pad", "Pow", "ReduceMax", "ReduceMean", "ReduceSum", "Relu", "Reshape", "Sigmoid",
    "Softmax", "Sqrt", "Squeeze", "Sub", "Tanh", "Transpose", "Unsqueeze", "Identity", "Reciprocal",
    "Neg", "Dropout", "PRelu"}


def main():
    folder = Path(sys.argv[1])
    lines = []
    np.random.seed(1)
    for case in node_cases.collect_testcases(None):
        graph = case.model.graph
        if len(graph.node) != 1 or graph.node[0].op_type not in OPERATORS or not case.data_sets:
            continue
        inputs, outputs = case.data_sets[0]
        first = inputs[0] if inputs else None
        if not isinstance(first, np.ndarray) or first.dtype != np.float32 or first.ndim != 4:
            continue
        model = onnx.ModelProto()
        model.CopyFrom(case.model)
        for info, value in list(zip(graph.input, inputs))[1:]:
            model.graph.initializer.append(onnx.numpy_helper.from_array(np.asarray(value), info.name))
        del model.graph.input[1:]
        # Second outputs (indices, masks) are training's.
        del model.graph.output[1:]
        onnx.save(model, str(folder / (case.name + ".onnx")))
        np.save(folder / (case.name + ".in.npy"), np.ascontiguousarray(first, np.float32))
        np.save(folder / (case.name + ".out.npy"), np.ascontiguousarray(outputs[0], np.float32))
        shape = ",".join(map(str, np.shape(outputs[0])))
        lines.append(f"{case.name} {graph.node[0].op_type} [{shape}]")
    (folder / "cases").write_text("\n".join(lines) + "\n")


main()
