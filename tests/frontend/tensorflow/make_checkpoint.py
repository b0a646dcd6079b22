#!/usr/bin/python3
"""Writes checkpoints and SavedModels byte by byte, from TensorFlow's description of its formats
(saved_tensor_slice.proto, tensor_bundle.proto, ordered_code.cc, saved_model.proto, LevelDB's
table_format.md). It shares nothing with slimc's readers but these, and reads what it converts
with code of its own too.

    make_checkpoint.py FORM SOURCE TARGET

SOURCE is the prefix of a V2 checkpoint of one shard. FORM is one of

    v1               one V1 file
    v1_sharded       two V1 files, each with a part of the partitioned tensors
    v2_partitioned   a V2 bundle of two shards, large tensors in slices
    v1_double, v2_half, v2_bfloat16   other types
    v2_objects       TensorFlow 2's keys, and its graph of objects
    training         with the copies and slots that an optimiser and moving averages add
    saved_model      TARGET is a folder; the graph is SOURCE.meta's
"""
import os
import struct
import sys

import numpy as np

# --- CRC-32C --------------------------------------------------------------------------------------


def crc_table():
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


CRC_TABLE = crc_table()


def masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


# --- Protocol buffers -----------------------------------------------------------------------------


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    """An int as a varint, bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def take_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        tag, at = take_varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = take_varint(data, at)
        elif kind == 2:
            size, at = take_varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = data[at:at + size], at + size
        yield tag >> 3, value


# --- LevelDB tables -------------------------------------------------------------------------------


def block(pairs):
    """All keys whole: as many restarts as entries."""
    out, restarts = bytearray(), []
    for key, value in pairs:
        restarts.append(len(out))
        out += varint(0) + varint(len(key)) + varint(len(value)) + key + value
    for restart in restarts or [0]:
        out += struct.pack("<I", restart)
    out += struct.pack("<I", len(restarts) or 1)
    return bytes(out)


def snappy(data):
    """Literals only."""
    out = bytearray(varint(len(data)))
    for at in range(0, len(data), 65536):
        part = data[at:at + 65536]
        out += bytes([61 << 2]) + struct.pack("<H", len(part) - 1) + part
    return bytes(out)


def write_table(path, pairs, compress=False):
    out = bytearray()

    def add(contents):
        kind = b"\1" if compress else b"\0"
        contents = snappy(contents) if compress else contents
        handle = varint(len(out)) + varint(len(contents))
        out.extend(contents + kind + struct.pack("<I", masked_crc(contents + kind)))
        return handle

    index, group = [], []
    pairs = sorted(pairs.items())
    for i, pair in enumerate(pairs):
        group.append(pair)
        if len(group) == 5 or i == len(pairs) - 1:
            index.append((group[-1][0], add(block(group))))
            group = []
    handles = add(block([])) + add(block(index))
    out += handles.ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")
    with open(path, "wb") as file:
        file.write(out)


def read_table(path):
    with open(path, "rb") as file:
        data = file.read()

    def entries(offset, size):
        assert data[offset + size] == 0, "compressed"
        contents = data[offset:offset + size]
        end = len(contents) - 4 - 4 * struct.unpack("<I", contents[-4:])[0]
        at, key = 0, b""
        while at < end:
            shared, at = take_varint(contents, at)
            unshared, at = take_varint(contents, at)
            length, at = take_varint(contents, at)
            key = key[:shared] + contents[at:at + unshared]
            at += unshared
            yield key, contents[at:at + length]
            at += length

    footer = data[-48:]
    _, at = take_varint(footer, 0)
    _, at = take_varint(footer, at)
    offset, at = take_varint(footer, at)
    size, at = take_varint(footer, at)
    pairs = {}
    for _, handle in entries(offset, size):
        first, at = take_varint(handle, 0)
        length, _ = take_varint(handle, at)
        pairs.update(entries(first, length))
    return pairs


# --- Tensors --------------------------------------------------------------------------------------

FLOAT, DOUBLE, STRING, INT64, BFLOAT16, HALF = 1, 2, 7, 9, 14, 19


class Value:
    """A tensor of one of TensorFlow's types."""

    def __init__(self, kind, array):
        self.kind = kind
        self.array = array  # of BFLOAT16: its bits

    def list_of_proto(self):
        """The elements as a TensorProto's list."""
        flat = self.array.reshape(-1)
        if self.kind == FLOAT:
            return field(5, flat.astype("<f4").tobytes())
        if self.kind == DOUBLE:
            return field(6, flat.astype("<f8").tobytes())
        if self.kind == INT64:
            return field(10, b"".join(varint(int(v)) for v in flat))
        bits = flat.view(np.uint16)
        return field(13, b"".join(varint(int(v)) for v in bits))


def of_kind(array, kind):
    if kind == DOUBLE:
        return Value(kind, array.astype(np.float64))
    if kind == HALF:
        return Value(kind, array.astype(np.float16))
    if kind == BFLOAT16:  # cut, not rounded
        return Value(kind, (array.view(np.uint32) >> 16).astype(np.uint16))
    return Value(kind, array)


def shape_proto(shape):
    return b"".join(field(2, field(1, size)) for size in shape)


def read_v2(prefix):
    """The float tensors of a checkpoint with one data file."""
    with open(prefix + ".data-00000-of-00001", "rb") as file:
        data = file.read()
    tensors = {}
    for key, value in read_table(prefix + ".index").items():
        if not key:
            continue
        entry = dict(fields(value))
        if entry.get(1) != FLOAT:
            continue
        shape = [dict(fields(dim)).get(1, 0)
                 for number, dim in fields(entry.get(2, b"")) if number == 2]
        offset, size = entry.get(4, 0), entry.get(5, 0)
        array = np.frombuffer(data[offset:offset + size], "<f4").reshape(shape)
        tensors[key.decode()] = Value(FLOAT, array)
    return tensors


# --- Slices ---------------------------------------------------------------------------------------


def ordered_number(value):
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(digits)]) + digits


def ordered_string(text):
    escapes = {0x00: b"\x00\xff", 0xFF: b"\xff\x00"}
    return b"".join(escapes.get(byte, bytes([byte])) for byte in text) + b"\x00\x01"


def ordered_signed(value):
    """n bytes: n ones (zeros if negative), then 7n bits."""
    size = 1
    while not -(1 << 7 * size - 1) <= value < 1 << 7 * size - 1:
        size += 1
    bits = value & (1 << 8 * size) - 1
    bits ^= (1 << size) - 1 << 7 * size
    return bits.to_bytes(size, "big")


def slice_key(name, extents):
    key = ordered_number(0) + ordered_string(name.encode()) + ordered_number(len(extents))
    for extent in extents:
        start, length = extent or (0, -1)
        key += ordered_signed(start) + ordered_signed(length)
    return key


def slice_proto(extents):
    """An extent is (start, length) or None for all."""
    out = b""
    for extent in extents:
        body = b""
        if extent is not None:
            start, length = extent
            body = (field(1, start) if start else b"") + field(2, length)
        out += field(1, body)
    return out


def part(array, extents):
    return array[tuple(slice(None) if e is None else slice(e[0], e[0] + e[1]) for e in extents)]


def whole(array):
    return [[None] * array.ndim]


def partition(array):
    """Large tensors in three slices of the last dimension, and the first of them cut again."""
    if array.ndim == 0 or array.shape[-1] < 8:
        return whole(array)
    size = array.shape[-1]
    rest = [None] * (array.ndim - 1)
    cuts = [0, 3, size // 2 + 1, size]
    slices = [rest + [(low, high - low)] for low, high in zip(cuts, cuts[1:])]
    if array.ndim == 4 and array.shape[2] > 1:
        first = slices.pop(0)
        middle = array.shape[2] // 2
        slices.append([None, None, (0, middle), first[3]])
        slices.append([None, None, (middle, array.shape[2] - middle), first[3]])
    return slices


# --- Checkpoints ----------------------------------------------------------------------------------


def write_v1(paths, tensors, slices_of):
    """Slices are dealt out to the files in turn."""
    for number, path in enumerate(paths):
        pairs, meta = {}, b""
        turn = 0
        for name, value in sorted(tensors.items()):
            listed = b""
            for extents in slices_of(value.array):
                turn += 1
                if turn % len(paths) != number:
                    continue
                listed += field(4, slice_proto(extents))
                elements = Value(value.kind, np.ascontiguousarray(part(value.array, extents)))
                saved = (field(1, name.encode()) + field(2, slice_proto(extents)) +
                         field(3, elements.list_of_proto()))
                pairs[slice_key(name, extents)] = field(2, saved)
            if listed:
                meta += field(1, field(1, name.encode()) +
                              field(2, shape_proto(value.array.shape)) +
                              field(3, value.kind) + listed)
        meta += field(2, field(1, 1))  # versions: producer 1
        pairs[b""] = field(1, meta)
        write_table(path, pairs, compress=True)


def write_v2(prefix, tensors, slices_of, shards=1, texts=()):
    data = [bytearray() for _ in range(shards)]
    pairs = {b"": field(1, shards) + field(3, field(1, 1))}
    turn = 0

    def entry(kind, shape, contents, crc):
        nonlocal turn
        shard = turn % shards
        turn += 1
        offset = len(data[shard])
        data[shard] += contents
        return ((field(1, kind) + field(2, shape_proto(shape))) +
                (field(3, shard) if shard else b"") + (field(4, offset) if offset else b"") +
                field(5, len(contents)) + varint(6 << 3 | 5) + struct.pack("<I", crc))

    for name, value in sorted(tensors.items()):
        slices = slices_of(value.array)
        for extents in slices:
            array = np.ascontiguousarray(part(value.array, extents))
            contents = array.tobytes()
            key = name.encode() if len(slices) == 1 else slice_key(name, extents)
            pairs[key] = entry(value.kind, array.shape, contents, masked_crc(contents))
        if len(slices) > 1:
            pairs[name.encode()] = (field(1, value.kind) + field(2, shape_proto(value.array.shape))
                                    + b"".join(field(7, slice_proto(e)) for e in slices))
    for name, text in texts:
        lengths = masked_crc(struct.pack("<I", len(text)))
        guarded = struct.pack("<II", len(text), lengths) + text
        contents = varint(len(text)) + struct.pack("<I", lengths) + text
        pairs[name.encode()] = entry(STRING, [], contents, masked_crc(guarded))
    for number, contents in enumerate(data):
        with open(f"{prefix}.data-{number:05}-of-{shards:05}", "wb") as file:
            file.write(contents)
    write_table(prefix + ".index", pairs)


def with_training(tensors):
    """As slim's trainer leaves them: slots of RMSProp, averages, a step. The variables themselves
    are noise, so that only the averages are the network."""
    noise = np.random.default_rng(1)
    out = {"global_step": Value(INT64, np.array(1234, "<i8"))}
    for name, value in tensors.items():
        out[name + "/ExponentialMovingAverage"] = value
        out[name] = Value(FLOAT, value.array + noise.uniform(0.1, 1, value.array.shape)
                          .astype(np.float32))
        for slot in ("/RMSProp", "/RMSProp_1"):
            out[name + slot] = Value(FLOAT, np.ones_like(value.array))
    return out


def objects(tensors):
    """Keys and object graph of tf.train.Checkpoint."""
    keyed, nodes = {}, b""
    for number, (name, value) in enumerate(sorted(tensors.items())):
        key = f"variables/{number}/.ATTRIBUTES/VARIABLE_VALUE"
        keyed[key] = value
        nodes += field(1, field(2, field(1, b"VARIABLE_VALUE") + field(2, name.encode()) +
                                field(3, key.encode())))
    return keyed, nodes


# --- SavedModels ----------------------------------------------------------------------------------


def tensor_info(name):
    return field(1, name.encode()) + field(2, FLOAT)


def saved_model(meta_graph, signatures, tags):
    """`signatures`: name -> (inputs, outputs), each key -> tensor."""
    out = field(1, b"".join(field(4, tag.encode()) for tag in tags))
    for number, value in fields(meta_graph):
        if number == 2:  # the graph
            out += field(2, value)
    for name, (inputs, outputs) in signatures.items():
        body = b""
        for number, ends in ((1, inputs), (2, outputs)):
            for key, tensor in ends.items():
                body += field(number, field(1, key.encode()) + field(2, tensor_info(tensor)))
        body += field(3, b"tensorflow/serving/predict")
        out += field(5, field(1, name.encode()) + field(2, body))
    return field(1, 1) + field(2, out)


def main():
    form, source, target = sys.argv[1:4]
    tensors = read_v2(source)
    if form == "v1":
        write_v1([target], tensors, whole)
    elif form == "v1_sharded":
        write_v1([f"{target}-{i:05}-of-00002" for i in range(2)], tensors, partition)
    elif form == "v1_double":
        write_v1([target], {n: of_kind(v.array, DOUBLE) for n, v in tensors.items()}, whole)
    elif form == "v1_half":
        write_v1([target], {n: of_kind(v.array, HALF) for n, v in tensors.items()}, whole)
    elif form == "v2_partitioned":
        write_v2(target, tensors, partition, shards=2)
    elif form in ("v2_half", "v2_bfloat16"):
        kind = HALF if form == "v2_half" else BFLOAT16
        write_v2(target, {n: of_kind(v.array, kind) for n, v in tensors.items()}, whole)
    elif form == "training":
        write_v2(target, with_training(tensors), whole)
    elif form == "v2_objects":
        keyed, nodes = objects(tensors)
        write_v2(target, keyed, whole, texts=[("_CHECKPOINTABLE_OBJECT_GRAPH", nodes)])
    elif form == "saved_model":
        os.makedirs(target + "/variables")
        write_v2(target + "/variables/variables", tensors, whole)
        with open(source + ".meta", "rb") as file:
            meta = file.read()
        ends = ({"images": "input:0"}, {"classes": "MobilenetV1/Predictions/Reshape_1:0"})
        with open(target + "/saved_model.pb", "wb") as file:
            file.write(saved_model(meta, {"serving_default": ends}, ["serve"]))
    else:
        sys.exit(f"unknown form {form}")


if __name__ == "__main__":
    main()
