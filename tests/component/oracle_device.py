# Runs under MicroPython: oracle_device.py FOLDER ENGINE. Each line of FOLDER/lines is a literal
# (image, value, [CRC-32 of each memory after the round trip, or nothing]); F(bits) is a float.

import binascii
import struct
import sys

import wrt_micro


def F(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def text(value):
    """A value as text that shows every bit, with sets and dicts in order."""
    if isinstance(value, float):
        return "F(" + str(struct.unpack("<Q", struct.pack("<d", value))[0]) + ")"
    if isinstance(value, tuple):
        return "(" + "".join([text(v) + "," for v in value]) + ")"
    if isinstance(value, list):
        return "[" + "".join([text(v) + "," for v in value]) + "]"
    if isinstance(value, set):
        return "{" + "".join(sorted([text(v) + "," for v in value])) + "}"
    if isinstance(value, dict):
        return "{" + "".join(sorted([text(k) + ":" + text(value[k]) for k in value])) + "}"
    return repr(value)


def main(folder, engine):
    scope = {"F": F}
    count = 0
    for line in open(folder + "/lines"):
        image, value, sums = eval(line, scope)
        app = wrt_micro.load(folder + "/" + image, engine=engine)
        got = app.echo(value)
        if text(got) != text(value):
            print(image, text(got), text(value))
        found = [binascii.crc32(memory) & 0xFFFFFFFF for memory in app.store.memories]
        if sums and found != sums:
            print(image, "memories", found, sums)
        count += 1
    print("compared", count)


main(*sys.argv[1:])
