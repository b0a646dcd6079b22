"""make_broken.py FOLDER: HDF5 files that no Keras wrote, each with one thing wrong."""

import os
import sys

import h5py
import numpy as np

from keras_files import *


def main(folder):
    def layers():
        return [Layer("conv1", "Conv2D", {}, {"kernel": np.ones((1, 1, 3, 2), np.float32)})]

    def file(name):
        f = h5py.File(folder + "/" + name, "w")
        save_weights(f, layers())
        return f

    with file("soft_link.h5") as f:
        f["other"] = h5py.SoftLink("/conv1")
    with file("external_link.h5") as f:
        f["other"] = h5py.ExternalLink("soft_link.h5", "/conv1")
    with file("cycle.h5") as f:
        f["conv1/again"] = f["conv1"]
    with file("cycles.h5") as f:
        for i in range(50):
            f["loop%02d" % i] = f["/"]
    with file("deep.h5") as f:
        f.create_group("/".join("abcdefgh" * 10))
    with file("huge.h5") as f:
        f.create_dataset("weights", (1 << 18, 1 << 18), np.float32, fillvalue=1)
    with file("no_values.h5") as f:
        f.create_dataset("weights", (100, 100), np.float32)
    with file("huge_chunk.h5") as f:
        f.create_dataset("weights", (10,), np.float32, chunks=(1 << 28,), maxshape=(None,))
    with file("filter.h5") as f:
        f.create_dataset("weights", data=np.arange(100.0), compression="lzf")
    with file("external_values.h5") as f:
        with open(folder + "/secret", "wb") as secret:
            secret.write(b"0123456789abcdef")
        f.create_dataset("weights", (4,), np.float32, external=[(folder + "/secret", 0, 16)])
    with file("virtual.h5") as f:
        layout = h5py.VirtualLayout((4,), np.float32)
        layout[:] = h5py.VirtualSource(folder + "/half.h5", "weights", (4,))
        f.create_virtual_dataset("weights", layout)
    with file("rank.h5") as f:
        f.create_dataset("weights", data=np.ones((1,) * 9, np.float32))
    with file("no_string.h5") as f:
        f.attrs["layer_names"] = np.arange(3)
    with file("long_attribute.h5") as f:
        f.attrs["keras_version"] = "x" * ((16 << 20) + 1)
    with file("many_problems.h5") as f:
        for i in range(30):
            f["link%02d" % i] = h5py.SoftLink("/conv1")
    with file("integers.h5") as f:
        del f["conv1/conv1/kernel:0"]
        f["conv1"].create_dataset("conv1/kernel:0", data=np.ones((1, 1, 3, 2), np.int32))
    with file("not_stored.h5") as f:
        del f["conv1/conv1/kernel:0"]
    with file("no_group.h5") as f:
        del f["conv1"]
    with h5py.File(folder + "/nothing.h5", "w"):
        pass
    with h5py.File(folder + "/keras3.weights.h5", "w") as f:
        f.create_group("layers/conv2d/vars").create_dataset("0", data=np.ones((3, 3, 3, 8)))
    with h5py.File(folder + "/only_config.h5", "w") as f:
        f.attrs["model_config"] = "{}"

    # Weights alone of something that is almost MobileNet.
    def weights(name, change):
        net = MobileNet("1.0.8")
        net.layers = change(net.layers) or net.layers
        with h5py.File(folder + "/" + name, "w") as f:
            save_weights(f, net.layers)

    def layer(all_layers, name):
        return next(l for l in all_layers if l.name == name)

    def without(*names):
        return lambda all_layers: [l for l in all_layers if l.name not in names]

    weights("missing_layers.h5", without("conv_dw_3", "conv_pw_7_bn"))
    weights("strange_layers.h5", lambda all_layers: all_layers + [
        Layer("dense_1", "Dense", {}, {"kernel": np.ones((10, 2), np.float32)}),
        Layer("leaky_re_lu_1", "LeakyReLU")])
    weights("strange_pads.h5", without("conv_pad_4"))
    weights("no_pool.h5", without("global_average_pooling2d_1"))

    def wrong(all_layers):
        layer(all_layers, "conv_dw_2_bn").weights["gamma"] = np.ones(9, np.float32)
        del layer(all_layers, "conv_pw_5_bn").weights["beta"]
        layer(all_layers, "conv_preds").weights["bias"][3] = np.nan
    weights("wrong_weights.h5", wrong)

    def wrong_kernel(all_layers):
        layer(all_layers, "conv1").weights["kernel"] = np.ones(9, np.float32)
    weights("wrong_kernel.h5", wrong_kernel)

    with open(folder + "/text.h5", "w") as f:
        f.write("this is no HDF5 file\n" * 10)
    whole = open(folder + "/cycle.h5", "rb").read()
    with open(folder + "/cut.h5", "wb") as f:
        f.write(whole[:-8])
    with open(folder + "/signature.h5", "wb") as f:
        f.write(whole[:8])


main(sys.argv[1])
