"""ONNX's operators in NumPy and double precision, as https://onnx.ai/onnx/operators says them.

The judge of make_networks.py's models: NCHW, nothing folded, nothing shared with slimc.
"""
import numpy as np
import onnx
from onnx import numpy_helper


def pads_of(a, size, kernel, stride, dilation):
    auto = a.get("auto_pad", b"NOTSET").decode()
    if auto in ("NOTSET", ""):
        p = a.get("pads", [0, 0, 0, 0])
        return [(p[0], p[2]), (p[1], p[3])]
    if auto == "VALID":
        return [(0, 0), (0, 0)]
    pads = []
    for d in range(2):
        out = -(-size[d] // stride[d])
        total = max((out - 1) * stride[d] + (kernel[d] - 1) * dilation[d] + 1 - size[d], 0)
        small, large = total // 2, total - total // 2
        pads.append((small, large) if auto == "SAME_UPPER" else (large, small))
    return pads


def windows(x, kernel, stride, dilation, pads, fill):
    """[n,c,kh,kw,oh,ow]"""
    x = np.pad(x, [(0, 0), (0, 0), *pads], constant_values=fill)
    n, c, h, w = x.shape
    oh = (h - (kernel[0] - 1) * dilation[0] - 1) // stride[0] + 1
    ow = (w - (kernel[1] - 1) * dilation[1] - 1) // stride[1] + 1
    out = np.empty((n, c, *kernel, oh, ow))
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            top, left = i * dilation[0], j * dilation[1]
            out[:, :, i, j] = x[:, :, top:top + (oh - 1) * stride[0] + 1:stride[0],
                                left:left + (ow - 1) * stride[1] + 1:stride[1]]
    return out


def conv(a, x, w, b=None):
    groups, kernel = a.get("group", 1), list(w.shape[2:])
    stride, dilation = a.get("strides", [1, 1]), a.get("dilations", [1, 1])
    v = windows(x, kernel, stride, dilation, pads_of(a, x.shape[2:], kernel, stride, dilation), 0)
    ci, co = x.shape[1] // groups, w.shape[0] // groups
    parts = [np.einsum("nckluv,ockl->nouv", v[:, g * ci:(g + 1) * ci], w[g * co:(g + 1) * co])
             for g in range(groups)]
    y = np.concatenate(parts, axis=1)
    return y if b is None else y + b.reshape(-1, 1, 1)


def pool(a, x, average):
    kernel, stride = a["kernel_shape"], a.get("strides", [1, 1])
    pads = pads_of(a, x.shape[2:], kernel, stride, [1, 1])
    if not average:
        return windows(x, kernel, stride, [1, 1], pads, -np.inf).max((2, 3))
    total = windows(x, kernel, stride, [1, 1], pads, 0).sum((2, 3))
    if a.get("count_include_pad", 0):
        return total / (kernel[0] * kernel[1])
    return total / windows(np.ones_like(x), kernel, stride, [1, 1], pads, 0).sum((2, 3))


def batch_norm(a, x, scale, bias, mean, variance):
    def c(v):
        return v.reshape([-1] + [1] * (x.ndim - 2))
    return c(scale) * (x - c(mean)) / np.sqrt(c(variance) + a.get("epsilon", 1e-5)) + c(bias)


def gemm(a, x, w, c=0.0):
    x = x.T if a.get("transA", 0) else x
    w = w.T if a.get("transB", 0) else w
    return a.get("alpha", 1.0) * (x @ w) + a.get("beta", 1.0) * c


def softmax(a, x, opset):
    if opset >= 13:
        axes = (a.get("axis", -1),)
    else:
        axis = a.get("axis", 1)
        axes = tuple(range(axis + x.ndim if axis < 0 else axis, x.ndim))
    e = np.exp(x - x.max(axes, keepdims=True))
    return e / e.sum(axes, keepdims=True)


def reshape(a, x, shape):
    dims = [x.shape[i] if d == 0 and not a.get("allowzero", 0) else int(d)
            for i, d in enumerate(shape)]
    return x.reshape(dims)


def reduce(function, a, x, axes=None):
    axes = a.get("axes") if axes is None else [int(v) for v in axes]
    return function(x, axis=tuple(axes) if axes is not None else None,
                    keepdims=bool(a.get("keepdims", 1)))


def pad(a, x, pads=None, value=0.0):
    p = a.get("pads") if pads is None else [int(v) for v in pads]
    return np.pad(x, list(zip(p[:x.ndim], p[x.ndim:])), constant_values=float(value))


def squeeze(a, x, axes=None):
    axes = a.get("axes") if axes is None else axes
    return np.squeeze(x, None if axes is None else tuple(int(v) for v in axes))


def unsqueeze(a, x, axes=None):
    for axis in sorted(int(v) for v in (a.get("axes") if axes is None else axes)):
        x = np.expand_dims(x, axis)
    return x


def one(name, a, opset, x):
    """Computes one node: x are its inputs, None where one is left out."""
    first = x[0] if x else None
    clip = [v if v is not None else d for v, d in zip(
        (list(x[1:]) + [None, None])[:2], (a.get("min", -np.inf), a.get("max", np.inf)))]
    table = {
        "Conv": lambda: conv(a, *x), "Gemm": lambda: gemm(a, *x),
        "BatchNormalization": lambda: batch_norm(a, *x),
        "Relu": lambda: np.maximum(first, 0), "Clip": lambda: np.minimum(np.maximum(first, clip[0]), clip[1]),
        "Sigmoid": lambda: 1 / (1 + np.exp(-first)), "Tanh": lambda: np.tanh(first),
        "LeakyRelu": lambda: np.where(first < 0, a.get("alpha", 0.01) * first, first),
        "PRelu": lambda: np.where(first < 0, x[1] * first, first),
        "Elu": lambda: np.where(first < 0, a.get("alpha", 1.0) * np.expm1(first), first),
        "HardSigmoid": lambda: np.clip(a.get("alpha", 0.2) * first + a.get("beta", 0.5), 0, 1),
        "HardSwish": lambda: first * np.clip(first / 6 + 0.5, 0, 1),
        "Softmax": lambda: softmax(a, first, opset), "MatMul": lambda: first @ x[1],
        "Add": lambda: first + x[1], "Sub": lambda: first - x[1], "Mul": lambda: first * x[1],
        "Div": lambda: (first // x[1]) if first.dtype.kind == "i" else first / x[1],
        "Max": lambda: np.maximum(*x), "Min": lambda: np.minimum(*x), "Sum": lambda: sum(x),
        "Sqrt": lambda: np.sqrt(first), "Exp": lambda: np.exp(first), "Neg": lambda: -first,
        "Reciprocal": lambda: 1 / first, "Pow": lambda: first ** x[1],
        "GlobalAveragePool": lambda: first.mean((2, 3), keepdims=True),
        "GlobalMaxPool": lambda: first.max((2, 3), keepdims=True),
        "AveragePool": lambda: pool(a, first, True), "MaxPool": lambda: pool(a, first, False),
        "ReduceMean": lambda: reduce(np.mean, a, *x), "ReduceSum": lambda: reduce(np.sum, a, *x),
        "ReduceMax": lambda: reduce(np.max, a, *x), "Pad": lambda: pad(a, *x),
        "Reshape": lambda: reshape(a, *x) if len(x) > 1 else reshape(a, first, a["shape"]),
        "Flatten": lambda: first.reshape(int(np.prod(first.shape[:a.get("axis", 1)])), -1),
        "Squeeze": lambda: squeeze(a, *x), "Unsqueeze": lambda: unsqueeze(a, *x),
        "Transpose": lambda: np.transpose(first, a.get("perm")),
        "Identity": lambda: first, "Dropout": lambda: first, "Shape": lambda: np.array(first.shape),
        "Gather": lambda: np.take(first, x[1], a.get("axis", 0)),
        "Concat": lambda: np.concatenate(x, a["axis"]),
        "Slice": lambda: first[int(x[1][0]):int(x[2][0])],
        "Cast": lambda: first.astype(np.int64 if a["to"] == onnx.TensorProto.INT64 else np.float64),
        "Constant": lambda: numpy_helper.to_array(a["value"]),
        "ConstantOfShape": lambda: np.full([int(d) for d in first],
                                           numpy_helper.to_array(a["value"])[0]),
    }
    return table[name]()


def evaluate(model, image, weights=None):
    """The outputs, in the file's order. `weights` in place of external data."""
    opset = model.opset_import[0].version
    values = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer
              if not (weights and i.name in weights)}
    values.update(weights or {})
    names = [i.name for i in model.graph.input if i.name not in values]
    values[names[0]] = image

    def number(v):
        return v.astype(np.float64) if v.dtype.kind == "f" else v
    for node in model.graph.node:
        a = {x.name: onnx.helper.get_attribute_value(x) for x in node.attribute}
        x = [number(values[n]) if n else None for n in node.input]
        values[node.output[0]] = one(node.op_type, a, opset, x)
    return [np.asarray(values[o.name], np.float64) for o in model.graph.output]
