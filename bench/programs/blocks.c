/* A text screen of 80 x 25 that scrolls n lines: memory.copy and memory.fill, and a few byte stores. */
#define COLUMNS 80
#define ROWS 25

static unsigned char screen[ROWS * COLUMNS], page[ROWS * COLUMNS];

int run(int n) {
    unsigned sum = 0;
    __builtin_memset(screen, ' ', sizeof screen);
    for (int line = 0; line < n; line++) {
        unsigned char *last = screen + (ROWS - 1) * COLUMNS;
        __builtin_memmove(screen, screen + COLUMNS, (ROWS - 1) * COLUMNS);
        __builtin_memset(last, ' ', COLUMNS);
        for (unsigned v = line, i = 8; v; v /= 10) last[i--] = '0' + v % 10;
        __builtin_memcpy(page, screen, sizeof page);
        sum = sum * 31 + page[(unsigned)line % sizeof page];
    }
    return sum;
}
