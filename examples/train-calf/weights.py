"""Tensors of a safetensors file in bfloat16, as numpy has them. numpy is needed."""
import json, struct

import numpy


def read(path):
    """The tensors by name, as float32."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        content = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            assert entry["dtype"] == "BF16", name
            first, last = entry["data_offsets"]
            halves = numpy.frombuffer(content[first:last], dtype="<u2").astype("<u4") << 16
            tensors[name] = halves.view("<f4").reshape(entry["shape"]).copy()
    return tensors


def write(path, tensors):
    header, halves, place = {"__metadata__": {"format": "pt"}}, [], 0
    for name, tensor in tensors.items():
        bits = numpy.ascontiguousarray(tensor, dtype="<f4").view("<u4")
        rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()
        header[name] = {"dtype": "BF16", "shape": list(tensor.shape), "data_offsets": [place, place + len(rounded)]}
        halves.append(rounded)
        place += len(rounded)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(halves))
