#!/usr/bin/env python3
"""Writes Keras' MobileNet weights as a TFLite model, byte by byte.

    write_model.py WEIGHTS.h5 MODEL.tflite classic|spelt_out

For real_model_test.cc: knows FlatBuffers (https://flatbuffers.dev/flatbuffers_internals.html) and
the field numbers of TFLite's schema by itself, shares nothing with slimc or flatc. Both networks
compute the same.

  classic    as TFLite's first converter wrote them: batch norm folded (in double precision), SAME
             padding, AVERAGE_POOL_2D, 1x1 convolution, SQUEEZE, SOFTMAX
  spelt_out  all that can be said otherwise: PAD and VALID, MUL and ADD for batch norm, RELU and
             MINIMUM for relu6, MEAN, FULLY_CONNECTED, RESHAPE
"""
import struct
import sys

import h5py
import numpy as np

# --- FlatBuffers: written forwards, since all offsets but a table's to its vtable point ahead.


class Scalar:
    def __init__(self, code, value):
        self.code, self.value = code, value


class Table:
    """fields: {number: Scalar, Table, Vector or None}"""

    def __init__(self, fields):
        self.fields = {k: v for k, v in fields.items() if v is not None}


class Vector:
    """Of scalars: their bytes; of tables: a list. A string ends with a zero that is not counted."""

    def __init__(self, items=None, data=b"", size=1, align=4, terminated=False):
        self.items, self.data, self.size = items, data, size
        self.align, self.terminated = align, terminated


def ints(values):
    return Vector(data=struct.pack(f"<{len(values)}i", *values), size=4)


def text(value):
    return Vector(data=value.encode(), terminated=True)


def tables(items):
    return Vector(items=items, size=4)


def serialise(root, identifier):
    out = bytearray(8)
    out[4:8] = identifier
    pending = [(0, root)]  # where an offset stands, and what it leads to

    def pad(alignment, ahead=0):
        while (len(out) + ahead) % alignment:
            out.append(0)

    while pending:
        at, item = pending.pop(0)
        if isinstance(item, Table):
            count = max(item.fields, default=-1) + 1
            layout, size = {}, 4
            for number, field in item.fields.items():
                width = struct.calcsize(field.code) if isinstance(field, Scalar) else 4
                size = -(-size // width) * width
                layout[number] = size
                size += width
            pad(4, ahead=4 + 2 * count)
            vtable = len(out)
            out += struct.pack("<2H", 4 + 2 * count, size)
            out += struct.pack(f"<{count}H", *(layout.get(n, 0) for n in range(count)))
            start = len(out)
            out += bytes(size)
            struct.pack_into("<i", out, start, start - vtable)
            for number, field in item.fields.items():
                if isinstance(field, Scalar):
                    struct.pack_into("<" + field.code, out, start + layout[number], field.value)
                else:
                    pending.append((start + layout[number], field))
        else:
            pad(max(item.align, 4), ahead=4)
            start = len(out)
            if item.items is None:
                out += struct.pack("<I", len(item.data) // item.size) + item.data
                if item.terminated:
                    out.append(0)
            else:
                out += struct.pack("<I", len(item.items)) + bytes(4 * len(item.items))
                pending += [(start + 4 + 4 * i, x) for i, x in enumerate(item.items)]
        struct.pack_into("<I", out, at, start - at)
    return bytes(out)


# --- TFLite, version 3 of the schema.

ADD, AVERAGE_POOL_2D, CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, MUL, RELU = 0, 1, 3, 4, 9, 18, 19
RESHAPE, SOFTMAX, PAD, MEAN, SQUEEZE, MINIMUM = 22, 25, 34, 40, 43, 57
SAME, VALID = 0, 1
NONE, RELU6 = 0, 3
FLOAT32, INT32 = 0, 2


class Model:
    def __init__(self):
        self.buffers, self.tensors, self.operators, self.codes = [Table({})], [], [], []

    def tensor(self, name, shape, kind=FLOAT32, data=None):
        buffer = 0
        if data is not None:
            buffer = len(self.buffers)
            self.buffers.append(Table({0: Vector(data=data.tobytes(), align=16)}))
        self.tensors.append(
            Table({0: ints(shape), 1: Scalar("b", kind), 2: Scalar("I", buffer), 3: text(name)}))
        return len(self.tensors) - 1

    def constant(self, name, values):
        values = np.asarray(values)
        whole = np.issubdtype(values.dtype, np.integer)
        data = values.astype("<i4" if whole else "<f4")
        return self.tensor(name, values.shape, INT32 if whole else FLOAT32, data)

    def op(self, code, inputs, name, shape, options=None):
        """options: the union's number of their type, and {number: Scalar or Vector}"""
        if code not in self.codes:
            self.codes.append(code)
        output = self.tensor(name, shape)
        fields = {0: Scalar("I", self.codes.index(code)), 1: ints(inputs), 2: ints([output])}
        if options:
            fields |= {3: Scalar("B", options[0]), 4: Table(options[1])}
        self.operators.append(Table(fields))
        return output

    def bytes(self, first, last):
        subgraph = Table({0: tables(self.tensors), 1: ints([first]), 2: ints([last]),
                          3: tables(self.operators)})
        codes = [Table({0: Scalar("b", code), 2: Scalar("i", 1)}) for code in self.codes]
        return serialise(Table({0: Scalar("I", 3), 1: tables(codes), 2: tables([subgraph]),
                                3: text("MobileNet"), 4: tables(self.buffers)}), b"TFL3")


# --- The network.

STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
EPSILON = 1e-3


def read_weights(path):
    weights = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            layer, _, variable = name.rpartition("/")
            weights[layer.rpartition("/")[2], variable.split(":")[0]] = np.array(item, np.float64)

    h5py.File(path, "r")["model_weights"].visititems(visit)
    return weights


def convolution_options(depthwise, stride, padding, activation):
    if depthwise:  # padding, stride_w, stride_h, depth_multiplier, activation
        return 2, {0: Scalar("b", padding), 1: Scalar("i", stride), 2: Scalar("i", stride),
                   3: Scalar("i", 1), 4: Scalar("b", activation)}
    return 1, {0: Scalar("b", padding), 1: Scalar("i", stride), 2: Scalar("i", stride),
               3: Scalar("b", activation)}


def build(weights, spelt_out):
    model = Model()
    size = 224
    x = first = model.tensor("input", [1, size, size, 3])
    channels = 3

    def layer(x, name, depthwise, stride):
        nonlocal size, channels
        if depthwise:  # [kh,kw,ci,1] -> [1,kh,kw,ci]
            kernel = weights[name, "depthwise_kernel"].transpose(3, 0, 1, 2)
            filters = channels
        else:  # [kh,kw,ci,co] -> [co,kh,kw,ci]
            kernel = weights[name, "kernel"].transpose(3, 0, 1, 2)
            filters = kernel.shape[0]
        bn = {v: weights[name + "_bn", v]
              for v in ("gamma", "beta", "moving_mean", "moving_variance")}
        scale = bn["gamma"] / np.sqrt(bn["moving_variance"] + EPSILON)
        offset = bn["beta"] - bn["moving_mean"] * scale
        code = DEPTHWISE_CONV_2D if depthwise else CONV_2D
        if not spelt_out:
            folded = kernel * (scale if depthwise else scale.reshape(-1, 1, 1, 1))
            inputs = [x, model.constant(name + "/weights", folded),
                      model.constant(name + "/bias", offset)]
            size //= stride
            channels = filters
            return model.op(code, inputs, name + "/Relu6", [1, size, size, channels],
                            convolution_options(depthwise, stride, SAME, RELU6))
        if kernel.shape[1] == 3:  # SAME of an even size: nothing above and to the left of stride 2
            before = 0 if stride == 2 else 1
            pads = np.array([[0, 0], [before, 1], [before, 1], [0, 0]], np.int32)
            padded = size + before + 1
            x = model.op(PAD, [x, model.constant(name + "/paddings", pads)], name + "/Pad",
                         [1, padded, padded, channels])
        size //= stride
        channels = filters
        shape = [1, size, size, channels]
        x = model.op(code, [x, model.constant(name + "/weights", kernel)], name + "/Conv", shape,
                     convolution_options(depthwise, stride, VALID, NONE))
        x = model.op(MUL, [x, model.constant(name + "/scale", scale)], name + "/Mul", shape)
        x = model.op(ADD, [x, model.constant(name + "/offset", offset)], name + "/Add", shape)
        x = model.op(RELU, [x], name + "/Relu", shape)
        return model.op(MINIMUM, [x, model.constant(name + "/six", np.float64(6))],
                        name + "/Minimum", shape)

    x = layer(x, "conv1", False, 2)
    for block, stride in enumerate(STRIDES, 1):
        x = layer(x, f"conv_dw_{block}", True, stride)
        x = layer(x, f"conv_pw_{block}", False, 1)

    # Class 0 is slim's background, which Keras does not know: nothing speaks for it.
    matrix = weights["conv_preds", "kernel"].reshape(channels, -1).T
    matrix = np.vstack([np.zeros((1, channels)), matrix])
    bias = np.concatenate([[-20.0], weights["conv_preds", "bias"]])
    classes = len(bias)
    if spelt_out:
        axes = model.constant("axes", np.array([1, 2], np.int32))
        x = model.op(MEAN, [x, axes], "pool", [1, channels])
        to = model.constant("to", np.array([-1, channels], np.int32))
        x = model.op(RESHAPE, [x, to], "flat", [1, channels])
        inputs = [x, model.constant("logits/weights", matrix), model.constant("logits/bias", bias)]
        x = model.op(FULLY_CONNECTED, inputs, "logits", [1, classes], (8, {0: Scalar("b", NONE)}))
    else:
        pool = {0: Scalar("b", VALID), 1: Scalar("i", 2), 2: Scalar("i", 2), 3: Scalar("i", size),
                4: Scalar("i", size)}
        x = model.op(AVERAGE_POOL_2D, [x], "pool", [1, 1, 1, channels], (5, pool))
        inputs = [x, model.constant("logits/weights", matrix.reshape(classes, 1, 1, channels)),
                  model.constant("logits/bias", bias)]
        x = model.op(CONV_2D, inputs, "logits", [1, 1, 1, classes],
                     convolution_options(False, 1, SAME, NONE))
        x = model.op(SQUEEZE, [x], "squeezed", [1, classes], (30, {0: ints([1, 2])}))
    x = model.op(SOFTMAX, [x], "probabilities", [1, classes], (9, {0: Scalar("f", 1.0)}))
    return model.bytes(first, x)


def main():
    weights, path, style = sys.argv[1:]
    data = build(read_weights(weights), spelt_out={"classic": False, "spelt_out": True}[style])
    with open(path, "wb") as file:
        file.write(data)


main()
