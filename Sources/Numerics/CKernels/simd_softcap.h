// Soft capping by vectors; see reference_softcap.h for the formulas. Its gradient is the reference's text.

static void softcap(size_t n, float cap, float *restrict x) {
    const float inverse = 1 / cap;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) store_lanes(x + i, splat(cap) * tanh_lanes(load_lanes(x + i) * splat(inverse)));
    if (i < n) store_some(x + i, n - i, splat(cap) * tanh_lanes(load_some(x + i, n - i, 0) * splat(inverse)));
}

static void softcap_backward(size_t n, float cap, const float *restrict y, float *restrict dy) {
    const float inverse = 1 / cap;
    for (size_t i = 0; i < n; i++) {
        const float t = y[i] * inverse;
        dy[i] = dy[i] * (1 - t * t);
    }
}
