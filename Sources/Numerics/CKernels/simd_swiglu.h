// SwiGLU and its gradient by vectors; see reference_swiglu.h for the formulas. Results may lie in place of inputs.

INLINE lanes sigmoid_lanes(lanes x) { return splat(1) / (splat(1) + exp_lanes(-x)); }

static void swiglu(size_t n, const float *gate, const float *up, float *y) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        const lanes g = load_lanes(gate + i);
        store_lanes(y + i, (g * sigmoid_lanes(g)) * load_lanes(up + i));
    }
    if (i < n) {
        const lanes g = load_some(gate + i, n - i, 0);
        store_some(y + i, n - i, (g * sigmoid_lanes(g)) * load_some(up + i, n - i, 0));
    }
}

INLINE void swiglu_slopes(lanes g, lanes u, lanes d, lanes *dgate, lanes *dup) {
    const lanes s = sigmoid_lanes(g), slope = s * fma_lanes(g, splat(1) - s, splat(1));
    *dgate = (d * u) * slope;
    *dup = d * (g * s);
}

static void swiglu_backward(size_t n, const float *dy, const float *gate, const float *up, float *dgate, float *dup) {
    size_t i = 0;
    lanes slope_gate, slope_up;
    for (; i + LANES <= n; i += LANES) {
        swiglu_slopes(load_lanes(gate + i), load_lanes(up + i), load_lanes(dy + i), &slope_gate, &slope_up);
        store_lanes(dgate + i, slope_gate);
        store_lanes(dup + i, slope_up);
    }
    if (i < n) {
        swiglu_slopes(load_some(gate + i, n - i, 0), load_some(up + i, n - i, 0), load_some(dy + i, n - i, 0), &slope_gate, &slope_up);
        store_some(dgate + i, n - i, slope_gate);
        store_some(dup + i, n - i, slope_up);
    }
}
