"""make_networks.py FOLDER: seeded MobileNets in every version's layout, as whole models and as
weights alone, with an image and the results of numpy beside them (NAME.npy)."""

import copy
import sys

import h5py
import numpy as np

from keras_files import *


def main(folder):
    image = np.random.RandomState(7).uniform(-1, 1, (1, 32, 32, 3)).astype(np.float32)
    np.save(folder + "/image.npy", image)

    def expect(name, values):
        np.save(folder + "/%s.npy" % name, values.astype(np.float64))

    for era in ("2.0.6", "r1.9", "1.0.8", "2.8"):
        net = MobileNet(era)
        expect(era, net.run(image.astype(np.float64)))
        save_model(folder + "/%s_model.h5" % era, functional(net.layers), net.layers)
        with h5py.File(folder + "/%s_weights.h5" % era, "w") as f:
            save_weights(f, net.layers)

    # Odd sizes are where SAME and padding below and to the right differ.
    odd = np.random.RandomState(8).uniform(-1, 1, (1, 37, 45, 3)).astype(np.float32)
    np.save(folder + "/odd.npy", odd)
    for era in ("2.0.6", "r1.9", "1.0.8"):
        expect("odd_" + era, MobileNet(era).run(odd.astype(np.float64)))

    for pooling in ("avg", "max", None):
        net = MobileNet("r1.9", top=False, pooling=pooling, multiplier=2, seed=3)
        name = "no_top_%s" % (pooling or "none")
        expect(name, net.run(image.astype(np.float64)))
        with h5py.File(folder + "/%s.h5" % name, "w") as f:
            save_weights(f, net.layers)
        save_model(folder + "/%s_model.h5" % name, functional(net.layers), net.layers)

    # Ways to store the same.
    net = MobileNet("1.0.8")
    tight = lambda numbers: dict(data=numbers, compression="gzip", shuffle=True, fletcher32=True,
                                 chunks=numbers.shape)
    save_model(folder + "/gzip.h5", functional(net.layers), net.layers, tight)
    save_model(folder + "/big_endian.h5", functional(net.layers), net.layers,
               lambda numbers: dict(data=numbers.astype(">f8")))
    halves = MobileNet("1.0.8")
    save_model(folder + "/half.h5", functional(halves.layers), halves.layers,
               lambda numbers: dict(data=numbers.astype(np.float16)))
    with h5py.File(folder + "/new_format.h5", "w", libver="latest") as f:
        save_weights(f, net.layers)
    with h5py.File(folder + "/fixed_strings.h5", "w") as f:
        f.attrs["model_config"] = np.bytes_(json.dumps(functional(net.layers)))
        save_weights(f.create_group("model_weights"), net.layers)
    with h5py.File(folder + "/variable_strings.h5", "w") as f:
        save_weights(f, net.layers)
        for group, name in [(f, "layer_names")] + [(f[g], "weight_names") for g in f]:
            names = [n.decode() for n in group.attrs[name]]
            del group.attrs[name]
            group.attrs.create(name, names, (len(names),), h5py.string_dtype())

    # Keras 3's words.
    new = copy.deepcopy(net.layers)
    for layer in new:
        if layer.class_name == "InputLayer":
            layer.config["batch_shape"] = layer.config.pop("batch_input_shape")
        layer.config["dtype"] = {"module": "keras", "class_name": "DTypePolicy",
                                 "config": {"name": "float32"}}
        if "activation" in layer.config:
            layer.config["activation"] = {"module": "builtins", "class_name": "function",
                                          "config": layer.config["activation"],
                                          "registered_name": "function"}
        if "depthwise_kernel" in layer.weights:
            layer.weights = {"kernel": layer.weights["depthwise_kernel"]}
        if layer.class_name == "ReLU":
            layer.config.update(max_value=6.0, negative_slope=0.0, threshold=0.0)
    save_model(folder + "/keras3.h5", functional(new, class_name="Functional", keras3=True), new,
               suffix="")

    # So long a name that the list of layers is stored in pieces.
    long = copy.deepcopy(net.layers)
    long[0].name = long[0].config["name"] = "i" * 1500
    save_model(folder + "/split_names.h5", functional(long), long)

    # Fine-tuning: MobileNet without top as a layer of a Sequential, and of a Functional.
    base = MobileNet("1.0.8", top=False)
    random = np.random.RandomState(5)
    kernel, bias = [random.uniform(-1, 1, s).astype(np.float32) for s in ((256, 4), (4,))]
    features = base.run(image.astype(np.float64)).mean(axis=(1, 2))
    expect("fine_tuned", softmax(features @ kernel.astype(np.float64) + bias))
    pool = Layer("pool", "GlobalAveragePooling2D")
    dense = Layer("probabilities", "Dense", {"units": 4, "activation": "softmax"},
                  {"kernel": kernel, "bias": bias})
    inner = Layer("mobilenet_0.25_32", "Model")
    inner.config = functional(base.layers, inner.name)["config"]
    # What trains comes first in a model's list of weights.
    nested = [w for layer in base.layers for w in named_weights(layer)]
    nested.sort(key=lambda weight: "moving" in weight[0])

    def save(name, config, groups):
        with h5py.File(folder + "/" + name, "w") as f:
            f.attrs["model_config"] = json.dumps(config)
            root = f.create_group("model_weights")
            save_names(root, "layer_names", [g for g, _ in groups])
            for group, weights in groups:
                save_group(root, group, weights)

    groups = [(inner.name, nested), ("pool", []), ("probabilities", named_weights(dense))]
    sequential = [{"class_name": l.class_name, "config": l.config, "name": l.name}
                  for l in (inner, pool, dense)]
    save("sequential.h5", {"class_name": "Sequential",
                           "config": {"name": "sequential_1", "layers": sequential}}, groups)
    outer_input = Layer("image", "InputLayer", {"batch_input_shape": [None, 32, 32, 3]})
    rescale = Layer("rescaling", "Rescaling", {"scale": 1.0, "offset": 0.0})
    save("functional.h5", functional([outer_input, rescale, inner, pool, dense]),
         [("image", []), ("rescaling", [])] + groups)


main(sys.argv[1])
