"""run_chain.py FOLDER FILE.h5 SIZE: what a chain of layers computes for a seeded image, with numpy."""

import sys

from keras_files import *


def pad_of(config):
    return config.get("padding", "valid")


def main(folder, path, size):
    size = int(size)
    image = np.random.RandomState(3).uniform(0, 1, (1, size, size, 3)).astype(np.float32)
    np.save(folder + "/image.npy", image)
    x = image.astype(np.float64)
    with h5py.File(path, "r") as f:
        layers = json.loads(f.attrs["model_config"])["config"]["layers"]
        root = f["model_weights"]
        for layer in layers:
            config, name = layer["config"], layer["config"]["name"]
            w = {n.decode().rsplit("/", 1)[1].split(":")[0]: root[name][n][()].astype(np.float64)
                 for n in root[name].attrs["weight_names"]}
            kind = layer["class_name"]
            if kind == "Conv2D":
                x = conv2d(x, w["kernel"], config["strides"][0], pad_of(config))
            elif kind == "DepthwiseConv2D":
                x = depthwise(x, w["depthwise_kernel"], config["strides"][0], pad_of(config))
            elif kind == "BatchNormalization":
                x = ((x - w["moving_mean"]) / np.sqrt(w["moving_variance"] + config["epsilon"]) *
                     w["gamma"] + w["beta"])
            elif kind == "AveragePooling2D":
                assert list(config["pool_size"]) == list(x.shape[1:3])
                x = x.mean(axis=(1, 2), keepdims=True)
            elif kind == "Flatten":
                x = x.reshape(x.shape[0], -1)
            elif kind == "Dense":
                x = x @ w["kernel"]
            else:
                assert kind in ("InputLayer", "Activation", "Dropout"), kind
            if "bias" in w:
                x = x + w["bias"]
            activation = config.get("activation", "linear")
            if activation == "relu":
                x = np.maximum(x, 0)
            elif activation == "softmax":
                x = softmax(x)
            else:
                assert activation == "linear", activation
    np.save(folder + "/result.npy", x)


main(*sys.argv[1:])
