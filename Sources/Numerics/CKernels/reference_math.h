// exp, log, the sum of 16 lanes, the attention's mask and dropout's bits, for REAL. The float exp is the polynomial that the SIMD variants repeat operation for operation.

#define LANES 16

static inline REAL lanes_sum(const REAL *lanes) {
    REAL tree[LANES];
    for (size_t i = 0; i < LANES; i++) tree[i] = lanes[i];
    for (size_t width = LANES / 2; width > 0; width /= 2)
        for (size_t i = 0; i < width; i++) tree[i] += tree[i + width];
    return tree[0];
}

// The first key that a query at this position sees.
static inline size_t first_key(const AttentionShape *shape, size_t position) {
    return shape->window > 0 && position + 1 > shape->window ? position + 1 - shape->window : 0;
}

static inline REAL real_exp(REAL x);

// tanh(x) = 1 - 2 / (exp(2x) + 1), within an absolute 1.2e-7 in float.
static inline REAL real_tanh(REAL x) { return 1 - 2 / (real_exp(2 * x) + 1); }

// The score of an attention after its cap, where it has one.
static inline REAL capped(REAL score, REAL cap) { return cap > 0 ? cap * real_tanh(score * (1 / cap)) : score; }

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

#ifdef REAL_IS_FLOAT

// exp(x) within 1.5 ulp; 0 below -87 and infinity above 88.37, so that 2^n stays a normal number.
static inline float real_exp(float x) {
    if (x != x) return x;
    if (x < -87.0f) return 0.0f;
    if (x > 88.37f) return __builtin_inff();
    const float magic = 12582912.0f; // 1.5 * 2^23: adding it rounds to a whole number
    const float shifted = FMA(x, 1.44269504f, magic), n = shifted - magic;
    float r = FMA(n, -0.693147182f, x);
    r = FMA(n, 1.90465421e-9f, r);
    float p = 1.0f / 5040.0f;
    p = FMA(p, r, 1.0f / 720.0f);
    p = FMA(p, r, 1.0f / 120.0f);
    p = FMA(p, r, 1.0f / 24.0f);
    p = FMA(p, r, 1.0f / 6.0f);
    p = FMA(p, r, 0.5f);
    p = FMA(p, r, 1.0f);
    p = FMA(p, r, 1.0f);
    union { float value; uint32_t bits; } power = {shifted}; // its low bits are n
    power.bits = (power.bits + 127u) << 23;
    return p * power.value;
}

// log(x) of a positive normal number, in double arithmetic without fma, rounded once.
static inline float real_log(float x) {
    if (!(x > 0.0f) || x > 3.4028234e38f) return x == 0.0f ? -__builtin_inff() : (x > 0.0f ? x : __builtin_nanf(""));
    union { double value; uint64_t bits; } u = {(double)x};
    int64_t exponent = (int64_t)(u.bits >> 52) - 1023;
    u.bits = (u.bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull;
    if (u.value > 1.4142135623730951) {
        u.value *= 0.5;
        exponent += 1;
    }
    // log(f) = 2 artanh(s), s = (f - 1) / (f + 1), |s| < 0.1716
    const double s = (u.value - 1.0) / (u.value + 1.0), z = s * s;
    double p = 1.0 / 15.0;
    p = p * z + 1.0 / 13.0;
    p = p * z + 1.0 / 11.0;
    p = p * z + 1.0 / 9.0;
    p = p * z + 1.0 / 7.0;
    p = p * z + 1.0 / 5.0;
    p = p * z + 1.0 / 3.0;
    p = p * z + 1.0;
    return (float)((double)exponent * 0.6931471805599453 + 2.0 * s * p);
}

static inline float real_sqrt(float x) { return __builtin_sqrtf(x); }

#else

static inline double real_exp(double x) { return exp(x); }
static inline double real_log(double x) { return log(x); }
static inline double real_sqrt(double x) { return __builtin_sqrt(x); }

#endif
