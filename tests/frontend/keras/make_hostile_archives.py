"""make_hostile_archives.py FOLDER: .keras archives that no Keras wrote, each with one thing wrong."""

import stat
import struct
import sys

from keras_archives import *


def main(folder):
    layers = [Layer("image", "InputLayer", {"batch_shape": [None, 4, 4, 1]}),
              dense("head", np.random.RandomState(1), 1, 2, "linear", lambda x: x)]
    config = json.dumps(model_config("net", layers))
    weights = state_bytes(layers, "3.8")

    def save(name, extra=(), **options):
        save_archive(folder + "/" + name, options.pop("config", config),
                     options.pop("weights", weights), extra=extra, **options)

    def entry(path, mode=0o100644, **attributes):
        info = zipfile.ZipInfo(path)
        info.external_attr = mode << 16
        for key, value in attributes.items():
            setattr(info, key, value)
        return info

    save("good.keras")
    save("up.keras", [("../../evil", b"x")])
    save("inner_up.keras", [("assets/../../evil", b"x")])
    save("absolute.keras", [("/etc/evil", b"x")])
    save("backslash.keras", [("..\\evil", b"x")])
    save("control.keras", [("a\x1bb", b"x")])
    save("link.keras", [(entry("assets/l", stat.S_IFLNK | 0o777), "/etc/passwd")])
    save("twice.keras", [("config.json", config)])
    save("many.keras", [("assets/%d" % i, b"") for i in range(5000)])
    save("bomb_config.keras", config=" " * (40 << 20), compression=zipfile.ZIP_DEFLATED)
    save("bomb_weights.keras", weights=b"\0" * (80 << 20), compression=zipfile.ZIP_DEFLATED)
    save("bomb_asset.keras", [("assets/zeros", b"\0" * (80 << 20))],
         compression=zipfile.ZIP_DEFLATED)
    save("nested_zip.keras", weights=open(folder + "/good.keras", "rb").read())
    save("no_json.keras", config="{")
    save("deep_json.keras", config="[" * 200000)
    whole = open(folder + "/good.keras", "rb").read()
    for name, size in (("cut.keras", len(whole) // 2), ("cut_end.keras", len(whole) - 30)):
        with open(folder + "/" + name, "wb") as f:
            f.write(whole[:size])
    # A changed byte of the weights, which a checksum covers.
    damaged = bytearray(whole)
    damaged[whole.index(b"\x89HDF") + 600] ^= 255
    with open(folder + "/checksum.keras", "wb") as f:
        f.write(damaged)
    # The flag of encryption, at the entry and in the directory.
    encrypted = bytearray(whole)
    at = whole.index(b"PK\x03\x04")
    while at >= 0:
        encrypted[at + 6] |= 1
        at = whole.find(b"PK\x03\x04", at + 1)
    at = whole.index(b"PK\x01\x02")
    while at >= 0:
        encrypted[at + 8] |= 1
        at = whole.find(b"PK\x01\x02", at + 1)
    with open(folder + "/encrypted.keras", "wb") as f:
        f.write(encrypted)
    # Sizes that lie: the directory says that config.json unfolds to 4 GB, and to 5 bytes.
    for name, size in (("large_size.keras", 0xfffffff0), ("small_size.keras", 5)):
        lying = bytearray(whole)
        directory = whole.index(b"PK\x01\x02")
        at = whole.index(b"config.json", directory) - 46
        lying[at + 24:at + 28] = struct.pack("<I", size)
        with open(folder + "/" + name, "wb") as f:
            f.write(lying)

    def parts(name, entries):
        with zipfile.ZipFile(folder + "/" + name, "w") as archive:
            for path, data in entries:
                archive.writestr(path, data)
    metadata = ("metadata.json", json.dumps({"keras_version": "3.8.0"}))
    parts("no_config.keras", [metadata])
    parts("no_weights.keras", [metadata, ("config.json", config)])
    parts("npz.keras", [metadata, ("config.json", config), ("model.weights.npz", b"PK")])
    parts("sharded.keras", [metadata, ("config.json", config), ("model.weights.json", "{}")])
    parts("other.keras", [("hello.txt", "hello")])


main(sys.argv[1])
