/* CRC-32 (reflected, 0xEDB88320), one table look-up a byte, over n KiB: a buffer of 64 KiB, again and again. */
#define SIZE 65536

static unsigned table[256];
static unsigned char data[SIZE];

static unsigned update(unsigned crc, const unsigned char *p, unsigned length) {
    while (length--) crc = table[(crc ^ *p++) & 255] ^ (crc >> 8);
    return crc;
}

int run(int n) {
    for (unsigned i = 0; i < 256; i++) {
        unsigned c = i;
        for (int k = 0; k < 8; k++) c = c & 1 ? (c >> 1) ^ 0xEDB88320u : c >> 1;
        table[i] = c;
    }
    for (unsigned i = 0; i < SIZE && i < n * 1024u; i++) data[i] = i * 31 + (i >> 8);
    unsigned crc = 0xFFFFFFFFu;
    for (int i = 0; i < n; i++) crc = update(crc, data + (i * 1024) % SIZE, 1024);
    return ~crc;
}
