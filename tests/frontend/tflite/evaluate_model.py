#!/usr/bin/env python3
"""Computes what a float TFLite MobileNet gives, with NumPy in double precision.

    evaluate_model.py MODEL.tflite INPUT.f32 OUTPUT.f64

For real_model_test.cc: INPUT are the input tensor's float32 elements, OUTPUT becomes the result's
float64 ones. Reads FlatBuffers and TFLite's schema by itself, shares nothing with slimc or flatc.
"""
import struct
import sys

import numpy as np


class Table:
    def __init__(self, data, at):
        self.data, self.at = data, at
        self.vtable = at - struct.unpack_from("<i", data, at)[0]

    def where(self, field):
        if 4 + 2 * field >= struct.unpack_from("<H", self.data, self.vtable)[0]:
            return None
        offset = struct.unpack_from("<H", self.data, self.vtable + 4 + 2 * field)[0]
        return self.at + offset if offset else None

    def scalar(self, field, code, otherwise=0):
        at = self.where(field)
        return otherwise if at is None else struct.unpack_from("<" + code, self.data, at)[0]

    def target(self, field):
        at = self.where(field)
        return None if at is None else at + struct.unpack_from("<I", self.data, at)[0]

    def table(self, field):
        return Table(self.data, self.target(field))

    def array(self, field, kind):
        at = self.target(field)
        if at is None:
            return np.zeros(0, kind)
        return np.frombuffer(self.data, kind, struct.unpack_from("<I", self.data, at)[0], at + 4)

    def tables(self, field):
        at = self.target(field)
        count = struct.unpack_from("<I", self.data, at)[0]
        places = range(at + 4, at + 4 + 4 * count, 4)
        return [Table(self.data, p + struct.unpack_from("<I", self.data, p)[0]) for p in places]


def windows(x, kernel, stride, same):
    """[kh,kw] of pictures [h,w,c]: what each element of a window sees."""
    size = [(-(-n // s) if same else (n - k) // s + 1)
            for n, k, s in zip(x.shape, kernel, stride)]
    total = [max((m - 1) * s + k - n, 0) if same else 0
             for m, n, k, s in zip(size, x.shape, kernel, stride)]
    x = np.pad(x, [(t // 2, t - t // 2) for t in total] + [(0, 0)])
    return [[x[i:i + (size[0] - 1) * stride[0] + 1:stride[0],
               j:j + (size[1] - 1) * stride[1] + 1:stride[1]] for j in range(kernel[1])]
            for i in range(kernel[0])]


def activated(x, activation):
    return {0: lambda: x, 1: lambda: np.maximum(x, 0), 3: lambda: np.clip(x, 0, 6)}[activation]()


def evaluate(data, image):
    model = Table(data, struct.unpack_from("<I", data, 0)[0])
    codes = [code.scalar(0, "b") for code in model.tables(1)]
    graph = model.tables(2)[0]
    buffers = model.tables(4)
    tensors = graph.tables(0)
    values = {}
    for number, tensor in enumerate(tensors):
        stored = buffers[tensor.scalar(2, "I")].array(0, "u1")
        if len(stored):
            kind = {0: "<f4", 2: "<i4"}[tensor.scalar(1, "b")]
            values[number] = stored.view(kind).reshape(tensor.array(0, "<i4")).astype(np.float64)
    first = graph.array(1, "<i4")[0]
    values[first] = image.reshape(tensors[first].array(0, "<i4")).astype(np.float64)

    for op in graph.tables(3):
        code = codes[op.scalar(0, "I")]
        inputs = [values[i] for i in op.array(1, "<i4") if i >= 0]
        x, options = inputs[0], op.table(4)
        same = options.scalar(0, "b") == 0
        stride = options.scalar(2, "i"), options.scalar(1, "i")
        if code == 3:  # CONV_2D, [co,kh,kw,ci]
            views = windows(x[0], inputs[1].shape[1:3], stride, same)
            y = sum(view @ inputs[1][:, i, j].T
                    for i, row in enumerate(views) for j, view in enumerate(row))
            y = activated(y + inputs[2], options.scalar(3, "b"))[None]
        elif code == 4:  # DEPTHWISE_CONV_2D, [1,kh,kw,c]
            views = windows(x[0], inputs[1].shape[1:3], stride, same)
            y = sum(view * inputs[1][0, i, j]
                    for i, row in enumerate(views) for j, view in enumerate(row))
            y = activated(y + inputs[2], options.scalar(4, "b"))[None]
        elif code == 1:  # AVERAGE_POOL_2D over the whole image
            assert (options.scalar(4, "i"), options.scalar(3, "i")) == x.shape[1:3]
            y = x.mean(axis=(1, 2), keepdims=True)
        elif code in (22, 43):  # RESHAPE, SQUEEZE
            y = x.reshape(tensors[op.array(2, "<i4")[0]].array(0, "<i4"))
        elif code == 25:  # SOFTMAX
            y = np.exp(options.scalar(0, "f") * (x - x.max()))
            y /= y.sum()
        else:
            raise ValueError(f"op {code}")
        values[op.array(2, "<i4")[0]] = y
    return values[graph.array(2, "<i4")[0]]


def main():
    model, image, result = sys.argv[1:]
    with open(model, "rb") as file:
        data = file.read()
    evaluate(data, np.fromfile(image, "<f4")).astype("<f8").tofile(result)


main()
