/* A 64-bit mixing hash (xorshift, multiply, rotate) over a counter: i64 arithmetic in locals. */
typedef unsigned long long u64;

u64 run(int n) {
    u64 state = 0x123456789ABCDEF1ull, sum = 0;
    for (int i = 0; i < n; i++) {
        state += 0x9E3779B97F4A7C15ull;
        u64 z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        z ^= z >> 31;
        sum = ((sum << 5) | (sum >> 59)) + z;
    }
    return sum;
}
