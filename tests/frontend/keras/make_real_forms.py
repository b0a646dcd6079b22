"""make_real_forms.py FOLDER FILE.h5: a whole model's weights as weights alone, with and without top,
as save_weights() writes them."""

import sys

import h5py

from keras_files import *


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


main(*sys.argv[1:])
