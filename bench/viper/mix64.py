# A viper int is one machine word, so this file needs a 64-bit MicroPython.
from array import array

import micropython

# Viper constants are small: the words come from memory, as the two halves of each.
CONSTANTS = array(
    "Q", (0x123456789ABCDEF1, 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0)
)


@micropython.viper
def mix(constants: ptr32, n: int):
    state = uint(constants[0]) | uint(constants[1]) << 32
    step = uint(constants[2]) | uint(constants[3]) << 32
    first = uint(constants[4]) | uint(constants[5]) << 32
    second = uint(constants[6]) | uint(constants[7]) << 32
    total = uint(0)
    for _ in range(n):
        state = state + step
        z = state
        z = (z ^ (z >> 30)) * first
        z = (z ^ (z >> 27)) * second
        z ^= z >> 31
        total = ((total << 5) | (total >> 59)) + z
    constants[8] = int(total)
    constants[9] = int(total >> 32)


def run(n):
    mix(CONSTANTS, n)
    return CONSTANTS[4]
