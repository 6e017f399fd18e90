/* f64: n steps of a planetary system of five bodies: divide and square root among loads and stores. */
#define BODIES 5

typedef struct { double x, y, z, vx, vy, vz, mass; } body;

static const body start[BODIES] = {
    {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.5},
    {4.85, -1.16, -0.1, 0.6, 2.8, -0.025, 0.0377},
    {8.35, 4.12, -0.4, -1.01, 1.82, 0.0085, 0.0113},
    {12.9, -15.1, -0.22, 1.08, 0.868, -0.0108, 0.00172},
    {15.4, -25.9, 0.18, 0.98, 0.595, -0.0348, 0.00203},
};
static body bodies[BODIES];

static void advance(double dt) {
    for (int i = 0; i < BODIES; i++) {
        body *a = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double d2 = dx * dx + dy * dy + dz * dz;
            double mag = dt / (d2 * __builtin_sqrt(d2));
            double ma = a->mass * mag, mb = b->mass * mag;
            a->vx -= dx * mb;
            a->vy -= dy * mb;
            a->vz -= dz * mb;
            b->vx += dx * ma;
            b->vy += dy * ma;
            b->vz += dz * ma;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        body *a = &bodies[i];
        a->x += dt * a->vx;
        a->y += dt * a->vy;
        a->z += dt * a->vz;
    }
}

long long run(int n) {
    __builtin_memcpy(bodies, start, sizeof bodies);
    for (int i = 0; i < n; i++) advance(0.01);
    double sum = 0;
    for (int i = 0; i < BODIES; i++) sum += bodies[i].x + bodies[i].vy;
    long long bits;
    __builtin_memcpy(&bits, &sum, 8);
    return bits;
}
