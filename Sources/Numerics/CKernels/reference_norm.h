// RMS norm: y = weight * x * r, r = 1 / sqrt(mean(x^2) + epsilon), and its gradient
//   dx += r * weight * dy - x * r^3 / d * sum(dy * weight * x),   dweight += dy * x * r, tokens in their order.

static void rms_norm(size_t rows, size_t d, const REAL *restrict x, const REAL *restrict weight, REAL epsilon, REAL *restrict y,
                     REAL *restrict inverse_rms) {
    for (size_t i = 0; i < rows; i++, x += d, y += d) {
        REAL lanes[LANES] = {0};
        for (size_t j = 0; j < d; j++) lanes[j % LANES] = FMA(x[j], x[j], lanes[j % LANES]);
        const REAL r = 1 / real_sqrt(lanes_sum(lanes) / (REAL)d + epsilon);
        inverse_rms[i] = r;
        for (size_t j = 0; j < d; j++) y[j] = (x[j] * r) * weight[j];
    }
}

static void rms_norm_backward(size_t rows, size_t d, const REAL *restrict dy, const REAL *restrict x, const REAL *restrict weight,
                              const REAL *restrict inverse_rms, REAL *restrict dx) {
    for (size_t i = 0; i < rows; i++, x += d, dy += d, dx += d) {
        REAL lanes[LANES] = {0};
        for (size_t j = 0; j < d; j++) lanes[j % LANES] = FMA(dy[j] * weight[j], x[j], lanes[j % LANES]);
        const REAL r = inverse_rms[i];
        const REAL along = -(lanes_sum(lanes) * r * r * r / (REAL)d);
        for (size_t j = 0; j < d; j++) dx[j] = FMA(along, x[j], FMA(dy[j] * weight[j], r, dx[j]));
    }
}

static void rms_norm_weight(size_t rows, size_t columns, size_t stride, const REAL *restrict dy, const REAL *restrict x,
                            const REAL *restrict inverse_rms, REAL *restrict dweight) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) dweight[j] = FMA(dy[i * stride + j], x[i * stride + j] * inverse_rms[i], dweight[j]);
}
