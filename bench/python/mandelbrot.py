def run(n):
    total = 0
    for row in range(n):
        for column in range(n):
            cr = 3.0 * column / n - 2.25
            ci = 2.5 * row / n - 1.25
            zr = zi = rr = ii = 0.0
            steps = 0
            while steps < 50 and rr + ii < 4.0:
                zi = 2.0 * zr * zi + ci
                zr = rr - ii + cr
                rr = zr * zr
                ii = zi * zi
                steps += 1
            total = (total * 31 + steps) & 0xFFFFFFFF
    return total
