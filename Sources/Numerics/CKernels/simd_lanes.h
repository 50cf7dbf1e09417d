// The 16 virtual lanes as a vector type: one AVX-512 register, or two of AVX2.

typedef float lanes __attribute__((ext_vector_type(16)));
typedef int32_t int_lanes __attribute__((ext_vector_type(16)));
typedef uint32_t word_lanes __attribute__((ext_vector_type(16)));

#define INLINE static inline __attribute__((always_inline))

INLINE lanes load_lanes(const float *p) {
    lanes v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

INLINE void store_lanes(float *p, lanes v) { __builtin_memcpy(p, &v, sizeof v); }
INLINE lanes splat(float x) { return (lanes)(x); }
INLINE lanes fma_lanes(lanes a, lanes b, lanes c) { return __builtin_elementwise_fma(a, b, c); }
INLINE lanes select_lanes(int_lanes mask, lanes yes, lanes no) { return mask ? yes : no; }
INLINE lanes larger(lanes a, lanes b) { return select_lanes(a > b, a, b); }

// The first n < 16 elements, then the filler.
INLINE lanes load_some(const float *p, size_t n, float filler) {
    float buffer[LANES];
    for (size_t i = 0; i < LANES; i++) buffer[i] = filler;
    for (size_t i = 0; i < n; i++) buffer[i] = p[i];
    return load_lanes(buffer);
}

INLINE void store_some(float *p, size_t n, lanes v) {
    float buffer[LANES];
    store_lanes(buffer, v);
    for (size_t i = 0; i < n; i++) p[i] = buffer[i];
}

INLINE float largest(lanes v) {
    float buffer[LANES];
    store_lanes(buffer, v);
    float maximum = buffer[0];
    for (size_t i = 1; i < LANES; i++) maximum = buffer[i] > maximum ? buffer[i] : maximum;
    return maximum;
}

// real_exp in every lane, operation for operation, of numbers from -87 to 88.37.
INLINE lanes exp_inside(lanes x) {
    const lanes magic = splat(12582912.0f);
    const lanes shifted = fma_lanes(x, splat(1.44269504f), magic), n = shifted - magic;
    lanes r = fma_lanes(n, splat(-0.693147182f), x);
    r = fma_lanes(n, splat(1.90465421e-9f), r);
    lanes p = splat(1.0f / 5040.0f);
    p = fma_lanes(p, r, splat(1.0f / 720.0f));
    p = fma_lanes(p, r, splat(1.0f / 120.0f));
    p = fma_lanes(p, r, splat(1.0f / 24.0f));
    p = fma_lanes(p, r, splat(1.0f / 6.0f));
    p = fma_lanes(p, r, splat(0.5f));
    p = fma_lanes(p, r, splat(1.0f));
    p = fma_lanes(p, r, splat(1.0f));
    word_lanes bits;
    __builtin_memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 127u) << 23;
    lanes power;
    __builtin_memcpy(&power, &bits, sizeof power);
    return p * power;
}

// The same of all numbers.
INLINE lanes exp_lanes(lanes x) {
    lanes inside = select_lanes(x < splat(-87.0f), splat(-87.0f), x);
    inside = select_lanes(x > splat(88.37f), splat(88.37f), inside);
    const lanes y = select_lanes(x < splat(-87.0f), splat(0.0f), exp_inside(inside));
    return select_lanes(x > splat(88.37f), splat(__builtin_inff()), y);
}

// real_tanh in every lane, operation for operation.
INLINE lanes tanh_lanes(lanes x) { return splat(1) - splat(2) / (exp_lanes(splat(2) * x) + splat(1)); }
