HALT, SET, MOV, ADD, ADDI, SHR, MUL3, ODD, JZ, JMP, JGE, SUB, XOR, NOT = range(14)

CODE = bytes(
    (SET, 0, 1, SET, 2, 0, MOV, 1, 0, MOV, 3, 1, ADDI, 3, 255, JZ, 3, 39, ADDI, 2, 1)
    + (ODD, 4, 1, JZ, 4, 33, MUL3, 1, 1, JMP, 0, 9, SHR, 1, 1, JMP, 0, 9, ADDI, 0, 1)
    + (JGE, 0, 48, JMP, 0, 6, HALT, 2, 0)
)


def run(n):
    code = CODE
    registers = [0] * 8
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
            registers[a] = registers[b & 7] >> 1
        elif op == 6:
            registers[a] = 3 * registers[b & 7] + 1
        elif op == 7:
            registers[a] = registers[b & 7] & 1
        elif op == 8:
            if not registers[a]:
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
