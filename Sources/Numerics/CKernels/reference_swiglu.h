// SwiGLU: y = gate * sigmoid(gate) * up. With s = sigmoid(gate):
//   dup = dy * gate * s,   dgate = dy * up * s * (1 + gate * (1 - s)). The results may lie in place of any input.

static void swiglu(size_t n, const REAL *gate, const REAL *up, REAL *y) {
    for (size_t i = 0; i < n; i++) {
        const REAL s = 1 / (1 + real_exp(-gate[i]));
        y[i] = (gate[i] * s) * up[i];
    }
}

static void swiglu_backward(size_t n, const REAL *dy, const REAL *gate, const REAL *up, REAL *dgate, REAL *dup) {
    for (size_t i = 0; i < n; i++) {
        const REAL g = gate[i], u = up[i], d = dy[i], s = 1 / (1 + real_exp(-g));
        const REAL slope = s * FMA(g, 1 - s, 1);
        dgate[i] = (d * u) * slope;
        dup[i] = d * (g * s);
    }
}
