"""Files as Keras lays them out, and what their networks compute.

Writes with h5py what keras/saving/legacy/hdf5_format.py (save_weights_to_hdf5_group) and its
ancestors write, with seeded numbers, and computes the results with numpy in double precision:
nothing here is slimc's.
"""

import json

import h5py
import numpy as np


class Layer:
    """A layer of a chain: what Keras stores of it, and what it computes."""

    def __init__(self, name, class_name, config=None, weights=None, compute=None):
        self.name = name
        self.class_name = class_name
        self.config = dict(config or {}, name=name)
        self.weights = weights or {}  # in Keras' order
        self.compute = compute or (lambda x: x)


def same(size, kernel, stride):
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def windows(x, kernel, stride, padding):
    """Yields (ky, kx, the pixels of x that meet this element of the kernel)."""
    if padding == "same":
        x = np.pad(x, ((0, 0), same(x.shape[1], kernel, stride), same(x.shape[2], kernel, stride),
                       (0, 0)))
    h = (x.shape[1] - kernel) // stride + 1
    w = (x.shape[2] - kernel) // stride + 1
    for ky in range(kernel):
        for kx in range(kernel):
            yield ky, kx, x[:, ky:ky + (h - 1) * stride + 1:stride,
                            kx:kx + (w - 1) * stride + 1:stride, :]


def conv2d(x, kernel, stride=1, padding="same"):
    return sum(part @ kernel[ky, kx] for ky, kx, part in windows(x, kernel.shape[0], stride,
                                                                 padding))


def depthwise(x, kernel, stride=1, padding="same"):
    multiplier = kernel.shape[3]
    return sum(np.repeat(part, multiplier, axis=3) * kernel[ky, kx].reshape(-1)
               for ky, kx, part in windows(x, kernel.shape[0], stride, padding))


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class MobileNet:
    """The chain that MobileNet() of a version of keras.applications builds.

    era: "2.0.6" (SAME everywhere, no padding layers), "r1.9" (ZeroPadding2D((1, 1)) before every
    3x3), "1.0.8" (ZeroPadding2D(((0, 1), (0, 1))) where the stride is 2), "2.8" (that, but SAME at
    the stem, and a global pool that keeps its dimensions).
    """

    FILTERS = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]
    STRIDED = [2, 4, 6, 12]

    def __init__(self, era="2.0.6", alpha=0.25, size=32, classes=10, top=True, pooling=None,
                 multiplier=1, seed=1):
        self.random = np.random.RandomState(seed)
        self.era = era
        self.layers = [Layer("input_1", "InputLayer",
                             {"batch_input_shape": [None, size, size, 3], "dtype": "float32"})]
        channels = int(32 * alpha)
        self.padding_in_front("conv1_pad", 2, stem=True)
        self.convolution("conv1", 3, 3, channels, 2)
        for number, filters in enumerate(self.FILTERS, 1):
            stride = 2 if number in self.STRIDED else 1
            self.padding_in_front("conv_pad_%d" % number, stride)
            self.depthwise("conv_dw_%d" % number, channels, multiplier, stride)
            self.convolution("conv_pw_%d" % number, 1, channels * multiplier, int(filters * alpha),
                             1)
            channels = int(filters * alpha)
        if top:
            self.head(channels, classes)
        elif pooling == "avg":
            self.add("global_average_pooling2d_1", "GlobalAveragePooling2D", {},
                     compute=lambda x: x.mean(axis=(1, 2)))
        elif pooling == "max":
            self.add("global_max_pooling2d_1", "GlobalMaxPooling2D", {},
                     compute=lambda x: x.max(axis=(1, 2)))

    def add(self, *args, **kwargs):
        self.layers.append(Layer(*args, **kwargs))

    def numbers(self, *shape, low=-1.0, high=1.0):
        return self.random.uniform(low, high, shape).astype(np.float32)

    def padding_in_front(self, name, stride, stem=False):
        if self.era == "r1.9":
            pad = [[1, 1], [1, 1]]
        elif stride == 2 and (self.era == "1.0.8" or (self.era == "2.8" and not stem)):
            pad = [[0, 1], [0, 1]]
        else:
            return
        self.add(name, "ZeroPadding2D", {"padding": pad, "data_format": "channels_last"},
                 compute=lambda x: np.pad(x, ((0, 0), pad[0], pad[1], (0, 0))))

    def kernel_padding(self):
        return "valid" if self.layers[-1].class_name == "ZeroPadding2D" else "same"

    def convolution(self, name, size, inputs, outputs, stride):
        kernel = self.numbers(size, size, inputs, outputs) * 2 / np.sqrt(size * size * inputs)
        padding = self.kernel_padding()
        self.add(name, "Conv2D",
                 {"filters": outputs, "kernel_size": [size, size], "strides": [stride, stride],
                  "padding": padding, "data_format": "channels_last", "dilation_rate": [1, 1],
                  "activation": "linear", "use_bias": False},
                 {"kernel": kernel},
                 lambda x: conv2d(x, kernel.astype(np.float64), stride, padding))
        self.normalisation(name, outputs)

    def depthwise(self, name, channels, multiplier, stride):
        kernel = self.numbers(3, 3, channels, multiplier)
        padding = self.kernel_padding()
        self.add(name, "DepthwiseConv2D",
                 {"kernel_size": [3, 3], "strides": [stride, stride], "padding": padding,
                  "data_format": "channels_last", "depth_multiplier": multiplier,
                  "activation": "linear", "use_bias": False},
                 {"depthwise_kernel": kernel},
                 lambda x: depthwise(x, kernel.astype(np.float64), stride, padding))
        self.normalisation(name, channels * multiplier)

    def normalisation(self, name, channels):
        gamma, beta = self.numbers(channels, low=0.5, high=1.5), self.numbers(channels)
        mean, variance = self.numbers(channels), self.numbers(channels, low=0.2, high=1.0)
        config = {"axis": -1 if self.era == "2.0.6" else [3], "epsilon": 0.001, "center": True,
                  "scale": True}
        self.add(name + "_bn", "BatchNormalization", config,
                 {"gamma": gamma, "beta": beta, "moving_mean": mean, "moving_variance": variance},
                 lambda x: (x - mean) / np.sqrt(np.float64(variance) + 0.001) * gamma + beta)
        clip = lambda x: np.clip(x, 0, 6)
        if self.era in ("2.0.6", "r1.9"):
            self.add(name + "_relu", "Activation", {"activation": "relu6"}, compute=clip)
        else:
            limit = {"type": "ndarray", "value": 6.0} if self.era == "1.0.8" else 6.0
            self.add(name + "_relu", "ReLU", {"max_value": limit}, compute=clip)

    def head(self, channels, classes):
        kernel, bias = self.numbers(1, 1, channels, classes), self.numbers(classes)
        keep = self.era == "2.8"
        self.add("global_average_pooling2d_1", "GlobalAveragePooling2D",
                 {"data_format": "channels_last", **({"keepdims": True} if keep else {})},
                 compute=lambda x: x.mean(axis=(1, 2), keepdims=keep))
        if not keep:
            self.add("reshape_1", "Reshape", {"target_shape": [1, 1, channels]},
                     compute=lambda x: x.reshape(-1, 1, 1, channels))
        self.add("dropout", "Dropout", {"rate": 0.001})
        self.add("conv_preds", "Conv2D",
                 {"filters": classes, "kernel_size": [1, 1], "strides": [1, 1], "padding": "same",
                  "activation": "linear", "use_bias": True},
                 {"kernel": kernel, "bias": bias},
                 lambda x: conv2d(x, kernel.astype(np.float64)) + bias)
        reshape = Layer("reshape_2", "Reshape", {"target_shape": [classes]},
                        compute=lambda x: x.reshape(-1, classes))
        if self.era in ("2.0.6", "r1.9"):  # softmax in front of the reshape
            self.add("act_softmax", "Activation", {"activation": "softmax"}, compute=softmax)
            self.layers.append(reshape)
        else:
            self.layers.append(reshape)
            self.add("predictions", "Activation", {"activation": "softmax"}, compute=softmax)

    def run(self, x):
        for layer in self.layers:
            x = layer.compute(x)
        return x


def save_names(group, attribute, names):
    """A list of names; in pieces where it is longer than an object header may be."""
    pieces = [np.array([name.encode() for name in names]) if names else np.array([])]
    count = 1
    while any(piece.nbytes > 64512 for piece in pieces):
        count += 1
        pieces = np.array_split(np.array(names, dtype="S"), count)
    if count == 1:
        group.attrs[attribute] = pieces[0]
    else:
        for i, piece in enumerate(pieces):
            group.attrs["%s%d" % (attribute, i)] = piece


def save_group(root, name, weights, dataset=None):
    """One layer's group; `weights` are (weight name, numbers)."""
    group = root.create_group(name)
    save_names(group, "weight_names", [weight for weight, _ in weights])
    for weight, numbers in weights:
        if dataset:
            group.create_dataset(weight, **dataset(numbers))
        else:
            group.create_dataset(weight, data=numbers)


def named_weights(layer, suffix=":0"):
    return [("%s/%s%s" % (layer.name, name, suffix), numbers)
            for name, numbers in layer.weights.items()]


def save_weights(root, layers, dataset=None, suffix=":0"):
    root.attrs["backend"] = "tensorflow"
    root.attrs["keras_version"] = "2.8.0"
    save_names(root, "layer_names", [layer.name for layer in layers])
    for layer in layers:
        save_group(root, layer.name, named_weights(layer, suffix), dataset)


def functional(layers, name="model_1", class_name="Model", keras3=False):
    """The config of a chain; `layers` are Layers."""
    entries = []
    before = None
    for layer in layers:
        entry = {"class_name": layer.class_name, "config": layer.config, "name": layer.name}
        if before is None:
            entry["inbound_nodes"] = []
        elif keras3:
            entry["inbound_nodes"] = [{
                "args": [{"class_name": "__keras_tensor__",
                          "config": {"shape": [None], "dtype": "float32",
                                     "keras_history": [before, 0, 0]}}],
                "kwargs": {}}]
        else:
            entry["inbound_nodes"] = [[[before, 0, 0, {}]]]
        entries.append(entry)
        before = layer.name
    inputs, outputs = [layers[0].name, 0, 0], [before, 0, 0]
    return {"class_name": class_name,
            "config": {"name": name, "layers": entries,
                       "input_layers": inputs if keras3 else [inputs],
                       "output_layers": outputs if keras3 else [outputs]}}


def save_model(path, config, layers, dataset=None, suffix=":0", **attributes):
    with h5py.File(path, "w") as f:
        f.attrs["model_config"] = json.dumps(config)
        for name, value in attributes.items():
            f.attrs[name] = value
        save_weights(f.create_group("model_weights"), layers, dataset, suffix)
        # As training leaves behind.
        optimizer = f.create_group("optimizer_weights")
        optimizer.attrs["weight_names"] = np.array([b"iterations:0"])
        optimizer.create_dataset("iterations:0", data=np.int64(7))
