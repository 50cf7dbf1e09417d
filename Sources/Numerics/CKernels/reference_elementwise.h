// Sums, scaling and the optimiser's step, element by element; compilers vectorise these as they stand.

static void add(size_t n, const REAL *restrict x, REAL *restrict y) {
    for (size_t i = 0; i < n; i++) y[i] += x[i];
}

static void scale(size_t n, REAL factor, REAL *restrict x) {
    for (size_t i = 0; i < n; i++) x[i] *= factor;
}

static void axpy(size_t n, REAL factor, const REAL *restrict x, REAL *restrict y) {
    for (size_t i = 0; i < n; i++) y[i] = FMA(factor, x[i], y[i]);
}

static void adamw(size_t n, REAL *restrict parameter, const REAL *restrict gradient, REAL *restrict m, REAL *restrict v,
                  const REAL *restrict settings) {
    const REAL rate = settings[ADAMW_LEARNING_RATE], beta1 = settings[ADAMW_BETA1], beta2 = settings[ADAMW_BETA2];
    const REAL epsilon = settings[ADAMW_EPSILON], keep = 1 - rate * settings[ADAMW_WEIGHT_DECAY];
    const REAL correction1 = settings[ADAMW_CORRECTION1], correction2 = settings[ADAMW_CORRECTION2];
    const REAL gradient_scale = settings[ADAMW_GRADIENT_SCALE], rest1 = 1 - beta1, rest2 = 1 - beta2;
    for (size_t i = 0; i < n; i++) {
        const REAL g = gradient[i] * gradient_scale;
        m[i] = FMA(beta1, m[i], rest1 * g);
        v[i] = FMA(beta2, v[i], rest2 * (g * g));
        const REAL step = (m[i] * correction1) / (real_sqrt(v[i] * correction2) + epsilon);
        parameter[i] = FMA(-rate, step, parameter[i] * keep);
    }
}
