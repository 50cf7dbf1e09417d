// The product of few rows and many steps, such as the gradient of a low-rank matrix: c [m, n] (+)= aT b, where laying b out would cost as
// much as multiplying by it. Four rows of b at a time pass all of c, which should be so narrow that it stays in the first-level cache; each
// element of c is still one chain over k.

enum { THIN_STEPS = 4 };

// `steps` and `vectors` are constants wherever this is inlined.
static inline __attribute__((always_inline)) void thin_columns(const size_t steps, const size_t vectors, size_t m, const float *restrict a,
                                                               size_t a_stride, const float *restrict b, size_t b_stride,
                                                               float *restrict c, size_t c_stride) {
    vector rows[THIN_STEPS][2];
#pragma clang loop unroll(full)
    for (size_t l = 0; l < steps; l++)
        for (size_t v = 0; v < vectors; v++) rows[l][v] = load(b + l * b_stride + v * WIDTH);
    for (size_t i = 0; i < m; i++, c += c_stride) {
        vector sums[2];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) sums[v] = load(c + v * WIDTH);
#pragma clang loop unroll(full)
        for (size_t l = 0; l < steps; l++) {
            const vector factor = broadcast(a[l * a_stride + i]);
            for (size_t v = 0; v < vectors; v++) sums[v] = fma_vector(factor, rows[l][v], sums[v]);
        }
#pragma clang loop unroll(full)
        for (size_t v = 0; v < vectors; v++) store(c + v * WIDTH, sums[v]);
    }
}

// Some rows of b against all of c.
static inline __attribute__((always_inline)) void thin_steps(const size_t steps, size_t m, size_t n, const float *restrict a,
                                                             size_t a_stride, const float *restrict b, size_t b_stride,
                                                             float *restrict c, size_t c_stride) {
    size_t j = 0;
    for (; j + 2 * WIDTH <= n; j += 2 * WIDTH) thin_columns(steps, 2, m, a, a_stride, b + j, b_stride, c + j, c_stride);
    for (; j + WIDTH <= n; j += WIDTH) thin_columns(steps, 1, m, a, a_stride, b + j, b_stride, c + j, c_stride);
    for (; j < n; j++)
        for (size_t i = 0; i < m; i++)
            for (size_t l = 0; l < steps; l++)
                c[i * c_stride + j] = __builtin_fmaf(a[l * a_stride + i], b[l * b_stride + j], c[i * c_stride + j]);
}

static void multiply_thin(size_t m, size_t n, size_t k, const float *restrict a, size_t a_stride, const float *restrict b, size_t b_stride,
                          float *restrict c, size_t c_stride, int accumulate) {
    if (!accumulate)
        for (size_t i = 0; i < m; i++) __builtin_memset(c + i * c_stride, 0, n * sizeof *c);
    size_t l = 0;
    for (; l + THIN_STEPS <= k; l += THIN_STEPS)
        thin_steps(THIN_STEPS, m, n, a + l * a_stride, a_stride, b + l * b_stride, b_stride, c, c_stride);
    for (; l < k; l++) thin_steps(1, m, n, a + l * a_stride, a_stride, b + l * b_stride, b_stride, c, c_stride);
}
