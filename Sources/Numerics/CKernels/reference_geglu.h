// GeGLU with the tanh form of GELU: y = gelu(gate) * up, gelu(g) = g * sigmoid(2z), 2z = g * (K + KA * g^2), since 1 + tanh z = 2 sigmoid(2z).
// With s = sigmoid(2z):   dup = dy * g * s,   dgate = dy * up * s * (1 + g * (1 - s) * (K + 3 KA * g^2)).
// The results may lie in place of any input.

#define GELU_K ((REAL)1.5957691216057308)   // 2 sqrt(2 / pi)
#define GELU_KA ((REAL)0.07135481627260025) // the same times 0.044715

static void geglu(size_t n, const REAL *gate, const REAL *up, REAL *y) {
    for (size_t i = 0; i < n; i++) {
        const REAL g = gate[i], s = 1 / (1 + real_exp(-(g * FMA(GELU_KA, g * g, GELU_K))));
        y[i] = (g * s) * up[i];
    }
}

static void geglu_backward(size_t n, const REAL *dy, const REAL *gate, const REAL *up, REAL *dgate, REAL *dup) {
    for (size_t i = 0; i < n; i++) {
        const REAL g = gate[i], u = up[i], d = dy[i], s = 1 / (1 + real_exp(-(g * FMA(GELU_KA, g * g, GELU_K))));
        const REAL slope = s * FMA(g * (1 - s), FMA(3 * GELU_KA, g * g, GELU_K), 1);
        dgate[i] = (d * u) * slope;
        dup[i] = d * (g * s);
    }
}
