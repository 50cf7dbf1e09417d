// Soft capping: y = cap * tanh(x / cap), and its gradient dx = dy * (1 - (y / cap)^2), both in place.

static void softcap(size_t n, REAL cap, REAL *restrict x) {
    const REAL inverse = 1 / cap;
    for (size_t i = 0; i < n; i++) x[i] = cap * real_tanh(x[i] * inverse);
}

static void softcap_backward(size_t n, REAL cap, const REAL *restrict y, REAL *restrict dy) {
    const REAL inverse = 1 / cap;
    for (size_t i = 0; i < n; i++) {
        const REAL t = y[i] * inverse;
        dy[i] = dy[i] * (1 - t * t);
    }
}
