// Sums, scaling, dropout and the optimiser's step, element by element.

static void add(size_t n, const REAL *restrict x, REAL *restrict y) {
    for (size_t i = 0; i < n; i++) y[i] += x[i];
}

static void scale(size_t n, REAL factor, REAL *restrict x) {
    for (size_t i = 0; i < n; i++) x[i] *= factor;
}

static void axpy(size_t n, REAL factor, const REAL *restrict x, REAL *restrict y) {
    for (size_t i = 0; i < n; i++) y[i] = FMA(factor, x[i], y[i]);
}

// In double for both scalar types, 16 lanes.
static double sum_of_squares(size_t n, const REAL *restrict x) {
    double lanes[LANES] = {0};
    for (size_t i = 0; i < n; i++) lanes[i % LANES] = __builtin_fma((double)x[i], (double)x[i], lanes[i % LANES]);
    for (size_t width = LANES / 2; width > 0; width /= 2)
        for (size_t i = 0; i < width; i++) lanes[i] += lanes[i + width];
    return lanes[0];
}

// 32 random bits that depend on the key and the element's index alone.
static inline uint32_t counter_bits(uint64_t key, size_t index) {
    uint32_t h = (uint32_t)index ^ (uint32_t)key;
    h = (h ^ (h >> 16)) * 0x7FEB352Du;
    h = (h ^ (h >> 15)) * 0x846CA68Bu;
    h = (h ^ (h >> 16)) + (uint32_t)(key >> 32) + (uint32_t)(index >> 32);
    h = (h ^ (h >> 16)) * 0x7FEB352Du;
    h = (h ^ (h >> 15)) * 0x846CA68Bu;
    return h ^ (h >> 16);
}

// x[i] becomes x[i] * factor, or 0 where the bits of element first + i are below the threshold.
static void dropout(size_t n, size_t first, uint32_t threshold, REAL factor, uint64_t key, REAL *restrict x) {
    for (size_t i = 0; i < n; i++) x[i] = counter_bits(key, first + i) < threshold ? 0 : x[i] * factor;
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
