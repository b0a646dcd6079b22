#!/usr/bin/env python3
"""Writes Keras' MobileNet weights as a TFLite model, byte by byte.

    write_model.py WEIGHTS.h5 MODEL.tflite classic|spelt_out|tf2|float16|dynamic_range

For real_model_test.cc: knows FlatBuffers (https://flatbuffers.dev/flatbuffers_internals.html) and
the field numbers of TFLite's schema by itself, shares nothing with slimc or flatc. All networks
compute the same, the last two with rounded weights.

  classic    as TFLite's first converter wrote them: batch norm folded (in double precision), SAME
             padding, AVERAGE_POOL_2D, 1x1 convolution, SQUEEZE, SOFTMAX
  spelt_out  all that can be said otherwise: PAD and VALID, MUL and ADD for batch norm, RELU and
             MINIMUM for relu6, MEAN, FULLY_CONNECTED, RESHAPE
  tf2        as TensorFlow 2 writes Keras' network: bytes as its input, CAST and rescaled; an open
             batch, so that the shape of RESHAPE is computed by SHAPE, STRIDED_SLICE and PACK; the
             softmax written out; features and probabilities as outputs, and a signature
  float16    classic, with FLOAT16 weights behind DEQUANTIZE
  dynamic_range    classic, with INT8 weights, a scale for each channel, that kernels read
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
DEQUANTIZE, SUB, DIV, STRIDED_SLICE, EXP, CAST, SUM = 6, 41, 42, 45, 47, 53, 74
SHAPE, REDUCE_MAX, PACK = 77, 82, 83
SAME, VALID = 0, 1
NONE, RELU6 = 0, 3
FLOAT32, FLOAT16, INT32, UINT8, INT8 = 0, 1, 2, 3, 9


class Model:
    def __init__(self, weights_kind=FLOAT32):
        self.buffers, self.tensors, self.operators, self.codes = [Table({})], [], [], []
        self.weights_kind = weights_kind

    def tensor(self, name, shape, kind=FLOAT32, data=None, scales=None, dimension=0, open_batch=False):
        buffer = 0
        if data is not None:
            buffer = len(self.buffers)
            self.buffers.append(Table({0: Vector(data=data.tobytes(), align=16)}))
        quantisation = None
        if scales is not None:  # scale, zero_point, quantized_dimension
            quantisation = Table({2: Vector(data=scales.astype("<f4").tobytes(), size=4),
                                  3: Vector(data=bytes(8 * len(scales)), size=8, align=8),
                                  6: Scalar("i", dimension)})
        signature = ints([-1, *shape[1:]]) if open_batch else None
        self.tensors.append(
            Table({0: ints(shape), 1: Scalar("b", kind), 2: Scalar("I", buffer), 3: text(name),
                   4: quantisation, 7: signature}))
        return len(self.tensors) - 1

    def constant(self, name, values):
        values = np.asarray(values)
        whole = np.issubdtype(values.dtype, np.integer)
        data = values.astype("<i4" if whole else "<f4")
        return self.tensor(name, values.shape, INT32 if whole else FLOAT32, data)

    def weights(self, name, values, dimension=0):
        """`dimension` counts the channels that have a scale each"""
        if self.weights_kind == FLOAT16:
            stored = self.tensor(name + "/half", values.shape, FLOAT16, values.astype("<f2"))
            return self.op(DEQUANTIZE, [stored], name, values.shape)
        if self.weights_kind == INT8:
            others = tuple(d for d in range(values.ndim) if d != dimension)
            scales = np.maximum(np.abs(values).max(axis=others, keepdims=True), 1e-9) / 127
            data = np.rint(values / scales).astype("i1")
            return self.tensor(name, values.shape, INT8, data, scales.reshape(-1), dimension)
        return self.constant(name, values)

    def op(self, code, inputs, name, shape, options=None, kind=FLOAT32):
        """options: the union's number of their type, and {number: Scalar or Vector}"""
        if code not in self.codes:
            self.codes.append(code)
        output = self.tensor(name, shape, kind)
        fields = {0: Scalar("I", self.codes.index(code)), 1: ints(inputs), 2: ints([output])}
        if options:
            fields |= {3: Scalar("B", options[0]), 4: Table(options[1])}
        self.operators.append(Table(fields))
        return output

    def bytes(self, first, outputs, signature=None):
        """signature: its key, and what it calls the input and the outputs"""
        subgraph = Table({0: tables(self.tensors), 1: ints([first]), 2: ints(outputs),
                          3: tables(self.operators)})
        codes = [Table({0: Scalar("b", code), 2: Scalar("i", 1)}) for code in self.codes]
        signatures = None
        if signature:
            key, first_name, names = signature

            def maps(pairs):
                return tables([Table({0: text(n), 1: Scalar("I", t)}) for n, t in pairs])

            signatures = tables([Table({0: maps([(first_name, first)]),
                                        1: maps(zip(names, outputs)), 2: text(key)})])
        return serialise(Table({0: Scalar("I", 3), 1: tables(codes), 2: tables([subgraph]),
                                3: text("MobileNet"), 4: tables(self.buffers), 7: signatures}),
                         b"TFL3")


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


def build(weights, style):
    spelt_out = style == "spelt_out"
    tf2 = style == "tf2"
    model = Model({"float16": FLOAT16, "dynamic_range": INT8}.get(style, FLOAT32))
    size = 224
    channels = 3
    shape = [1, size, size, channels]
    x = first = model.tensor("input", shape, UINT8 if tf2 else FLOAT32, open_batch=tf2)
    if tf2:
        x = model.op(CAST, [x], "cast", shape)
        x = model.op(MUL, [x, model.constant("scale", np.float64(1 / 127.5))], "scaled", shape)
        x = model.op(SUB, [x, model.constant("offset", np.float64(1))], "moved", shape)

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
            inputs = [x, model.weights(name + "/weights", folded, 3 if depthwise else 0),
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
        # TFLite's kernels insist on a bias.
        inputs = [x, model.constant(name + "/weights", kernel),
                  model.constant(name + "/zeros", np.zeros(channels))]
        x = model.op(code, inputs, name + "/Conv", shape,
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
        features = x = model.op(AVERAGE_POOL_2D, [x], "pool", [1, 1, 1, channels], (5, pool))
        kernel = matrix.reshape(classes, 1, 1, channels)
        inputs = [x, model.weights("logits/weights", kernel), model.constant("logits/bias", bias)]
        x = model.op(CONV_2D, inputs, "logits", [1, 1, 1, classes],
                     convolution_options(False, 1, SAME, NONE))
        if not tf2:
            x = model.op(SQUEEZE, [x], "squeezed", [1, classes], (30, {0: ints([1, 2])}))
    if tf2:
        x = model.op(RESHAPE, [x, batch_and(model, x, classes)], "flat", [1, classes])
        axis = model.constant("axis", np.array(-1, np.int32))
        keep = (27, {0: Scalar("?", True)})
        top = model.op(REDUCE_MAX, [x, axis], "max", [1, 1], keep)
        x = model.op(SUB, [x, top], "below", [1, classes])
        x = model.op(EXP, [x], "exp", [1, classes])
        total = model.op(SUM, [x, axis], "sum", [1, 1], keep)
        x = model.op(DIV, [x, total], "probabilities", [1, classes])
        return model.bytes(first, [features, x],
                           ("serving_default", "image", ["features", "predictions"]))
    x = model.op(SOFTMAX, [x], "probabilities", [1, classes], (9, {0: Scalar("f", 1.0)}))
    return model.bytes(first, [x])


def batch_and(model, x, classes):
    """The shape [the batch of x, classes], computed at run time."""
    shape = model.op(SHAPE, [x], "shape", [4], (55, {0: Scalar("b", INT32)}), INT32)
    zero, one = (model.constant(name, np.array([value], np.int32))
                 for name, value in (("zero", 0), ("one", 1)))
    batch = model.op(STRIDED_SLICE, [shape, zero, one, one], "batch", [],
                     (32, {4: Scalar("i", 1)}), INT32)
    last = model.constant("classes", np.array(classes, np.int32))
    return model.op(PACK, [batch, last], "target", [2], (59, {0: Scalar("i", 2)}), INT32)


def main():
    weights, path, style = sys.argv[1:]
    assert style in ("classic", "spelt_out", "tf2", "float16", "dynamic_range")
    data = build(read_weights(weights), style)
    with open(path, "wb") as file:
        file.write(data)


if __name__ == "__main__":
    main()
