SIZE = 65536


def update(crc, table, data, start, end):
    while start < end:
        crc = table[(crc ^ data[start]) & 255] ^ (crc >> 8)
        start += 1
    return crc


def run(n):
    table = []
    for i in range(256):
        for _ in range(8):
            i = (i >> 1) ^ 0xEDB88320 if i & 1 else i >> 1
        table.append(i)
    data = bytearray(SIZE)
    for i in range(min(SIZE, n * 1024)):
        data[i] = (i * 31 + (i >> 8)) & 255
    crc = 0xFFFFFFFF
    for i in range(n):
        start = (i * 1024) % SIZE
        crc = update(crc, table, data, start, start + 1024)
    return crc ^ 0xFFFFFFFF
