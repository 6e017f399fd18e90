/* Calls through a table (call_indirect): eight small functions picked by a pseudo-random number. */
typedef unsigned (*step)(unsigned, unsigned);

static unsigned add(unsigned a, unsigned b) { return a + b; }
static unsigned sub(unsigned a, unsigned b) { return a - b; }
static unsigned exclusive(unsigned a, unsigned b) { return a ^ b; }
static unsigned blend(unsigned a, unsigned b) { return (a & 0xFFFF0000u) | (b & 0xFFFFu); }
static unsigned rotate(unsigned a, unsigned b) { return (a << 7 | a >> 25) + b; }
static unsigned scale(unsigned a, unsigned b) { return a * 33 + b; }
static unsigned larger(unsigned a, unsigned b) { return a > b ? a : b + 1; }
static unsigned fold(unsigned a, unsigned b) { return (a >> 3) ^ (b << 5) ^ 0x9E37u; }

static step steps[8] = {add, sub, exclusive, blend, rotate, scale, larger, fold};

int run(int n) {
    unsigned seed = 1, value = 0x12345678u;
    for (int i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        value = steps[seed >> 29](value, seed >> 3);
    }
    return value;
}
