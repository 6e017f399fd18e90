from array import array

import micropython

SIZE = 65536
table = array("I", bytes(1024))
data = bytearray(SIZE)


@micropython.viper
def prepare(table: ptr32, data: ptr8, size: int):
    for i in range(256):
        c = uint(i)
        for _ in range(8):
            c = (c >> 1) ^ uint(0xEDB88320) if c & 1 else c >> 1
        table[i] = c
    for i in range(size):
        data[i] = i * 31 + (i >> 8)


@micropython.viper
def checksum(table: ptr32, data: ptr8, n: int) -> uint:
    mask = uint(0xFFFFFFFF)
    crc = mask
    for i in range(n):
        at = i * 1024 & 65535
        end = at + 1024
        while at < end:
            crc = uint(table[int((crc ^ data[at]) & 255)]) & mask ^ (crc >> 8)
            at += 1
    return crc ^ mask


def run(n):
    prepare(table, data, min(SIZE, n * 1024))
    return checksum(table, data, n)
