"""ctypes_caller.py LIBRARY write INPUT.npy | compare INPUT.npy OUTPUT.npy

A network called from Python by ctypes alone, from a shared library made from the static one. The
expected results are what `slimc run` wrote, in NumPy's format, which is a line of text and the numbers.
"""
import array
import ctypes
import random
import re
import sys
from pathlib import Path

library = ctypes.CDLL(sys.argv[1])
header = (Path(sys.argv[1]).parent / "moved" / "one.h").read_text()


def constant(name):
    return int(re.search(rf"#define {name} (\d+)", header).group(1))


def write_npy(file, shape, floats):
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (63 - (10 + len(text)) % 64) + "\n"
    Path(file).write_bytes(
        b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + floats.tobytes())


def read_npy(file):
    data = Path(file).read_bytes()
    return array.array("f", data[10 + int.from_bytes(data[8:10], "little"):])


def run(image):
    threads = 2
    size = 1 << 24  # ONE_MEMORY_BYTES is an expression of C; this is enough for any small network
    alignment = constant("ONE_MEMORY_ALIGNMENT")
    memory = ctypes.create_string_buffer(size + alignment)
    address = -(-ctypes.addressof(memory) // alignment) * alignment
    network = ctypes.c_void_p()
    output = (ctypes.c_float * constant("ONE_CLASSES"))()
    library.one_create.argtypes = [
        ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.POINTER(ctypes.c_void_p)]
    library.one_run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    library.one_destroy.argtypes, library.one_destroy.restype = [ctypes.c_void_p], None
    library.one_status_string.restype = ctypes.c_char_p

    def check(status):
        assert status == 0, library.one_status_string(status)

    check(library.one_create(address, size, threads, ctypes.byref(network)))
    check(library.one_run(network, image.buffer_info()[0], output))
    library.one_destroy(network)
    return array.array("f", output)


def main():
    if sys.argv[2] == "write":
        shape = (1, constant("ONE_INPUT_HEIGHT"), constant("ONE_INPUT_WIDTH"), 3)
        numbers = random.Random(1)
        count = shape[1] * shape[2] * shape[3]
        write_npy(sys.argv[3], shape, array.array("f", (numbers.uniform(-1, 1) for _ in range(count))))
        return
    found, expected = run(read_npy(sys.argv[3])), read_npy(sys.argv[4])
    assert found == expected, (found, expected)


main()
