#!/usr/bin/env python3
"""Names that would rule a terminal or forge lines, in each form of model, through each subcommand.

    hostile_names_test.py SLIMC FRONTEND_TESTS

What slimc writes to stdout and stderr, and into NAME.h and NAME.cc, must be lines of characters that
are seen, by what Python knows of Unicode, and none may begin with what a name wants on a line of its
own. FRONTEND_TESTS is tests/frontend, whose writers make the files.
"""
import json
import os
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

SLIMC, WRITERS = os.path.abspath(sys.argv[1]), Path(sys.argv[2])
sys.path += [str(WRITERS / "keras"), str(WRITERS / "tflite")]

import numpy as np
from keras_files import Layer, conv2d, functional, save_model, softmax
from write_model import CONV_2D, SOFTMAX, VALID, Model, Scalar
import onnx
from onnx import TensorProto, helper, numpy_helper

# A title, lines of our own kind, what hides and reorders, ends of comments and strings.
FORGED = "slimc error FORGED"
HOSTILE = ("\x1b]0;owned\x07\n" + FORGED + "\r" + FORGED + "\u2028" + FORGED +
           "\u202egnp\u2066\u200b\ufeff\U000e0041\x7f\x9b2J */ \" ??/ \\")
SIZE, CHANNELS, CLASSES = 8, 3, 4
KERNEL = np.linspace(-1, 1, CHANNELS * CLASSES, dtype=np.float32).reshape(1, 1, CHANNELS, CLASSES)

failures = []


def name(what):
    return what + HOSTILE


# --- One network a form; with `broken` its second op is of a kind that does not exist.


def write_pbtxt(path, broken):
    def quoted(text):
        return '"' + "".join("\\%03o" % byte for byte in text.encode()) + '"'

    def node(op, which, inputs, attributes):
        lines = [f"node {{ name: {quoted(name(which))} op: {quoted(op)}"]
        lines += [f"  input: {quoted(name(i))}" for i in inputs]
        lines += [f"  attr {{ key: \"{key}\" value {{ {value} }} }}" for key, value in attributes]
        return "\n".join(lines) + "\n}\n"

    floats, image = ("dtype", "type: DT_FLOAT"), [1, SIZE, SIZE, CHANNELS]
    dims = lambda shape: " ".join(f"dim {{ size: {d} }}" for d in shape)
    tensor = (f"tensor {{ dtype: DT_FLOAT tensor_shape {{ {dims(KERNEL.shape)} }} " +
              " ".join(f"float_val: {v}" for v in KERNEL.flat) + " }")
    kind = ("T", "type: DT_FLOAT")
    path.write_text(
        node("Placeholder", "image", [], [floats, ("shape", f"shape {{ {dims(image)} }}")]) +
        node("Const", "kernel", [], [floats, ("value", tensor)]) +
        node(name("Conv2D") if broken else "Conv2D", "conv", ["image", "kernel"],
             [kind, ("strides", "list { i: 1 i: 1 i: 1 i: 1 }"),
              ("padding", "s: " + quoted("VALID")), ("data_format", "s: " + quoted("NHWC"))]) +
        node("Softmax", "classes", ["conv"], [kind]))


def write_h5(path, broken):
    layers = [
        Layer(name("image"), "InputLayer", {"batch_input_shape": [None, SIZE, SIZE, CHANNELS]}),
        Layer(name("conv"), name("Conv2D") if broken else "Conv2D",
              {"filters": CLASSES, "kernel_size": [1, 1], "strides": [1, 1], "padding": "valid",
               "use_bias": False, "activation": "linear"}, {"kernel": KERNEL},
              lambda x: conv2d(x, KERNEL)),
        Layer(name("classes"), "Activation", {"activation": "softmax"}, compute=softmax)]
    save_model(path, functional(layers, name=name("model")), layers)


def write_onnx(path, broken):
    value = helper.make_tensor_value_info
    kernel = np.ascontiguousarray(KERNEL.transpose(3, 2, 0, 1))
    graph = helper.make_graph(
        [helper.make_node(name("Conv") if broken else "Conv", [name("image"), name("kernel")],
                          [name("conv")], name=name("node")),
         helper.make_node("Softmax", [name("conv")], [name("classes")], axis=1)], name("graph"),
        [value(name("image"), TensorProto.FLOAT, [1, CHANNELS, SIZE, SIZE])],
        [value(name("classes"), TensorProto.FLOAT, [1, CLASSES, SIZE, SIZE])],
        [numpy_helper.from_array(kernel, name("kernel"))])
    model = helper.make_model(graph, producer_name=name("producer"),
                              opset_imports=[helper.make_opsetid("", 13)])
    path.write_bytes(model.SerializeToString())


def write_tflite(path, broken):
    model = Model()
    image = model.tensor(name("image"), [1, SIZE, SIZE, CHANNELS])
    kernel = model.constant(name("kernel"), np.ascontiguousarray(KERNEL.transpose(3, 0, 1, 2)))
    bias = model.constant(name("bias"), np.zeros(CLASSES, np.float32))
    options = (1, {0: Scalar("b", VALID), 1: Scalar("i", 1), 2: Scalar("i", 1)})
    shape = [1, SIZE, SIZE, CLASSES]
    conv = model.op(123 if broken else CONV_2D, [image, kernel, bias], name("conv"), shape, options)
    classes = model.op(SOFTMAX, [conv], name("classes"), shape, (9, {0: Scalar("f", 1.0)}))
    signature = (name("serving"), name("image"), [name("classes")])
    path.write_bytes(model.bytes(image, [classes], signature))


FORMS = {"pbtxt": write_pbtxt, "h5": write_h5, "onnx": write_onnx, "tflite": write_tflite}

# --- What is checked.


def is_hidden(character):
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs")


def check(what, text):
    try:
        text = text.decode()
    except UnicodeDecodeError as error:
        failures.append(f"{what}: no UTF-8: {error}")
        return
    hidden = sorted({f"U+{ord(c):04X}" for c in text if is_hidden(c)})
    if hidden:
        failures.append(f"{what}: has {', '.join(hidden)}")
    forged = [line for line in text.split("\n") if line.startswith(FORGED)]
    if forged:
        failures.append(f"{what}: has {len(forged)} forged lines, first {forged[0]!r}")


def slimc(folder, *arguments, fails=False, shows=True):
    what = " ".join(a.encode("ascii", "backslashreplace").decode() for a in arguments)[:100]
    done = subprocess.run([SLIMC, *arguments], cwd=folder, capture_output=True, timeout=500,
                          env=dict(os.environ, COLUMNS="1000"))
    check(what + ": stdout", done.stdout)
    check(what + ": stderr", done.stderr)
    if (done.returncode != 0) != fails or done.returncode not in (0, 1, 2):
        failures.append(f"{what}: status {done.returncode}: {done.stderr[-2000:]}")
    if shows and b"FORGED" not in done.stdout + done.stderr:  # a test that shows nothing
        failures.append(f"{what}: no name in it: {done.stdout[-300:]} {done.stderr[-300:]}")
    return done


def try_form(folder, form, write):
    good, broken = folder / ("net." + form), folder / ("broken." + form)
    write(good, False)
    write(broken, True)
    slimc(folder, "inspect", good.name, "--verbose")
    layers = json.loads(slimc(folder, "inspect", good.name, "--json").stdout)["layers"]
    if not any("FORGED" in layer["name"] for layer in layers):
        failures.append(f"{form}: no layer in the JSON has its name")
    slimc(folder, "inspect", broken.name, fails=True, shows=form != "tflite")
    slimc(folder, "inspect", good.name, "--output-node", name("nothing"), fails=True)
    slimc(folder, "inspect", good.name, "--input-node", name("nothing"), fails=True)
    slimc(folder, "compile", good.name, "-o", form, "--dump-after", "all", "--pkg-config", "--name",
          "net")
    slimc(folder, "verify", good.name, "--threads", "1", shows=False)
    slimc(folder, "run", good.name, name("photo"), "--output", "out.npy", fails=True)
    for file in ("net.h", "net.cc", "net.pc"):
        check(f"{form}: {file}", (folder / form / file).read_bytes())


# A state file of a stranger's names a checkpoint, and its name a recipe of Make's.
def try_depfile(folder):
    slimc(folder, "init", "--alpha", "0.25", "--resolution", "32", "-o", "net", shows=False)
    prefix = "net\nall: ; touch " + FORGED + "\n.ckpt"
    models = folder / "models"
    (models / prefix).parent.mkdir(parents=True)
    for file in folder.glob("net.ckpt.*"):
        file.rename(models / (prefix + file.name[len("net.ckpt"):]))
    text = prefix.replace("\n", "\\n")
    (models / "checkpoint").write_text(f'model_checkpoint_path: "{text}"\n')
    failed = slimc(folder, "compile", "models", "-o", "out", "--depfile", "net.d", fails=True)
    if b"control characters" not in failed.stderr:
        failures.append(f"--depfile: {failed.stderr}")
    if (folder / "net.d").exists() or (folder / "out").exists() and any((folder / "out").iterdir()):
        failures.append("--depfile: something was written")


with tempfile.TemporaryDirectory() as work:
    for form, write in FORMS.items():
        folder = Path(work) / form
        folder.mkdir()
        try_form(folder, form, write)
    slimc(work, "inspect", name("no file"), fails=True)
    slimc(work, "inspect", "none", "--" + name("option"), fails=True)
    slimc(work, name("subcommand"), fails=True)
    (Path(work) / "depfile").mkdir()
    try_depfile(Path(work) / "depfile")
print("\n".join(ascii(failure) for failure in failures) or "all names are shown, none is obeyed")
sys.exit(bool(failures))
