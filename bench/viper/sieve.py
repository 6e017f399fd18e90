import micropython

composite = bytearray(4096)


@micropython.viper
def sieve(composite: ptr8) -> int:
    i = 0
    while i < 4096:
        composite[i] = 0
        i += 1
    count = 0
    i = 2
    while i < 4096:
        if not composite[i]:
            count += 1
            k = i + i
            while k < 4096:
                composite[k] = 1
                k += i
        i += 1
    return count


def run(n):
    count = 0
    for _ in range(n):
        count += sieve(composite)
    return count
