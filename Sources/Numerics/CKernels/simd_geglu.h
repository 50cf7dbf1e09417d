// GeGLU and its gradient by vectors; see reference_geglu.h for the formulas. Results may lie in place of inputs.

#define GELU_K 1.5957691216057308f
#define GELU_KA 0.07135481627260025f

INLINE lanes gelu_gate(lanes g) { return sigmoid_lanes(g * fma_lanes(splat(GELU_KA), g * g, splat(GELU_K))); }

static void geglu(size_t n, const float *gate, const float *up, float *y) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        const lanes g = load_lanes(gate + i);
        store_lanes(y + i, (g * gelu_gate(g)) * load_lanes(up + i));
    }
    if (i < n) {
        const lanes g = load_some(gate + i, n - i, 0);
        store_some(y + i, n - i, (g * gelu_gate(g)) * load_some(up + i, n - i, 0));
    }
}

INLINE void geglu_slopes(lanes g, lanes u, lanes d, lanes *dgate, lanes *dup) {
    const lanes s = gelu_gate(g), inner = fma_lanes(splat(3 * GELU_KA), g * g, splat(GELU_K));
    *dgate = (d * u) * (s * fma_lanes(g * (splat(1) - s), inner, splat(1)));
    *dup = d * (g * s);
}

static void geglu_backward(size_t n, const float *dy, const float *gate, const float *up, float *dgate, float *dup) {
    size_t i = 0;
    lanes slope_gate, slope_up;
    for (; i + LANES <= n; i += LANES) {
        geglu_slopes(load_lanes(gate + i), load_lanes(up + i), load_lanes(dy + i), &slope_gate, &slope_up);
        store_lanes(dgate + i, slope_gate);
        store_lanes(dup + i, slope_up);
    }
    if (i < n) {
        geglu_slopes(load_some(gate + i, n - i, 0), load_some(up + i, n - i, 0), load_some(dy + i, n - i, 0), &slope_gate, &slope_up);
        store_some(dgate + i, n - i, slope_gate);
        store_some(dup + i, n - i, slope_up);
    }
}
