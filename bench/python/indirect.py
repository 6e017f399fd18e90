MASK = 0xFFFFFFFF

steps = [
    lambda a, b: (a + b) & MASK,
    lambda a, b: (a - b) & MASK,
    lambda a, b: a ^ b,
    lambda a, b: (a & 0xFFFF0000) | (b & 0xFFFF),
    lambda a, b: ((((a << 7) & MASK) | (a >> 25)) + b) & MASK,
    lambda a, b: (a * 33 + b) & MASK,
    lambda a, b: a if a > b else (b + 1) & MASK,
    lambda a, b: (a >> 3) ^ ((b << 5) & MASK) ^ 0x9E37,
]


def run(n):
    seed = 1
    value = 0x12345678
    functions = steps
    for _ in range(n):
        seed = (seed * 1664525 + 1013904223) & MASK
        value = functions[seed >> 29](value, seed >> 3)
    return value
