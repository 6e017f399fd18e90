/* f32: n products of 24 x 24 matrices, each result fed back scaled: loads, multiply, add. */
#define N 24

static float a[N][N], b[N][N], c[N][N];

int run(int n) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (float)(i * 7 + j * 3 + 1) / 113.0f;
            b[i][j] = (float)(i * 5 - j * 11 + 2) / 97.0f;
        }
    for (int pass = 0; pass < n; pass++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                float sum = 0;
                for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
                c[i][j] = sum;
            }
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) a[i][j] = c[i][j] * 0.0625f + 0.5f;
    }
    unsigned bits, sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            __builtin_memcpy(&bits, &c[i][j], 4);
            sum = sum * 31 + bits;
        }
    return sum;
}
