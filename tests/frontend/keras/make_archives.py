"""make_archives.py FOLDER: seeded networks as .keras archives and .weights.h5 of every version, with
an image and the results of numpy beside them (NAME.npy)."""

import sys

from keras_archives import *


def numpy_constant(values):
    return {"class_name": "__numpy__", "config": {"value": values, "dtype": "float32"}}


def main(folder):
    image = np.random.RandomState(7).uniform(0, 255, (1, 32, 32, 3)).astype(np.float32)
    np.save(folder + "/image.npy", image)
    exact = image.astype(np.float64)

    def run(layers):
        x = exact
        for layer in layers:
            x = layer.compute(x)
        return x

    def expect(name, values):
        np.save(folder + "/%s.npy" % name, np.asarray(values, np.float64))

    # MobileNet itself, in each layout, and as weights alone.
    scale = np.float64(np.float32(1 / 127.5))
    net = MobileNet("2.8")
    plain = as_keras3(net.layers)
    for style in VERSIONS:
        layers = plain if style[0] == "3" else net.layers
        save_keras(folder + "/mobilenet_%s.keras" % style, layers, style, "mobilenet_0.25_32")
        with open(folder + "/mobilenet_%s.weights.h5" % style, "wb") as f:
            f.write(state_bytes(layers, style))
    expect("mobilenet", run(plain))
    save_keras(folder + "/deflated.keras", plain, compression=zipfile.ZIP_DEFLATED,
               extra=[("assets/labels.txt", "a\nb\n")])
    bare = MobileNet("2.8", top=False, pooling="avg")
    with open(folder + "/no_top.weights.h5", "wb") as f:
        f.write(state_bytes(as_keras3(bare.layers), "3.8"))
    expect("no_top", run(bare.layers))

    # Transfer learning: augmentation without weights, then a model with them, both Sequential or
    # Functional; several Dense; a sigmoid.
    random = np.random.RandomState(5)
    start = Layer("image", "InputLayer", {"batch_shape": [None, 32, 32, 3], "dtype": "float32"})
    augment = model_layer("augment", [Layer("flip", "RandomFlip", {"mode": "horizontal"}),
                                      Layer("turn", "RandomRotation", {"factor": 0.1})],
                          class_name="Sequential")
    rescale = Layer("rescaling", "Rescaling", {"scale": 1 / 127.5, "offset": -1.0},
                    compute=lambda x: x * scale - 1)
    base = model_layer("mobilenet_0.25_32", as_keras3(MobileNet("2.8", top=False, seed=2).layers))
    pool = Layer("pool", "GlobalAveragePooling2D", {"data_format": "channels_last"},
                 compute=lambda x: x.mean(axis=(1, 2)))
    drop = Layer("dropout", "Dropout", {"rate": 0.2})
    hidden = dense("hidden", random, 256, 16, "relu", lambda x: np.maximum(x, 0))
    head = dense("head/result", random, 16, 1, "sigmoid", sigmoid)
    tuned = [start, augment, rescale, base, pool, drop, hidden, head]
    for style in VERSIONS:
        save_keras(folder + "/tuned_%s.keras" % style, tuned, style)
    expect("tuned", run(tuned))
    expect("tuned_features", run(tuned[:-2]))

    # Two Sequentials, of which only the second has weights, and models three deep.
    top = model_layer("top", [pool, hidden, head], class_name="Sequential")
    deep = model_layer("deep", [Layer("in2", "InputLayer", {"batch_shape": [None, 32, 32, 3]}),
                                base])
    nested = [start, augment, rescale, deep, top]
    for style in ("2.12", "2.14", "2.15", "3.3", "3.8"):
        save_keras(folder + "/nested_%s.keras" % style, nested, style)

    # preprocess_input() as operations of Keras 3, of two kinds.
    divide = operation("true_divide", "TrueDivide", lambda x: ([x, 127.5], {}),
                       lambda x: x / 127.5)
    subtract = operation("subtract", "Subtract", lambda x: ([x], {"x2": 1.0}), lambda x: x - 1)
    save_keras(folder + "/operations.keras", [start, divide, subtract, base, pool, head2(random)])
    expect("operations", run([divide, subtract, base, pool, head2(np.random.RandomState(6))]))
    mean = [103.939, 116.779, 123.68]
    add = operation("add", "Add", lambda x: ([x, numpy_constant([[[[-m for m in mean]]]])], {}),
                    lambda x: x - np.float32(mean).astype(np.float64))
    multiply = operation("multiply", "Multiply", lambda x: ([0.02, x], {}),
                         lambda x: np.float64(np.float32(0.02)) * x)
    save_keras(folder + "/caffe.keras", [start, add, multiply, base, pool, head2(random)])
    expect("caffe", run([add, multiply, base, pool, head2(np.random.RandomState(6))]))

    # Normalization, adapted and with numbers of its config.
    means, variances = np.float32([120, 110, 100]), np.float32([3600, 3500, 3400])
    normalise = lambda x: (x - means.astype(np.float64)) / np.sqrt(variances.astype(np.float64))
    adapted = Layer("normalization", "Normalization",
                    {"axis": [-1], "invert": False, "mean": None, "variance": None},
                    {"mean": means, "variance": variances, "count": np.int32(0)}, normalise)
    given = Layer("normalization", "Normalization",
                  {"axis": [-1], "invert": False, "mean": [[[[120., 110., 100.]]]],
                   "variance": [[[[3600., 3500., 3400.]]]]}, compute=normalise)
    for name, layer in (("adapted", adapted), ("given", given)):
        save_keras(folder + "/%s.keras" % name, [start, layer, base, pool, head2(random)])
    expect("normalised", run([adapted, base, pool, head2(np.random.RandomState(6))]))

    # Features and probabilities.
    save_keras(folder + "/two_outputs.keras", tuned, outputs=["dropout", "head/result"])

    # Whose file does not fit its config.
    def change(name, change_config=None, change_layers=None, style="3.8"):
        config = model_config("net", tuned, keras3=style[0] == "3")
        if change_config:
            change_config(config["config"]["layers"])
        layers = copy.deepcopy(tuned)
        if change_layers:
            change_layers(layers)
        save_archive(folder + "/%s.keras" % name, config, state_bytes(layers, style),
                     VERSIONS[style])

    def rename(layers):
        layers[6].name = "other"
    change("other_name", change_layers=rename)
    change("missing_group", change_layers=lambda layers: layers.pop())
    change("more_groups", change_layers=lambda layers: layers.append(head), style="3.3")
    change("more_groups_old", change_layers=lambda layers: layers.append(head), style="2.14")

    def scales(layers):
        layers[6].weights["scale"] = np.ones(16, np.float32)
    change("more_variables", change_layers=scales)

    def quantised(layers):
        layers[6]["config"]["dtype"] = {
            "module": "keras", "class_name": "QuantizedDTypePolicy",
            "config": {"mode": "int8", "source_name": "float32"}, "registered_name": None}
    change("int8", quantised)

    def mixed(layers):
        layers[6]["config"]["dtype"] = {"module": "keras", "class_name": "DTypePolicy",
                                        "config": {"name": "mixed_float16"}}
    change("mixed", mixed)

    def function(layers):
        layers[2].update(class_name="Lambda", config={"name": "rescaling", "function": {
            "class_name": "__lambda__", "config": {"code": "4wEAAAA="}}})
        layers[6]["config"]["activation"] = "gelu"
    change("lambda", function)


def head2(random):
    del random
    return dense("head", np.random.RandomState(6), 256, 4, "softmax", softmax)


main(sys.argv[1])
