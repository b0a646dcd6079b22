#!/usr/bin/env python3
"""Writes MobileNet v1 as the programs that make ONNX files do, and small networks of every operator.

    make_networks.py FOLDER [KERAS_WEIGHTS.h5]

For networks_test.cc. Small networks have random weights; what they give is computed by onnx_numpy.py.
With a file of Keras' weights the whole networks of 0.25/224 are written in their place. FOLDER gets
NAME.onnx, NAME.in.npy (as slimc takes it: NHWC), NAME.0.npy, NAME.1.npy.. (as slimc gives it), and a
file `networks` with a name a line.

  torch     NCHW, Conv + BatchNormalization + Relu, GlobalAveragePool, Flatten, Gemm
  torch9    the same from an old exporter: weights among the inputs (IR version 3), Clip by attributes,
            the Flatten by Shape, Gather, Unsqueeze, Concat, Reshape; batch norm folded
  dynamo    opset 18: ReduceMean with axes as input, Clip by initializers, open batch
  tf2onnx   NHWC with a Transpose, asymmetric pads, Clip by inputs, 1x1 convolution as classifier,
            Squeeze, Softmax
  keras     Pad nodes, batch norm as Mul and Add, Transpose back to NHWC, ReduceMean, MatMul, Add
"""
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference  # noqa: F401

sys.path.insert(0, str(Path(__file__).parent))
import onnx_numpy  # noqa: E402

STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
FILTERS = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]


class Net:
    def __init__(self, shape, opset=13, ir=7, dims=None, name="image"):
        self.nodes, self.weights, self.opset, self.ir, self.count = [], {}, opset, ir, 0
        self.shape, self.dims, self.name = shape, dims or shape, name

    def c(self, values, name=None):
        values = np.asarray(values)
        name = name or f"w{len(self.weights)}"
        self.weights[name] = values.astype(np.float32 if values.dtype.kind == "f" else np.int64)
        return name

    def op(self, kind, *inputs, name=None, domain="", **attributes):
        self.count += 1
        name = name or f"{kind.lower()}_{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name="node_" + name,
                                           domain=domain, **attributes))
        return name

    def model(self, *outputs, weights_are_inputs=False):
        if len(outputs) == 1:  # the name that tests/benchmarks/peers/onnxruntime.h asks for
            self.nodes[-1].output[0] = "probabilities"
            outputs = ["probabilities"]
        inputs = [helper.make_tensor_value_info(self.name, TensorProto.FLOAT, self.dims)]
        if weights_are_inputs:
            inputs += [helper.make_tensor_value_info(
                n, helper.np_dtype_to_tensor_dtype(v.dtype) if hasattr(
                    helper, "np_dtype_to_tensor_dtype") else onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[
                        v.dtype], v.shape) for n, v in self.weights.items()]
        graph = helper.make_graph(
            self.nodes, "net", inputs,
            [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outputs],
            [numpy_helper.from_array(v, n) for n, v in self.weights.items()])
        return helper.make_model(graph, ir_version=self.ir, producer_name="make_networks",
                                 opset_imports=[helper.make_opsetid("", self.opset)])


class Writer:
    def __init__(self, folder):
        self.folder, self.names = folder, []

    def add(self, name, model, image, is_nhwc=False):
        """image: NCHW. Outputs of four dimensions are images in NCHW unless the file has NHWC."""
        onnx.save(model, str(self.folder / (name + ".onnx")))
        as_file = image.transpose(0, 2, 3, 1) if is_nhwc else image
        results = onnx_numpy.evaluate(model, as_file.astype(np.float64))
        np.save(self.folder / (name + ".in.npy"),
                np.ascontiguousarray(image.transpose(0, 2, 3, 1), np.float32))
        for i, result in enumerate(results):
            if result.ndim == 4 and not is_nhwc:
                result = result.transpose(0, 2, 3, 1)
            np.save(self.folder / f"{name}.{i}.npy", np.ascontiguousarray(result))
        self.names.append(name)

    def finish(self):
        (self.folder / "networks").write_text("\n".join(self.names) + "\n")


# --- Whole networks.


def random_weights(random, alpha, classes):
    """As Keras lays them out."""
    layers, channels = {}, 3
    shapes = [("conv1", False, int(32 * alpha))]
    for i, filters in enumerate(FILTERS, 1):
        shapes += [(f"conv_dw_{i}", True, 0), (f"conv_pw_{i}", False, int(filters * alpha))]
    for name, depthwise, filters in shapes:
        size = 3 if depthwise or name == "conv1" else 1
        if depthwise:
            layers[name, "depthwise_kernel"] = random.normal(0, 0.4, (size, size, channels, 1))
        else:
            scale = (2 / (size * size * channels)) ** 0.5
            layers[name, "kernel"] = random.normal(0, scale, (size, size, channels, filters))
            channels = filters
        layers[name + "_bn", "gamma"] = random.uniform(0.5, 1.5, channels)
        layers[name + "_bn", "beta"] = random.normal(0, 0.3, channels)
        layers[name + "_bn", "moving_mean"] = random.normal(0, 0.3, channels)
        layers[name + "_bn", "moving_variance"] = random.uniform(0.3, 2, channels)
    layers["conv_preds", "kernel"] = random.normal(0, 0.3, (1, 1, channels, classes))
    layers["conv_preds", "bias"] = random.normal(0, 0.3, classes)
    return layers


def read_weights(path):
    import h5py
    weights = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            layer, _, variable = name.rpartition("/")
            weights[layer.rpartition("/")[2], variable.split(":")[0]] = np.array(item, np.float64)

    h5py.File(path, "r")["model_weights"].visititems(visit)
    # Class 0 is slim's background, which Keras does not know: nothing speaks for it.
    kernel = weights["conv_preds", "kernel"]
    weights["conv_preds", "kernel"] = np.concatenate([np.zeros_like(kernel[..., :1]), kernel], 3)
    weights["conv_preds", "bias"] = np.concatenate([[-20.0], weights["conv_preds", "bias"]])
    return weights


def build(weights, size, style):
    nhwc = style in ("tf2onnx", "keras")
    opset = {"torch": 11, "torch9": 9, "dynamo": 18, "tf2onnx": 15, "keras": 13}[style]
    shape = [1, size, size, 3] if nhwc else [1, 3, size, size]
    net = Net(shape, opset, ir=3 if style == "torch9" else 8,
              dims=["batch", 3, size, size] if style == "dynamo" else None)
    x = "image"
    if nhwc:
        x = net.op("Transpose", x, perm=[0, 3, 1, 2])

    def layer(x, name, depthwise, stride):
        kernel = weights[name, "depthwise_kernel" if depthwise else "kernel"]
        w = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(3, 2, 0, 1)
        bn = [weights[name + "_bn", v] for v in ("gamma", "beta", "moving_mean", "moving_variance")]
        scale = bn[0] / np.sqrt(bn[3] + 1e-3)
        offset = bn[1] - bn[2] * scale
        size = w.shape[2]
        attributes = {"kernel_shape": [size, size], "strides": [stride, stride],
                      "group": w.shape[0] if depthwise else 1}
        # Keras pads its even images below and to the right where the stride is 2.
        pads = [0, 0, 0, 0] if size == 1 else [0, 0, 1, 1] if stride == 2 else [1, 1, 1, 1]
        if style == "keras" and size == 3:
            p = [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]]
            x = net.op("Pad", x, net.c(p), net.c(np.float32(0)))
        elif style == "tf2onnx" and size == 3:
            attributes["auto_pad"] = "SAME_UPPER"
        else:
            attributes["pads"] = pads
        if style in ("torch9", "tf2onnx"):
            x = net.op("Conv", x, net.c(w * scale.reshape(-1, 1, 1, 1)), net.c(offset), **attributes)
        else:
            x = net.op("Conv", x, net.c(w), **attributes)
        if style in ("torch", "dynamo"):
            x = net.op("BatchNormalization", x, *[net.c(v) for v in bn], epsilon=1e-3)
        elif style == "keras":
            x = net.op("Mul", x, net.c(scale.reshape(1, -1, 1, 1)))
            x = net.op("Add", x, net.c(offset.reshape(-1, 1, 1)))
        if style == "torch9":
            return net.op("Clip", x, min=0.0, max=6.0)
        if style == "keras":
            return net.op("Min", net.op("Relu", x), net.c(np.float32(6)))
        return net.op("Clip", x, net.c(np.float32(0)), net.c(np.float32(6)))

    x = layer(x, "conv1", False, 2)
    for block, stride in enumerate(STRIDES, 1):
        x = layer(x, f"conv_dw_{block}", True, stride)
        x = layer(x, f"conv_pw_{block}", False, 1)
    kernel, bias = weights["conv_preds", "kernel"], weights["conv_preds", "bias"]
    channels, classes = kernel.shape[2:]
    matrix = kernel.reshape(channels, classes)
    if style == "dynamo":
        x = net.op("ReduceMean", x, net.c(np.array([-1, -2])), keepdims=1)
        x = net.op("Reshape", x, net.c(np.array([-1, channels])), allowzero=0)
    elif style == "keras":
        x = net.op("Transpose", x, perm=[0, 2, 3, 1])
        x = net.op("ReduceMean", x, axes=[1, 2], keepdims=0)
    else:
        x = net.op("GlobalAveragePool", x)
    if style == "torch":
        x = net.op("Flatten", net.op("Dropout", x), axis=1)
    elif style == "torch9":
        n = net.op("Gather", net.op("Shape", x), net.op("Constant", value=numpy_helper.from_array(
            np.array(0))), axis=0)
        shape = net.op("Concat", net.op("Unsqueeze", n, axes=[0]), net.c(np.array([-1])), axis=0)
        x = net.op("Reshape", x, shape)
    if style == "tf2onnx":
        x = net.op("Conv", x, net.c(kernel.transpose(3, 2, 0, 1)), net.c(bias))
        x = net.op("Squeeze", x, net.c(np.array([2, 3])))
    elif style == "keras":
        x = net.op("Add", net.op("MatMul", x, net.c(matrix)), net.c(bias))
    else:
        x = net.op("Gemm", x, net.c(matrix.T), net.c(bias), transB=1)
    x = net.op("Softmax", x, name="probabilities", axis=-1 if opset >= 13 else 1)
    return net.model(x, weights_are_inputs=style == "torch9"), nhwc


STYLES = ("torch", "torch9", "dynamo", "tf2onnx", "keras")

# --- Small networks: an operator or an idiom each. The image is [1,4,6,5] in NCHW, [1,6,5,3] in NHWC.


def small_networks(w, random):
    image = random.normal(0, 1, (1, 4, 6, 5)).astype(np.float32)
    flat = 4 * 6 * 5

    def rand(*shape):
        return random.normal(0, 0.5, shape)

    def add(name, body, opset=13, outputs=1, nhwc=False):
        net = Net([1, 6, 5, 3] if nhwc else [1, 4, 6, 5], opset)
        result = body(net, "image")
        w.add(name, net.model(*([result] if isinstance(result, str) else result)),
              image[:, :3] if nhwc else image, nhwc)

    def then(kind, *, opset=13, **attributes):
        add(kind.lower(), lambda n, x: n.op(kind, x, **attributes), opset)

    for kind in ("Relu", "Sigmoid", "Tanh", "GlobalAveragePool", "GlobalMaxPool", "Exp", "Neg"):
        then(kind)
    then("HardSwish", opset=14)
    then("LeakyRelu", alpha=0.2)
    then("Elu", alpha=0.7)
    then("HardSigmoid", alpha=0.3, beta=0.4)
    add("prelu", lambda n, x: n.op("PRelu", x, n.c(np.full((4, 1, 1), 0.25))))
    add("reciprocal", lambda n, x: n.op("Reciprocal", n.op("Exp", x)))
    add("sqrt", lambda n, x: n.op("Sqrt", n.op("Pow", x, n.c(np.float32(2)))))
    add("clip_low", lambda n, x: n.op("Clip", x, n.c(np.float32(-0.5))))
    add("clip_high", lambda n, x: n.op("Clip", x, "", n.c(np.float32(0.25))))
    add("clip_both", lambda n, x: n.op("Clip", x, n.c(np.float32(-0.5)), n.op(
        "Constant", value=numpy_helper.from_array(np.float32(0.25)))))
    add("clip_attributes", lambda n, x: n.op("Clip", x, min=-0.25, max=1.0), opset=6)

    def conv(name, co, group, opset=13, bias=True, **attributes):
        def body(n, x):
            inputs = [n.c(rand(co, 4 // group, 3, 2))] + ([n.c(rand(co))] if bias else [])
            return n.op("Conv", x, *inputs, group=group, **attributes)
        add("conv_" + name, body, opset)

    conv("plain", 3, 1)
    conv("pads", 3, 1, pads=[2, 0, 1, 3], strides=[2, 1])
    conv("upper", 3, 1, auto_pad="SAME_UPPER", strides=[2, 2])
    conv("lower", 3, 1, auto_pad="SAME_LOWER", strides=[2, 2], bias=False)
    conv("valid", 3, 1, auto_pad="VALID", dilations=[2, 3])
    conv("depthwise", 4, 4, pads=[1, 1, 1, 1])
    conv("multiplier", 8, 4, bias=False)
    conv("groups", 6, 2, pads=[1, 0, 1, 0])

    def transposed_weights(n, x):
        k = n.op("Transpose", n.c(rand(3, 3, 4, 2)), perm=[3, 2, 0, 1])
        return n.op("Conv", x, n.op("Mul", k, n.c(rand(2, 1, 1, 1))))
    add("conv_computed_weights", transposed_weights)

    def norm(n, x):
        return n.op("BatchNormalization", x, n.c(rand(4)), n.c(rand(4)), n.c(rand(4)),
                    n.c(rand(4) ** 2 + 0.1), epsilon=0.01)
    add("norm", norm)
    add("norm9", norm, opset=9)
    add("norm15", norm, opset=15)

    def norm_of_flat(n, x):
        return n.op("BatchNormalization", n.op("Flatten", x), n.c(rand(flat)), n.c(rand(flat)),
                    n.c(rand(flat)), n.c(rand(flat) ** 2 + 0.1))
    add("norm_flat", lambda n, x: n.op("Gemm", norm_of_flat(n, x), n.c(rand(flat, 3))))

    def spelt_norm(n, x):
        root = n.op("Sqrt", n.op("Add", n.c(rand(1, 4, 1, 1) ** 2), n.c(np.float32(0.01))))
        x = n.op("Div", n.op("Sub", x, n.c(rand(1, 4, 1, 1))), root)
        return n.op("Add", n.op("Mul", n.c(rand(4, 1, 1)), x), n.c(rand(4, 1, 1)))
    add("norm_spelt_out", spelt_norm)

    pool = {"kernel_shape": [3, 2], "strides": [2, 1]}
    add("average", lambda n, x: n.op("AveragePool", x, pads=[1, 1, 1, 0], **pool))
    add("average_counting", lambda n, x: n.op("AveragePool", x, pads=[1, 1, 1, 0],
                                              count_include_pad=1, **pool))
    add("average_ceil", lambda n, x: n.op("AveragePool", x, kernel_shape=[2, 5], strides=[2, 3],
                                          ceil_mode=1))
    add("maximum", lambda n, x: n.op("MaxPool", x, auto_pad="SAME_LOWER", **pool))

    add("mean_hw", lambda n, x: n.op("ReduceMean", x, axes=[2, 3], keepdims=0))
    add("sum_hw", lambda n, x: n.op("ReduceSum", x, n.c(np.array([-1, -2])), keepdims=1))
    add("max_hw", lambda n, x: n.op("ReduceMax", x, axes=[2, 3]))
    add("sum_channels", lambda n, x: n.op("ReduceSum", x, n.c(np.array([1])), keepdims=1))
    one_channel = np.full((1, 4, 1, 1), 0.5, np.float32)
    for kind in ("GlobalAveragePool", "GlobalMaxPool"):
        add("one_channel_" + kind.lower(), lambda n, x, kind=kind: n.op(
            kind, n.op("Conv", x, n.c(one_channel))))
    add("one_channel_sum", lambda n, x: n.op("ReduceSum", n.op("Conv", x, n.c(one_channel)),
                                             n.c(np.array([2, 3])), keepdims=0))
    add("mean_nhwc", lambda n, x: n.op("ReduceMean", x, axes=[1, 2], keepdims=0), nhwc=True)

    add("dense", lambda n, x: n.op("Gemm", n.op("Flatten", x), n.c(rand(flat, 7)), n.c(rand(7)),
                                   alpha=0.5, beta=2.0))
    add("dense_scalar", lambda n, x: n.op("Gemm", n.op("Flatten", x), n.c(rand(7, flat)),
                                          n.c(np.float32(0.5)), transB=1))
    add("dense_matmul", lambda n, x: n.op("MatMul", n.op("Reshape", x, n.c(np.array([0, -1]))),
                                          n.c(rand(flat, 7))))
    add("dense_nhwc", lambda n, x: n.op("MatMul", n.op("Reshape", x, n.c(np.array([1, 90]))),
                                        n.c(rand(90, 7))), nhwc=True)
    add("dense_nhwc_of_nchw", lambda n, x: n.op(
        "MatMul", n.op("Flatten", n.op("Transpose", x, perm=[0, 2, 3, 1])), n.c(rand(flat, 7))))
    add("dense_two", lambda n, x: n.op("Gemm", n.op("Relu", n.op("Gemm", n.op(
        "Flatten", x), n.c(rand(flat, 9)))), n.c(rand(9, 2))))

    add("softmax_channels", lambda n, x: n.op("Softmax", x, axis=1))
    add("softmax_flat", lambda n, x: n.op("Softmax", n.op("GlobalAveragePool", x)), opset=11)
    add("softmax_all", lambda n, x: n.op("Gemm", n.op("Flatten", n.op("Softmax", x)),
                                         n.c(rand(flat, 2))), opset=11)

    def spelt_softmax(n, x):
        x = n.op("Flatten", n.op("GlobalAveragePool", x))
        e = n.op("Exp", n.op("Sub", x, n.op("ReduceMax", x, axes=[1], keepdims=1)))
        return n.op("Div", e, n.op("ReduceSum", e, n.c(np.array([1])), keepdims=1))
    add("softmax_spelt_out", spelt_softmax)

    add("add_channels", lambda n, x: n.op("Add", x, n.c(rand(1, 4, 1, 1))))
    add("add_columns", lambda n, x: n.op("Mul", x, n.c(rand(6, 1))))
    add("add_all", lambda n, x: n.op("Sub", n.c(rand(4, 6, 5)), x))
    add("add_nhwc", lambda n, x: n.op("Div", x, n.c(rand(3) ** 2 + 1)), nhwc=True)
    add("add_flat", lambda n, x: n.op("Gemm", n.op("Add", n.op("Flatten", x), n.c(rand(flat))),
                                      n.c(rand(flat, 2))))
    add("residual", lambda n, x: n.op("Add", n.op("Relu", x), n.op("Conv", x, n.c(
        rand(4, 4, 1, 1)))))
    add("squeeze_excite", lambda n, x: n.op("Mul", x, n.op("HardSigmoid", n.op(
        "GlobalAveragePool", x))))
    add("swish", lambda n, x: n.op("Mul", x, n.op("Sigmoid", x)))
    add("maximum_of", lambda n, x: n.op("Max", x, n.c(np.float32(0.1))))
    add("pad", lambda n, x: n.op("Pad", x, n.c(np.array([0, 0, 1, 2, 0, 0, 0, 1]))))
    add("pad_attributes", lambda n, x: n.op("Pad", x, pads=[0, 0, 1, 2, 0, 0, 0, 1]), opset=10)
    add("pad_nhwc", lambda n, x: n.op("Pad", x, n.c(np.array([0, 1, 2, 0, 0, 0, 1, 0]))), nhwc=True)
    add("there_and_back", lambda n, x: n.op("Transpose", n.op("Relu", n.op(
        "Transpose", x, perm=[0, 2, 3, 1])), perm=[0, 3, 1, 2]))
    add("shuffled_reshape", lambda n, x: n.op("Relu", n.op("Reshape", n.op("Reshape", x, n.c(
        np.array([1, 2, 2, 6, 5]))), n.c(np.array([1, 4, 6, 5])))))
    add("unsqueezed", lambda n, x: n.op("Squeeze", n.op("Sigmoid", n.op("Unsqueeze", n.op(
        "ReduceMean", x, axes=[2, 3], keepdims=0), n.c(np.array([2, 3])))), n.c(np.array([3]))))

    def several(n, x):
        features = n.op("Conv", x, n.c(rand(3, 4, 1, 1)), name="features")
        return [features, n.op("Flatten", n.op("GlobalMaxPool", features), name="logits")]
    add("several_outputs", several)

    def halves(n, x):
        return n.op("Conv", x, n.op("Cast", "half", to=TensorProto.FLOAT))
    net = Net([1, 4, 6, 5], 13)
    result = halves(net, "image")
    model = net.model(result)
    model.graph.initializer.append(numpy_helper.from_array(rand(3, 4, 1, 1).astype(np.float16), "half"))
    w.add("half", model, image)


def main():
    folder = Path(sys.argv[1])
    random = np.random.RandomState(1)
    w = Writer(folder)
    if len(sys.argv) > 2:
        weights = read_weights(sys.argv[2])
        for style in STYLES:
            model = build(weights, 224, style)[0]
            if style == "torch":  # PyTorch writes the shapes of all values
                model = onnx.shape_inference.infer_shapes(model)
            onnx.save(model, str(folder / (style + ".onnx")))
        return
    weights = random_weights(random, 0.25, 10)
    for style in STYLES:
        model, nhwc = build(weights, 32, style)
        w.add(style, model, random.normal(0, 1, (1, 3, 32, 32)).astype(np.float32), nhwc)
    small_networks(w, random)
    w.finish()


main()
