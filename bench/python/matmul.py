# Python floats are f64 here, so each result goes through an array of f32: WebAssembly rounds it.
import struct
from array import array

N = 24


def f32s(count):
    return array("f", (0 for _ in range(count)))


def run(n):
    a = f32s(N * N)
    b = f32s(N * N)
    c = f32s(N * N)
    for i in range(N):
        for j in range(N):
            a[i * N + j] = (i * 7 + j * 3 + 1) / 113.0
            b[i * N + j] = (i * 5 - j * 11 + 2) / 97.0
    t = f32s(2)
    for _ in range(n):
        for i in range(0, N * N, N):
            for j in range(N):
                t[1] = 0.0
                for k in range(N):
                    t[0] = a[i + k] * b[k * N + j]
                    t[1] = t[1] + t[0]
                c[i + j] = t[1]
        for i in range(N * N):
            t[0] = c[i] * 0.0625
            a[i] = t[0] + 0.5
    total = 0
    for bits in struct.unpack(f"<{N * N}I", bytes(c)):
        total = (total * 31 + bits) & 0xFFFFFFFF
    return total
