"""make_real_forms.py FOLDER FILE.h5: a whole model's weights as weights alone, with and without top,
as save_weights() writes them; and the whole model as .keras of two versions."""

import sys

from keras_archives import *


def main(folder, path):
    with h5py.File(path, "r") as source:
        root = source["model_weights"]
        names = list(root.attrs["layer_names"])

        def weights_of(layer):
            return [(name, root[layer][name][()]) for name in root[layer].attrs["weight_names"]]

        body = names[:names.index("conv_pw_13_relu") + 1]
        for file, layers in (("weights.h5", names), ("no_top.h5", body)):
            with h5py.File(folder + "/" + file, "w") as f:
                save_names(f, "layer_names", layers)
                for layer in layers:
                    save_group(f, layer, weights_of(layer))

        config = json.loads(source.attrs["model_config"])
        ordered = ["kernel", "depthwise_kernel", "bias", "gamma", "beta", "moving_mean",
                   "moving_variance"]
        layers = []
        for entry in config["config"]["layers"]:
            stored = {(name if isinstance(name, str) else name.decode()).rsplit("/", 1)[1].split(":")[0]: value
                      for name, value in weights_of(entry["name"])}
            layers.append(Layer(entry["name"], entry["class_name"], entry["config"],
                                {k: stored[k] for k in ordered if k in stored}))
        for style in ("2.12", "3.8"):
            save_archive(folder + "/real_%s.keras" % style, config, state_bytes(layers, style),
                         VERSIONS[style])


main(*sys.argv[1:])
