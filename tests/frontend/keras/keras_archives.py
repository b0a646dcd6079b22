"""Models as Keras' saving_lib lays them out: .keras archives and .weights.h5.

Writes with h5py and zipfile what keras/saving/saving_lib.py of each version writes
(_save_state, _save_container_state, H5IOStore); nothing here is slimc's.

Styles:
  "2.12"  layers in _layer_checkpoint_dependencies, those with weights there under two keys, so that
          their numbers are 0, 2, 4, ...; 2.13 does the same
  "2.14"  the same, each counted once
  "2.15"  in layers; tf_keras 2.16 and later do the same
  "3.3"   in layers
  "3.8"   in layers, and vars has the layer's name
"""

import copy
import io
import json
import re
import zipfile

import h5py
import numpy as np

from keras_files import *


def snake(name):
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def model_layer(name, layers, config=None, class_name="Functional"):
    """A model as a layer."""
    def compute(x):
        for layer in layers:
            x = layer.compute(x)
        return x
    result = Layer(name, class_name, config or {}, compute=compute)
    result.layers = layers
    return result


def inner_layers(layer):
    return getattr(layer, "layers", None)


def has_weights(layer):
    inner = inner_layers(layer)
    return any(map(has_weights, inner)) if inner else bool(layer.weights)


def is_operation(layer):
    return getattr(layer, "operation", False)


def save_state(store, path, layers, style):
    container = "_layer_checkpoint_dependencies" if style in ("2.12", "2.14") else "layers"
    used = {}
    for layer in layers:
        if is_operation(layer):
            continue
        name = snake(layer.class_name)
        times = 2 if style == "2.12" and has_weights(layer) else 1
        group_name = None
        for _ in range(times):
            if name in used:
                used[name] += 1
                numbered = "%s_%d" % (name, used[name])
            else:
                used[name] = 0
                numbered = name
            group_name = group_name or numbered
        group = "%s%s/%s" % (path, container, group_name)
        variables = store.create_group(group).create_group("vars")
        if style == "3.8":
            variables.attrs["name"] = layer.name
        for i, value in enumerate(layer.weights.values()):
            variables[str(i)] = value
        if inner_layers(layer):
            save_state(store, group + "/", inner_layers(layer), style)


def save_optimizer(store):
    group = store.create_group("optimizer/vars")
    group["0"] = np.int64(7)
    group["1"] = np.float32(0.001)
    group["2"] = np.zeros((3, 3), np.float32)


def state_bytes(layers, style):
    data = io.BytesIO()
    with h5py.File(data, "w") as store:
        store.create_group("vars")
        save_state(store, "", layers, style)
        save_optimizer(store)
    return data.getvalue()


def tensor(name):
    return {"class_name": "__keras_tensor__",
            "config": {"shape": [None, 1], "dtype": "float32", "keras_history": [name, 0, 0]}}


def entry_of(layer, before, keras3):
    config = dict(layer.config)
    inner = inner_layers(layer)
    if inner:
        config = model_config(layer.name, inner, layer.class_name, keras3)["config"]
    entry = {"module": getattr(layer, "module", "keras.layers"), "class_name": layer.class_name,
             "config": config, "registered_name": None, "name": layer.name}
    if keras3:
        entry["build_config"] = {"input_shape": [None]}
    if before is None:
        entry["inbound_nodes"] = []
    elif keras3:
        arguments = getattr(layer, "arguments", lambda x: ([x], {}))(tensor(before))
        entry["inbound_nodes"] = [{"args": arguments[0], "kwargs": arguments[1]}]
    else:
        node = 1 if getattr(before, "functional", False) else 0
        entry["inbound_nodes"] = [[[before, node, 0, getattr(layer, "keywords", {})]]]
    return entry


def model_config(name, layers, class_name="Functional", keras3=True, outputs=None):
    if class_name == "Sequential":
        entries = [{k: v for k, v in entry_of(l, None, keras3).items() if k != "inbound_nodes"}
                   for l in layers]
        return {"module": "keras", "class_name": "Sequential",
                "config": {"name": name, "trainable": True, "layers": entries,
                           "build_input_shape": [None, 32, 32, 3]}}
    entries = []
    before = None
    for layer in layers:
        entries.append(entry_of(layer, before, keras3))
        before = layer.name
    results = [[n, 0, 0] for n in outputs or [before]]
    return {"module": "keras.src.models.functional", "class_name": class_name,
            "config": {"name": name, "trainable": True, "layers": entries,
                       "input_layers": [[layers[0].name, 0, 0]], "output_layers": results},
            "registered_name": class_name, "build_config": {"input_shape": None}}


VERSIONS = {"2.12": "2.13.1", "2.14": "2.14.0", "2.15": "2.15.0", "3.3": "3.3.3", "3.8": "3.8.0"}


def save_archive(path, config, weights, version="3.8.0", compression=zipfile.ZIP_STORED, extra=()):
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version,
                                                      "date_saved": "2025-01-01@00:00:00"}))
        archive.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        archive.writestr("model.weights.h5", weights)
        for name, data in extra:
            archive.writestr(name, data)


def save_keras(path, layers, style="3.8", name="net", outputs=None, **options):
    keras3 = style[0] == "3"
    save_archive(path, model_config(name, layers, keras3=keras3, outputs=outputs),
                 state_bytes(layers, style), VERSIONS[style], **options)


def as_keras3(layers):
    """The words of Keras 3 for layers of keras_files."""
    new = copy.deepcopy(layers)
    for layer in new:
        if layer.class_name == "InputLayer":
            layer.config["batch_shape"] = layer.config.pop("batch_input_shape")
        layer.config["dtype"] = {"module": "keras", "class_name": "DTypePolicy",
                                 "config": {"name": "float32"}, "registered_name": None}
        if layer.class_name == "ReLU":
            layer.config.update(max_value=6.0, negative_slope=0.0, threshold=0.0)
    return new


def dense(name, random, inputs, units, activation, function):
    kernel = random.uniform(-1, 1, (inputs, units)).astype(np.float32) / np.sqrt(inputs)
    bias = random.uniform(-1, 1, units).astype(np.float32)
    return Layer(name, "Dense", {"units": units, "activation": activation, "use_bias": True},
                 {"kernel": kernel, "bias": bias},
                 lambda x: function(x @ kernel.astype(np.float64) + bias))


def operation(name, class_name, arguments, compute):
    layer = Layer(name, class_name, compute=compute)
    layer.operation = True
    layer.module = "keras.src.ops.numpy"
    layer.arguments = arguments
    return layer


def sigmoid(x):
    return 1 / (1 + np.exp(-x))
