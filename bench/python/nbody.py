import struct
from math import sqrt

# x, y, z, vx, vy, vz, mass
START = (
    (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.5),
    (4.85, -1.16, -0.1, 0.6, 2.8, -0.025, 0.0377),
    (8.35, 4.12, -0.4, -1.01, 1.82, 0.0085, 0.0113),
    (12.9, -15.1, -0.22, 1.08, 0.868, -0.0108, 0.00172),
    (15.4, -25.9, 0.18, 0.98, 0.595, -0.0348, 0.00203),
)


def advance(bodies, dt):
    count = len(bodies)
    for i in range(count):
        a = bodies[i]
        for j in range(i + 1, count):
            b = bodies[j]
            dx = a[0] - b[0]
            dy = a[1] - b[1]
            dz = a[2] - b[2]
            d2 = dx * dx + dy * dy + dz * dz
            mag = dt / (d2 * sqrt(d2))
            ma = a[6] * mag
            mb = b[6] * mag
            a[3] -= dx * mb
            a[4] -= dy * mb
            a[5] -= dz * mb
            b[3] += dx * ma
            b[4] += dy * ma
            b[5] += dz * ma
    for a in bodies:
        a[0] += dt * a[3]
        a[1] += dt * a[4]
        a[2] += dt * a[5]


def run(n):
    bodies = [list(body) for body in START]
    for _ in range(n):
        advance(bodies, 0.01)
    total = 0.0
    for body in bodies:
        total += body[0] + body[4]
    return struct.unpack("<q", struct.pack("<d", total))[0]
