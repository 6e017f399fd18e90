/* A bytecode interpreter inside the guest: one switch (br_table) a step, eight registers in memory.
   Its program sums the lengths of the Collatz sequences that start at 1 .. n. */
enum { HALT, SET, MOV, ADD, ADDI, SHR, MUL3, ODD, JZ, JMP, JGE, SUB, XOR, NOT };

static const unsigned char code[] = {
    SET, 0, 1,      /*  0  start = 1 */
    SET, 2, 0,      /*  3  steps = 0 */
    MOV, 1, 0,      /*  6  x = start */
    MOV, 3, 1,      /*  9  t = x */
    ADDI, 3, 255,   /* 12  t = x - 1 */
    JZ, 3, 39,      /* 15  x == 1: next start */
    ADDI, 2, 1,     /* 18  steps += 1 */
    ODD, 4, 1,      /* 21  o = x & 1 */
    JZ, 4, 33,      /* 24  even: halve */
    MUL3, 1, 1,     /* 27  x = 3 x + 1 */
    JMP, 0, 9,      /* 30 */
    SHR, 1, 1,      /* 33  x >>= 1 */
    JMP, 0, 9,      /* 36 */
    ADDI, 0, 1,     /* 39  start += 1 */
    JGE, 0, 48,     /* 42  start > n: stop */
    JMP, 0, 6,      /* 45 */
    HALT, 2, 0,     /* 48  return steps */
};

static int registers[8];

int run(int n) {
    const unsigned char *pc = code;
    for (;;) {
        unsigned op = pc[0], a = pc[1] & 7, b = pc[2];
        pc += 3;
        switch (op) {
        case HALT: return registers[a];
        case SET: registers[a] = b; break;
        case MOV: registers[a] = registers[b & 7]; break;
        case ADD: registers[a] += registers[b & 7]; break;
        case ADDI: registers[a] += (signed char)b; break;
        case SHR: registers[a] = (unsigned)registers[b & 7] >> 1; break;
        case MUL3: registers[a] = 3 * registers[b & 7] + 1; break;
        case ODD: registers[a] = registers[b & 7] & 1; break;
        case JZ: if (!registers[a]) pc = code + b; break;
        case JMP: pc = code + b; break;
        case JGE: if (registers[a] > n) pc = code + b; break;
        case SUB: registers[a] -= registers[b & 7]; break;
        case XOR: registers[a] ^= registers[b & 7]; break;
        case NOT: registers[a] = ~registers[b & 7]; break;
        default: __builtin_trap();
        }
    }
}
