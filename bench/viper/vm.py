from array import array

import micropython
from python.vm import CODE

registers = array("i", bytes(32))


@micropython.viper
def interpret(code: ptr8, registers: ptr32, n: int) -> int:
    pc = 0
    while True:
        op = code[pc]
        a = code[pc + 1] & 7
        b = code[pc + 2]
        pc += 3
        if op == 0:
            return registers[a]
        elif op == 1:
            registers[a] = b
        elif op == 2:
            registers[a] = registers[b & 7]
        elif op == 3:
            registers[a] += registers[b & 7]
        elif op == 4:
            registers[a] += b if b < 128 else b - 256
        elif op == 5:
            registers[a] = int((uint(registers[b & 7]) & uint(0xFFFFFFFF)) >> 1)
        elif op == 6:
            registers[a] = 3 * registers[b & 7] + 1
        elif op == 7:
            registers[a] = registers[b & 7] & 1
        elif op == 8:
            if registers[a] == 0:
                pc = b
        elif op == 9:
            pc = b
        elif op == 10:
            if registers[a] > n:
                pc = b
        elif op == 11:
            registers[a] -= registers[b & 7]
        elif op == 12:
            registers[a] ^= registers[b & 7]
        else:
            registers[a] = ~registers[b & 7]


def run(n):
    return interpret(CODE, registers, n)
