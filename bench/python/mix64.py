MASK = 0xFFFFFFFFFFFFFFFF


def run(n):
    state = 0x123456789ABCDEF1
    total = 0
    for _ in range(n):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        total = ((((total << 5) & MASK) | (total >> 59)) + z) & MASK
    return total
