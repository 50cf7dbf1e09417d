// RMS norm and its gradient by vectors; see reference_norm.h for the formulas.

static void rms_norm(size_t rows, size_t d, const float *restrict x, const float *restrict weight, float epsilon, float *restrict y,
                     float *restrict inverse_rms) {
    const size_t whole = d / LANES * LANES;
    for (size_t i = 0; i < rows; i++, x += d, y += d) {
        lanes sums = splat(0);
        for (size_t j = 0; j < whole; j += LANES) sums = fma_lanes(load_lanes(x + j), load_lanes(x + j), sums);
        float parts[LANES];
        store_lanes(parts, sums);
        for (size_t j = whole; j < d; j++) parts[j % LANES] = FMA(x[j], x[j], parts[j % LANES]);
        const float r = 1 / real_sqrt(lanes_sum(parts) / (float)d + epsilon);
        inverse_rms[i] = r;
        for (size_t j = 0; j < whole; j += LANES) store_lanes(y + j, (load_lanes(x + j) * splat(r)) * load_lanes(weight + j));
        for (size_t j = whole; j < d; j++) y[j] = (x[j] * r) * weight[j];
    }
}

static void rms_norm_backward(size_t rows, size_t d, const float *restrict dy, const float *restrict x, const float *restrict weight,
                              const float *restrict inverse_rms, float *restrict dx) {
    const size_t whole = d / LANES * LANES;
    for (size_t i = 0; i < rows; i++, x += d, dy += d, dx += d) {
        lanes sums = splat(0);
        for (size_t j = 0; j < whole; j += LANES)
            sums = fma_lanes(load_lanes(dy + j) * load_lanes(weight + j), load_lanes(x + j), sums);
        float parts[LANES];
        store_lanes(parts, sums);
        for (size_t j = whole; j < d; j++) parts[j % LANES] = FMA(dy[j] * weight[j], x[j], parts[j % LANES]);
        const float r = inverse_rms[i];
        const float along = -(lanes_sum(parts) * r * r * r / (float)d);
        for (size_t j = 0; j < whole; j += LANES) {
            const lanes straight = fma_lanes(load_lanes(dy + j) * load_lanes(weight + j), splat(r), load_lanes(dx + j));
            store_lanes(dx + j, fma_lanes(splat(along), load_lanes(x + j), straight));
        }
        for (size_t j = whole; j < d; j++) dx[j] = FMA(along, x[j], FMA(dy[j] * weight[j], r, dx[j]));
    }
}

static void rms_norm_weight(size_t rows, size_t columns, size_t stride, const float *restrict dy, const float *restrict x,
                            const float *restrict inverse_rms, float *restrict dweight) {
    size_t j = 0;
    for (; j + LANES <= columns; j += LANES) {
        lanes sum = load_lanes(dweight + j);
        for (size_t i = 0; i < rows; i++)
            sum = fma_lanes(load_lanes(dy + i * stride + j), load_lanes(x + i * stride + j) * splat(inverse_rms[i]), sum);
        store_lanes(dweight + j, sum);
    }
    for (; j < columns; j++)
        for (size_t i = 0; i < rows; i++) dweight[j] = FMA(dy[i * stride + j], x[i * stride + j] * inverse_rms[i], dweight[j]);
}
