/* f64: escape counts of the Mandelbrot set on an n x n grid, at most 50 steps a point. */
int run(int n) {
    unsigned sum = 0;
    for (int row = 0; row < n; row++)
        for (int column = 0; column < n; column++) {
            double cr = 3.0 * column / n - 2.25, ci = 2.5 * row / n - 1.25;
            double zr = 0, zi = 0, rr = 0, ii = 0;
            int steps = 0;
            while (steps < 50 && rr + ii < 4.0) {
                zi = 2.0 * zr * zi + ci;
                zr = rr - ii + cr;
                rr = zr * zr;
                ii = zi * zi;
                steps++;
            }
            sum = sum * 31 + steps;
        }
    return sum;
}
