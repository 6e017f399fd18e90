/* Sieve of Eratosthenes over 4096 numbers, n times: byte stores in a strided loop. */
#define SIZE 4096

static unsigned char composite[SIZE];

int run(int n) {
    int count = 0;
    for (int pass = 0; pass < n; pass++) {
        for (int i = 0; i < SIZE; i++) composite[i] = 0;
        for (int i = 2; i < SIZE; i++) {
            if (composite[i]) continue;
            count++;
            for (int k = i + i; k < SIZE; k += i) composite[k] = 1;
        }
    }
    return count;
}
