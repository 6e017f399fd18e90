SIZE = 4096


def run(n):
    count = 0
    for _ in range(n):
        composite = bytearray(SIZE)
        for i in range(2, SIZE):
            if composite[i]:
                continue
            count += 1
            for k in range(i + i, SIZE, i):
                composite[k] = 1
    return count
