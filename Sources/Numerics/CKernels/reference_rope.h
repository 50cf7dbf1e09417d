// Rotary positions, half rotation: with h = head_dim / 2, (x[j], x[j + h]) turns by the angle of (position, j).
// cosines and sines are [positions, h]; the inverse turns back, which is also the gradient.

static void rope(size_t tokens, size_t heads, size_t head_dim, REAL *restrict x, const int32_t *restrict positions,
                 const REAL *restrict cosines, const REAL *restrict sines, int inverse) {
    const size_t half = head_dim / 2;
    const REAL sign = inverse ? -1 : 1;
    for (size_t t = 0; t < tokens; t++) {
        const REAL *restrict c = cosines + (size_t)positions[t] * half, *restrict s = sines + (size_t)positions[t] * half;
        for (size_t h = 0; h < heads; h++, x += head_dim) {
            for (size_t j = 0; j < half; j++) {
                const REAL a = x[j], b = x[j + half], sine = sign * s[j];
                x[j] = FMA(a, c[j], -(b * sine));
                x[j + half] = FMA(b, c[j], a * sine);
            }
        }
    }
}
