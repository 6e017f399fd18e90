COLUMNS = 80
ROWS = 25


def run(n):
    size = ROWS * COLUMNS
    last = size - COLUMNS
    screen = bytearray(b" " * size)
    page = bytearray(size)
    blank = b" " * COLUMNS
    total = 0
    for line in range(n):
        screen[:last] = screen[COLUMNS:]
        screen[last:] = blank
        v = line
        i = last + 8
        while v:
            screen[i] = 48 + v % 10
            v //= 10
            i -= 1
        page[:] = screen
        total = (total * 31 + page[line % size]) & 0xFFFFFFFF
    return total
