// The sum of squares, in double for both scalar types, 16 lanes.

static double sum_of_squares(size_t n, const REAL *restrict x) {
    double lanes[LANES] = {0};
    for (size_t i = 0; i < n; i++) lanes[i % LANES] = __builtin_fma((double)x[i], (double)x[i], lanes[i % LANES]);
    for (size_t width = LANES / 2; width > 0; width /= 2)
        for (size_t i = 0; i < width; i++) lanes[i] += lanes[i + width];
    return lanes[0];
}

